/** What an ingestion did, as text. */
import type { InputKind } from '../ingest/reader.ts';
import type { IngestSummary } from '../lake/ingest-summary.ts';
import { formatTime } from '../time.ts';
import { printable } from './cell.ts';
import { count, seconds } from './number-text.ts';

/** True when some input is not whole in the lake: rejected now or before, cut short, or unreadable (exit code 4). */
export function rejectedSomething({ inputs }: Pick<IngestSummary, 'inputs'>): boolean {
  return inputs.rejected + inputs.partial + inputs.failed + inputs.stillRejected > 0;
}

/** @param bold marks headings */
export function ingestText(summary: IngestSummary, bold: (text: string) => string = (text) => text): string {
  const { inputs, records, rows } = summary;
  const states = [
    [inputs.ingested, 'ingested'],
    [inputs.partial, 'partial'],
    [inputs.rejected, 'rejected'],
    [inputs.failed, 'failed'],
    [inputs.skipped, 'skipped (ingested before)'],
    [inputs.stillRejected, 'still rejected'],
    [inputs.passedOver, 'passed over'],
  ] as const;
  const said = states.filter(([n]) => n > 0).map(([n, name]) => `${count(n)} ${name}`);
  const lines = [
    bold('ingested'),
    `  inputs   ${count(inputs.found)} found${said.length > 0 ? `: ${said.join(', ')}` : ''}`,
    `  records  ${count(records.read)} read = ${count(records.kept)} kept + ${count(records.malformed)} malformed + ${count(records.notRecords)} not records`,
  ];
  const beside = Object.entries(summary.passedOver).sort(([a], [b]) => (a < b ? -1 : 1));
  if (beside.length > 0)
    lines.push(`  passed   ${beside.map(([name, n]) => `${count(n)} ${printable(name)}`).join(', ')}: no inputs, not opened`);
  const kept = Object.entries(rows).filter(([, n]) => n > 0);
  if (kept.length > 0) lines.push(`  rows     ${kept.map(([table, n]) => `${count(n)} ${table}`).join(', ')}`);
  for (const problem of summary.problems) lines.push(`  ${problem.status.padEnd(8)} ${problemText(problem.location, problem.reason)}`);
  lines.push(`  took     ${seconds(summary.durationMs)}`);
  return `${lines.join('\n')}\n`;
}

/** What an ingestion did, in a line; what is not whole is told on stderr, each by itself. */
export function ingestedText({ inputs, records, durationMs }: IngestSummary): string {
  const read = inputs.ingested + inputs.partial;
  const others = [
    [inputs.skipped, 'ingested before'],
    [inputs.rejected, 'rejected'],
    [inputs.failed, 'not read'],
    [inputs.passedOver, 'passed over'],
  ] as const;
  const parts = [
    `${count(read)} of ${count(inputs.found)} inputs`,
    ...others.filter(([n]) => n > 0).map(([n, name]) => `${count(n)} ${name}`),
    `${count(records.kept)} records`,
    ...(records.malformed > 0 ? [`${count(records.malformed)} set aside`] : []),
    seconds(durationMs),
  ];
  return `ingested ${parts.join(', ')}\n`;
}

/** Names the input once: most reasons begin with it. */
export function problemText(location: string, reason: string): string {
  return printable(reason.includes(location) ? reason : `${location}: ${reason}`);
}

const KIND_NAMES: Readonly<Record<InputKind, string>> = {
  cloudtrail: 'CloudTrail logs',
  usage_report: 'usage reports',
  snapshot: 'snapshots',
  session_check: 'session checks',
  flow_log: 'flow logs',
};

/** What is said of a path that was given and has nothing below it. */
export function emptyText(kind: InputKind, path: string): string {
  return `no file below ${path} can be read as ${KIND_NAMES[kind]}; check the path, and that the files were delivered`;
}

/** What is said of an input that holds other bytes than when it was ingested. */
export function changedText(
  now: { readonly location: string; readonly sha256: string },
  before: { readonly sha256: string; readonly ingestedAtMs: number },
): string {
  return (
    `${now.location} changed since it was ingested at ${formatTime(before.ingestedAtMs)}: its SHA-256 was ${before.sha256} ` +
    `and is ${now.sha256}; find out who rewrote it: what it said before is still in the lake`
  );
}
