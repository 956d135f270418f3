/** What a correlation run settled, as text; every count that has to add up is written as its sum. */
import type { FindingRow, RunRow } from '../../schemas/answer-tables.ts';
import { formatTime } from '../time.ts';
import { printable } from './cell.ts';
import { count, plural, seconds } from './number-text.ts';
import { evidenceRemarks, type RunEvidence } from './run-evidence.ts';

/** The part of a correlation summary that is said. */
export interface CorrelationCounts {
  readonly run: RunRow | null;
  readonly newFindings: readonly FindingRow[];
  readonly reasons: readonly { readonly verdict: string; readonly reason: string; readonly count: number }[];
  /** What it has to say of its evidence. */
  readonly evidence?: RunEvidence;
}

/** Findings listed of one rule: all that matter of the grave ones, a taste of the others. */
const LISTED: Readonly<Record<string, number>> = { critical: 10, high: 5, medium: 2, low: 1 };

/** @param bold marks headings */
export function correlationText(summary: CorrelationCounts, bold: (text: string) => string = (text) => text): string {
  const { run } = summary;
  if (run === null || run.days === 0) {
    const lines = [bold('correlated'), '  nothing to settle: no day has news', `  findings  ${newText(summary.newFindings)}`];
    return `${[...lines, ...findingLines(summary.newFindings), ...evidenceLines(summary)].join('\n')}\n`;
  }
  const lines = [
    bold('correlated'),
    `  run       ${run.run_id}, as of ${formatTime(run.as_of_ms)}, ${run.from_dt} to ${run.to_dt} (${count(run.days)} ${run.days === 1 ? 'day' : 'days'})`,
    `  kept      ${sum(run.events_kept, [
      [run.duplicates, 'duplicates'],
      [run.superseded, 'superseded'],
      [run.account_copies, 'copies of another account'],
      [run.out_of_scope, 'out of scope'],
      [run.in_scope, 'in scope'],
    ])}`,
    `  in scope  ${sum(run.in_scope, [
      [run.attributed, 'attributed'],
      [run.ambiguous, 'ambiguous'],
      [run.pending, 'pending'],
      [run.unattributed, 'unattributed'],
      [run.not_joinable, 'not joinable'],
    ])}`,
  ];
  if (run.conflicting_copies > 0)
    lines.push(`            ${count(run.conflicting_copies)} of the duplicates differ from the copy that was kept`);
  for (const each of summary.reasons)
    lines.push(`            ${`${each.verdict} ${each.reason}`.padEnd(38)} ${count(each.count).padStart(11)}`);
  lines.push(...reportLines(run), ...evidenceLines(summary));
  lines.push(
    `  changed   ${count(run.changes)} verdicts`,
    `  findings  ${newText(summary.newFindings)}`,
    ...findingLines(summary.newFindings),
  );
  lines.push(`  took      ${seconds(run.duration_ms)}`);
  return `${lines.join('\n')}\n`;
}

/** What a run settled, in a line. */
export function settledText({ run, newFindings }: Pick<CorrelationCounts, 'run' | 'newFindings'>): string {
  if (run === null || run.days === 0) return `nothing to settle: no day has news; ${plural(newFindings.length, 'new finding')}\n`;
  const days = run.days === 1 ? run.from_dt : `${run.from_dt} to ${run.to_dt}`;
  const changed = run.changes > 0 ? [`${plural(run.changes, 'verdict')} changed`] : [];
  return `settled ${days}: ${[...changed, plural(run.new_findings, 'new finding'), seconds(run.duration_ms)].join(', ')}\n`;
}

/** The books of report rows. */
function reportLines(run: RunRow): string[] {
  if (run.session_rows === null) return [];
  const parts = sum(run.session_rows, [
    [run.sessions ?? 0, 'sessions'],
    [run.session_rows_joined ?? 0, 'joined'],
    [run.session_rows_replaced ?? 0, 'replaced'],
    [run.sessions_contradicting ?? 0, 'contradicting'],
  ]);
  return [`  reports   report rows: ${parts}`];
}

function evidenceLines({ evidence }: CorrelationCounts): string[] {
  if (evidence === undefined) return [];
  return evidenceRemarks(evidence).map(([label, text]) => `  ${label.padEnd(9)} ${printable(text)}`);
}

/** How many are new, and how many of them an exception suppresses. */
function newText(findings: readonly FindingRow[]): string {
  const suppressed = findings.filter(isSuppressed).length;
  return `${count(findings.length)} new${suppressed === 0 ? '' : `, ${count(suppressed)} of them suppressed by exceptions: query findings-suppressed`}`;
}

const isSuppressed = ({ suppressed_reason: reason }: FindingRow): boolean => (reason ?? null) !== null;

/** The findings by rule, as they come (gravest first), each rule with its count and its first ones. */
function findingLines(all: readonly FindingRow[]): string[] {
  const lines: string[] = [];
  const findings = all.filter((finding) => !isSuppressed(finding));
  for (const rule of [...new Set(findings.map((finding) => finding.rule_id))]) {
    const of = findings.filter((finding) => finding.rule_id === rule);
    const severity = of[0]?.severity ?? 'low';
    const shown = of.slice(0, LISTED[severity] ?? 1);
    lines.push(`            ${`${severity} ${rule}`.padEnd(38)} ${count(of.length).padStart(11)}`);
    for (const finding of shown) lines.push(`              ${printable(finding.summary)}`);
    if (of.length > shown.length) lines.push(`              … ${count(of.length - shown.length)} more: query findings-open`);
  }
  return lines;
}

function sum(total: number, parts: readonly (readonly [number, string])[]): string {
  return `${count(total)} = ${parts.map(([n, name]) => `${count(n)} ${name}`).join(' + ')}`;
}
