/** The status of a lake as text for a person. */
import { cellText, printable } from './cell.ts';
import { problemText } from './ingest-text.ts';
import { integrityStatusText } from './integrity-text.ts';
import { byteText, count, plural, seconds } from './number-text.ts';
import { type AnswerRecord, numberOf } from './records.ts';
import { silentRuleText } from './rule-needs.ts';
import type { Status } from './status.ts';
import { evidenceStatusText } from './status-evidence-text.ts';

type Bold = (text: string) => string;

/** Lines listed of anything that can be long. */
const LISTED = 10;

/** @param bold marks headings */
export function statusText(status: Status, bold: Bold = (text) => text): string {
  const lines = [
    bold(`lake ${printable(status.lake)}`),
    ...status.tables.map(tableLine),
    '',
    bold('inputs'),
    ...(status.inputs.length === 0 ? ['  none'] : status.inputs.map(inputLine)),
    ...section(
      bold,
      'problems',
      status.problems,
      (row) =>
        `${cell(row, 'status').padEnd(8)} ${problemText(cell(row, 'location'), cell(row, 'reason') || `${cell(row, 'malformed')} records set aside`)}`,
    ),
    '',
    bold('missing'),
    ...missingLines(status),
    ...evidenceStatusText(status.evidence, bold),
    ...integrityStatusText(status.logChecks, bold),
    ...section(
      bold,
      'verdicts',
      status.verdicts,
      (row) =>
        `${`${cell(row, 'verdict')} ${cell(row, 'reason')}`.padEnd(38)} ${count(numberOf(row, 'n')).padStart(11)}  ${count(numberOf(row, 'final_n'))} final`,
      30,
    ),
    ...section(
      bold,
      'findings',
      status.findings,
      (row) => `${cell(row, 'severity').padEnd(8)} ${cell(row, 'rule_id').padEnd(29)} ${count(numberOf(row, 'n')).padStart(11)}`,
      50,
    ),
    ...section(
      bold,
      'suppressed findings',
      status.suppressed,
      (row) =>
        `${cell(row, 'severity').padEnd(8)} ${cell(row, 'rule_id').padEnd(29)} ${count(numberOf(row, 'n')).padStart(11)}  until ${cell(row, 'suppressed_until')}: ${cell(row, 'suppressed_reason')}`,
      50,
    ),
    '',
    bold('days'),
    `  ${count(status.days.known)} known, ${count(status.days.settled)} settled, ${count(status.days.dirty.length)} with news${status.days.dirty.length > 0 ? ` (${shortened(status.days.dirty)}): run correlate` : ''}`,
    `  ${count(status.days.openRows)} events not final yet`,
    ...section(bold, 'last runs', status.runs, runLine),
    '',
    bold('counts'),
    ...status.counts.map((check) => `  ${check.holds ? 'ok    ' : 'BROKEN'} ${printable(check.what)}`),
    ...(status.silentRules.length > 0 ? ['', bold('silent rules'), ...status.silentRules.map((rule) => `  ${silentRuleText(rule)}`)] : []),
    ...(status.hints.length > 0 ? ['', bold('hints'), ...status.hints.map((hint) => `  ${hint}`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function tableLine(row: AnswerRecord): string {
  const days =
    row['first_day'] === null ? '' : `${cell(row, 'first_day')} to ${cell(row, 'last_day')} (${plural(numberOf(row, 'days'), 'day')})`;
  const files = row['files'] === undefined ? '' : `, ${plural(numberOf(row, 'files'), 'file')}, ${byteText(numberOf(row, 'size_bytes'))}`;
  return `  ${cell(row, 'table_name').padEnd(20)} ${count(numberOf(row, 'row_count')).padStart(12)} rows  ${days}${files}`.trimEnd();
}

function inputLine(row: AnswerRecord): string {
  return `  ${cell(row, 'kind').padEnd(13)} ${cell(row, 'status').padEnd(9)} ${count(numberOf(row, 'inputs')).padStart(8)}  ${count(numberOf(row, 'records_read'))} records read, ${count(numberOf(row, 'kept'))} kept, ${count(numberOf(row, 'malformed'))} malformed, ${count(numberOf(row, 'not_records'))} not records`;
}

function missingLines(status: Status): string[] {
  const lines = status.missingReports.map(({ accountId, region, days }) => {
    const overdue = days.filter((day) => day.overdue);
    const texts = days.filter((day) => day.overdue || day.mayCome).map((day) => `${day.dt}${day.overdue ? '' : ' (may still come)'}`);
    const named = texts.length === 0 ? ', none of a day on which sessions were seen' : `: ${shortened(texts)}`;
    return `  reports of ${printable(accountId)} ${printable(region)}: ${days.length} days without (${overdue.length} overdue)${named}`;
  });
  if (status.trail.lastHour !== null)
    lines.push(
      `  trail from ${status.trail.firstHour} to ${status.trail.lastHour} (whole hours): ${count(status.trail.gaps.length)} silent spans`,
    );
  for (const gap of status.trail.gaps.slice(0, LISTED)) lines.push(`    silent for ${count(gap.hours)} h: ${gap.from} to ${gap.to}`);
  if (status.trail.gaps.length > LISTED) lines.push(`  … ${count(status.trail.gaps.length - LISTED)} more silent spans`);
  return lines.length === 0 ? ['  nothing'] : lines;
}

function runLine(row: AnswerRecord): string {
  return `${cell(row, 'run_id')}  ${cell(row, 'from_dt')} to ${cell(row, 'to_dt')}, as of ${cell(row, 'as_of')}, ${count(numberOf(row, 'in_scope'))} in scope, ${count(numberOf(row, 'changes'))} changes, ${count(numberOf(row, 'new_findings'))} new findings, ${seconds(numberOf(row, 'duration_ms'))}`;
}

function section(
  bold: Bold,
  title: string,
  rows: readonly AnswerRecord[],
  one: (row: AnswerRecord) => string,
  most: number = LISTED,
): string[] {
  if (rows.length === 0) return [];
  const lines = rows.slice(0, most).map((row) => `  ${one(row)}`);
  if (rows.length > most) lines.push(`  … ${count(rows.length - most)} more (--output json lists all)`);
  return ['', bold(title), ...lines];
}

function shortened(texts: readonly string[]): string {
  const shown = texts.slice(0, LISTED).map(printable).join(', ');
  return texts.length > LISTED ? `${shown} … ${count(texts.length - LISTED)} more` : shown;
}

function cell(row: AnswerRecord, column: string): string {
  return cellText(row[column] ?? null);
}
