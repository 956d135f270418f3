/** An explanation as text for a person. */

import type { QueryValue } from '../lake/ports.ts';
import { formatTime } from '../time.ts';
import { cellText, printable, shellQuoted } from './cell.ts';
import type { ExplainedVerdict, Explanation } from './explanation.ts';
import { correctionLines, differenceLines, evidenceLines } from './explanation-evidence-text.ts';
import { type Bold, cell, fields, line } from './explanation-line.ts';
import { sessionLines } from './explanation-session-text.ts';
import { logCheckLines } from './integrity-text.ts';
import { type AnswerRecord, numberOf, textOf, textsOf } from './records.ts';

/** @param bold marks headings; the identity where there is no colour */
export function explanationText(explanation: Explanation, bold: Bold = (text) => text): string {
  const lines = [bold(`event ${printable(explanation.eventId)}`), ...eventLines(explanation.copies[0])];
  if (explanation.noVerdict !== null) lines.push('', bold('no verdict'), `  ${printable(explanation.noVerdict)}`);
  for (const verdict of explanation.verdicts)
    lines.push(...verdictLines(verdict, explanation.logCheck, explanation.verdicts.length > 1, bold));
  lines.push(...recordLines(explanation, bold));
  return `${lines.join('\n')}\n`;
}

const EVENT_FIELDS: readonly (readonly [string, string])[] = [
  ['call', 'event_name'],
  ['service', 'event_source'],
  ['action', 'action'],
  ['time', 'event_time'],
  ['bucket', 'bucket'],
  ['key', 'object_key'],
  ['copied from', 'copy_source'],
  ['bytes in', 'bytes_in'],
  ['bytes out', 'bytes_out'],
  ['error', 'error_code'],
  ['address', 'source_address'],
  ['endpoint', 'vpc_endpoint_id'],
  ['caller', 'principal_arn'],
  ['access key', 'access_key_id'],
  ['account', 'account_id'],
  ['region', 'region'],
  ['request id', 'request_id'],
  ['service acted', 'invoked_by'],
  ['on behalf of', 'on_behalf_of_user_id'],
  ['source identity', 'source_identity'],
  ['user agent', 'user_agent'],
];

function eventLines(event: AnswerRecord | undefined): string[] {
  if (!event) return ['  the record is no longer in the lake; its verdict is'];
  const lines = fields(event, EVENT_FIELDS);
  const joined = event['time_precision'] === 'ms' ? `${formatTime(numberOf(event, 'join_time_ms'))} (to the millisecond)` : null;
  if (joined !== null) lines.splice(4, 0, line('joined at', joined));
  if (event['refused_start_ms'] !== null && event['refused_start_ms'] !== undefined) {
    const start = formatTime(numberOf(event, 'refused_start_ms'));
    lines.push(
      line('refused start', `${start}: not believed, after the end of the request or too long before it; joined at the event time`),
    );
  }
  return lines;
}

function verdictLines(verdict: ExplainedVerdict, logCheck: AnswerRecord | null, several: boolean, bold: Bold): string[] {
  const a = verdict.attribution;
  const who = a['verdict'] === 'attributed' ? ` to ${cell(a, 'user_id')}` : '';
  const which = several ? ` at ${cell(a, 'event_time')}` : '';
  const lines = ['', bold(`verdict${which}: ${cell(a, 'verdict')}${who} (${cell(a, 'reason')})`)];
  if (verdict.decided) lines.push(line('because', verdict.decided.sentence));
  if (textOf(a, 'verdict_row') !== null) lines.push(line('rule', `row ${cell(a, 'verdict_row')} of docs/verdicts.md`));
  lines.push(line('final', finalText(a)), ...closedLines(a), ...corroboratedLines(a), ...logCheckLines(logCheck));
  lines.push(
    ...fields(a, [
      ['session', 'session_id'],
      ['network account', 'network_account_id'],
      ['owner of the key', 'object_owner_user_id'],
      ['self-named', 'self_named_user'],
    ]),
  );
  if (verdict.madeWith !== null) lines.push(line('credentials', printable(verdict.madeWith)));
  if (numberOf(a, 'candidate_count') > 0) {
    const ids = textsOf(a, 'candidate_user_ids').map(printable).join(', ');
    lines.push(line(isLead(a) ? 'leads' : 'candidates', `${numberOf(a, 'candidate_count')}: ${ids}`));
  }
  for (const user of verdict.keyUsers) lines.push(line('hash in the key', `of ${cell(user, 'user_key')}`));
  lines.push(
    ...correctionLines(verdict.corrections, verdict.claim, verdict.siblings),
    ...differenceLines(verdict.differences, bold),
    ...sessionLines(verdict.sessions, isLead(a), bold),
    ...evidenceLines(verdict.evidence, bold),
    ...logonLines(verdict.logon, bold),
    ...changeLines(verdict, bold),
  );
  return lines;
}

function finalText(a: AnswerRecord): string {
  if (a['final'] === true) return 'yes: every report that could matter is in or overdue, and nothing that was weighed is disputed';
  if (a['closed_by'] === null) return 'no: evidence of its day is open, and may still change it';
  if (a['closed_by'] === 'snapshots') return 'no: sweeps close the evidence for now, a report may still change it';
  return 'no: a later day is open, or what was weighed is disputed, rests on snapshots alone or on the absence of a report';
}

const CLOSED_BY: Readonly<Record<string, string>> = {
  report: 'its report: every report of the day is there in whole',
  time: 'time: a report of the day never came, or could not be read and was accepted as such',
  snapshots: 'sweeps, for now: a report may still say otherwise',
};

function closedLines(a: AnswerRecord): string[] {
  const by = textOf(a, 'closed_by');
  return by === null ? [] : [line('day closed by', CLOSED_BY[by] ?? printable(by))];
}

/** What the second sign is; the address and the instance of one report row are one source. */
const SECOND_SIGNS: Readonly<Record<string, string>> = {
  '1': 'the key and a session on the address name this user',
  S: 'the credentials and a session on the address name this user',
  '6': 'the address and the instance in the role session name lead to this user; where one report row says both, they are one source',
};

function corroboratedLines(a: AnswerRecord): string[] {
  if (a['corroborated'] !== true) return [];
  return [line('corroborated', SECOND_SIGNS[textOf(a, 'verdict_row') ?? ''] ?? 'a second sign names this user')];
}

/** Rows 5 and 9 list hints, which never make a verdict. */
function isLead(attribution: AnswerRecord): boolean {
  return attribution['verdict'] === 'unattributed' || attribution['verdict'] === 'not_joinable';
}

function logonLines(logon: AnswerRecord | null, bold: Bold): string[] {
  if (!logon) return [];
  return [
    '',
    bold('logon of the session'),
    ...fields(logon, [
      ['time', 'logon_time'],
      ['kind', 'kind'],
      ['from', 'source_address'],
      ['role', 'role_arn'],
      ['caller', 'caller_arn'],
      ['event', 'event_id'],
      ['log file', 'source_file'],
      ['record', 'source_index'],
    ]),
  ];
}

function changeLines(verdict: ExplainedVerdict, bold: Bold): string[] {
  const lines = ['', bold('what it was before')];
  if (verdict.changes.length === 0) lines.push('  nothing else: the verdict never changed');
  for (const change of verdict.changes) {
    const side = (which: string) =>
      change[`${which}_verdict`] === null
        ? 'no verdict'
        : `${cellText(change[`${which}_verdict`] ?? null)} (${cellText(change[`${which}_reason`] ?? null)})${change[`${which}_user_id`] === null ? '' : ` ${cellText(change[`${which}_user_id`] ?? null)}`}`;
    lines.push(`  ${cellText(change['changed_at'] ?? null)}: ${side('old')} -> ${side('new')}, cause ${cellText(change['cause'] ?? null)}`);
  }
  if (verdict.run) {
    lines.push(
      line(
        'decided by run',
        `${cellText(verdict.run['run_id'] ?? null)} as of ${cellText(verdict.run['as_of'] ?? null)}, version ${cellText(verdict.run['tool_version'] ?? null)}`,
      ),
    );
  }
  return lines;
}

/** What shows a record as CloudTrail wrote it; places count from 0. Null for what is no log file of CloudTrail as it was delivered. */
function rawRecordCommand(location: string, index: QueryValue): string | null {
  if (!/_CloudTrail_[^/]*\.json\.gz$/.test(location) || location.includes('!/') || index === null) return null;
  const file = shellQuoted(location);
  const unpacked = location.startsWith('s3://') ? `aws s3 cp ${file} - | gzip -dc` : `gzip -dc ${file}`;
  return printable(`${unpacked} | jq '.Records[${String(index)}]'`);
}

function recordLines(explanation: Explanation, bold: Bold): string[] {
  const lines = [
    '',
    bold(`raw record${explanation.copies.length > 1 ? ` (${explanation.copies.length} copies; the judged one first)` : ''}`),
  ];
  for (const copy of explanation.copies.slice(0, 10)) {
    lines.push(
      `  ${cellText(copy['source_file'] ?? null)} record ${cellText(copy['source_index'] ?? null)}`,
      line('', `sha256 ${cellText(copy['record_sha256'] ?? null)}`, 4),
    );
    const command = rawRecordCommand(String(copy['source_file'] ?? ''), copy['source_index'] ?? null);
    if (command !== null) lines.push(line('', command, 4));
  }
  if (explanation.input) lines.push(line('log file sha256', cellText(explanation.input['sha256'] ?? null)));
  return lines;
}
