/** The evidence of a status as text: each part says what it costs and what to do. */
import { printable } from './cell.ts';
import { cell, line } from './explanation-line.ts';
import { problemText } from './ingest-text.ts';
import { count } from './number-text.ts';
import { type AnswerRecord, numberOf, textOf } from './records.ts';
import type { EvidenceStatus } from './status-evidence.ts';

type Bold = (text: string) => string;

/** Entries shown of each part. */
const LISTED = 10;

export function evidenceStatusText(evidence: EvidenceStatus, bold: Bold): string[] {
  return [
    ...part(
      bold,
      'unread evidence',
      evidence.unread,
      unreadLines,
      'keeps its days open: repair it and ingest it again, or accept INPUT[:LINE] --reason TEXT',
    ),
    ...part(bold, 'accepted as never readable', evidence.accepted, acceptedLines),
    ...part(bold, 'inputs that could not be opened', evidence.failedInputs, (row) => [
      problemText(cell(row, 'location'), cell(row, 'reason')),
    ]),
    ...part(bold, 'inputs whose content changed', evidence.changedInputs, changedLines),
    ...part(
      bold,
      'days closed by time alone, with fleets active',
      evidence.closedByTime,
      (row) => [`${cell(row, 'dt')} ${cell(row, 'account_id') || 'no account'}: ${count(numberOf(row, 'n'))} events`],
      'the report never came: find out why; whoever it would have named is missing',
    ),
    ...part(bold, 'networks without a session here', evidence.unknownNetworks, (row) => networkLines(row, evidence.knownAccounts)),
    ...part(
      bold,
      'accounts whose sessions are unknown',
      evidence.unknownAccounts,
      (row) => [
        row['n'] === null
          ? `${cell(row, 'account_id')}: configured as yours`
          : `${cell(row, 'account_id')}: ${count(numberOf(row, 'n'))} fleet-side events, ${cell(row, 'first_time')} to ${cell(row, 'last_time')}`,
      ],
      'collect their usage reports (or sweeps): no user of theirs can be named',
    ),
  ];
}

function part(bold: Bold, title: string, rows: readonly AnswerRecord[], lines: (row: AnswerRecord) => string[], advice?: string): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, LISTED).flatMap((row) => lines(row).map((text) => `  ${text}`));
  if (rows.length > LISTED) shown.push(`  … ${count(rows.length - LISTED)} more (--output json lists all)`);
  return ['', bold(`${title} (${count(rows.length)})`), ...shown, ...(advice === undefined ? [] : [`  ${advice}`])];
}

function placeText(row: AnswerRecord): string {
  return `${cell(row, 'location')}${row['source_index'] === null ? '' : `:${cell(row, 'source_index')}`}`;
}

function unreadLines(row: AnswerRecord): string[] {
  const of = [cell(row, 'report_day') || 'any day', cell(row, 'account_id') || 'any account', cell(row, 'region')];
  return [`${of.filter((each) => each !== '').join(' ')}: ${problemText(placeText(row), cell(row, 'reason'))}`];
}

function acceptedLines(row: AnswerRecord): string[] {
  return [`${placeText(row)}, by ${cell(row, 'accepted_by')} at ${cell(row, 'accepted_at')}: ${cell(row, 'reason')}`];
}

function changedLines(row: AnswerRecord): string[] {
  return [
    `${cell(row, 'location')} (${cell(row, 'kind')}), read again ${cell(row, 'ingested_at')}`,
    line('', `sha256 ${cell(row, 'old_version')} -> ${cell(row, 'new_version')}`, 2),
  ];
}

/** Both readings of a network that is nobody's here, and the configuration lines for the one that is harmless. */
function networkLines(row: AnswerRecord, known: readonly string[]): string[] {
  const endpoint = textOf(row, 'vpc_endpoint_id');
  const owner = cell(row, 'network_account_id') || 'an account that the record does not name';
  const caller = textOf(row, 'account_id');
  const fleetSide = numberOf(row, 'fleet_side_n');
  const fleets = caller !== null && known.includes(caller) ? caller : known.length === 1 ? (known[0] ?? null) : null;
  return [
    `${endpoint === null ? 'no endpoint' : printable(endpoint)} of ${owner}, callers of ${cell(row, 'account_id') || '?'}: ${count(numberOf(row, 'n'))} events, ` +
      `${count(fleetSide)} fleet-side, ${cell(row, 'first_time')} to ${cell(row, 'last_time')} (explain ${cell(row, 'one_event')})`,
    ...(endpoint === null
      ? []
      : [
          '  either the network is yours (a shared VPC, a network account): then configure',
          '    scope:',
          '      vpcEndpoints:',
          `        - id: ${printable(endpoint)}`,
          `          account: "${fleets ?? '<the account of the fleets>'}"`,
        ]),
    fleetSide > 0
      ? `  ${endpoint === null ? '' : 'or it is not: then '}credentials of your fleets are used in a foreign network, and are stolen`
      : `  ${endpoint === null ? '' : 'or it is not: then '}its addresses prove nothing, and nobody is named`,
  ];
}
