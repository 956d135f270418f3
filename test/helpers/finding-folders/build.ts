/**
 * Writes the inputs of the golden folders of findings, the same bytes every time: `npx tsx test/helpers/finding-folders/build.ts`.
 * The folders are what counts; this only spares writing records by hand. `expected.json` is not its affair.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { findingCases } from './cases.ts';
import { ACCOUNT, type Case, flowLog, type Json, REGION, reportsOf } from './records.ts';
import { LATER } from './run-case.ts';

/** Everything that can close is closed by then. */
const CLOSED = '2026-03-20T00:00:00Z';

/** Ids follow from the case and the place of the record in it, unless the record has one. */
function withIds(records: readonly Json[], of: string): Json[] {
  const hash = createHash('sha256').update(of).digest('hex');
  return records.map((record, at) => {
    const n = String(at + 1).padStart(12, '0');
    return { eventID: `${hash.slice(0, 8)}-0000-4000-8000-${n}`, requestID: `REQ${n}`, ...record };
  });
}

function write(
  folder: string,
  {
    title,
    configuration,
    asOf = CLOSED,
    records,
    sweeps = [],
    checks,
    sessions = [{}],
    flows = [],
    defaultFlows = [],
    files = {},
    later = {},
  }: Case,
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'case.yaml'), stringify({ title, as_of: asOf, ...(configuration ? { configuration } : {}) }));
  const of = folder.split('/').slice(-2).join('/');
  const lines = withIds(records, of).map((record) => JSON.stringify(record));
  writeFileSync(join(folder, 'cloudtrail.json'), `{"Records":[\n${lines.join(',\n')}\n]}\n`);
  const pages = sweeps.map(([time, complete]) => ({
    time: `${time}Z`,
    account: ACCOUNT,
    region: REGION,
    fleets: ['analytics'],
    complete,
    Sessions: [],
  }));
  if (pages.length > 0) writeFileSync(join(folder, 'snapshots.jsonl'), pages.map((page) => `${JSON.stringify(page)}\n`).join(''));
  if (checks !== undefined) writeFileSync(join(folder, 'session-checks.jsonl'), checks);
  if (flows.length > 0) writeFileSync(join(folder, 'flows.log'), flowLog(flows, false));
  if (defaultFlows.length > 0) writeFileSync(join(folder, 'flows-default.log'), flowLog(defaultFlows, true));
  for (const [name, text] of reportsOf(sessions)) writeFileSync(join(folder, name), text);
  for (const [name, text] of [
    ...Object.entries(files),
    ...Object.entries(later).map(([name, text]) => [join(LATER, name), text] as const),
  ]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const root = join(dirname(fileURLToPath(import.meta.url)), '../../golden/findings');
for (const [rule, cases] of Object.entries(findingCases())) {
  for (const [name, each] of Object.entries(cases)) write(join(root, rule, name), each);
}
