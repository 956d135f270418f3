/**
 * Every golden folder through the real thing: files → lake → verdicts, as `run` does it. Folders of one configuration and one
 * `as_of` share a run, unless they are about its counts; `GOLDEN=each` gives every folder its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { correlate } from '../../lib/engine/correlation.ts';
import { openLake } from '../../lib/engine/lake.ts';
import { ingest } from '../../lib/local/ingest.ts';
import type { RunRow } from '../../schemas/answer-tables.ts';
import type { AttributionRow } from '../../schemas/attributions-table.ts';
import { goldenNames } from '../helpers/golden.ts';
import { copyGroupInputs, expectedInGroup, type GoldenGroup, goldenGroups } from '../helpers/golden-groups.ts';
import { writeGoldenLedger } from '../helpers/golden-ledger.ts';

const GROUPS = goldenGroups((golden) => process.env['GOLDEN'] === 'each' || Object.keys(golden.counts).length > 0);

const identity = (eventId: string, eventTimeMs: number) => `${eventId} at ${new Date(eventTimeMs).toISOString()}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'golden-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every folder is in a group, and no event is in two', () => {
  expect(GROUPS.flatMap((group) => group.names).sort()).toEqual(goldenNames());
  for (const group of GROUPS) {
    const ids = group.cases.flatMap((golden) => [...new Set(expectedInGroup(group, golden).map((expected) => expected.eventId))]);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

describe.each(GROUPS.map((group, at) => [at, group] as const))('golden verdicts through the lake, group %i', (at, group) => {
  let run: RunRow;
  let rows: AttributionRow[];

  beforeAll(async () => {
    ({ run, rows } = await runGroup(group, join(folder, String(at))));
  });

  test.each(group.cases.map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
    const expectedRows = expectedInGroup(group, golden);
    const compared = expectedRows.map((expected) => {
      const row = rows.find((each) => each.event_id === expected.eventId && each.event_time_ms === expected.eventTimeMs);
      const columns = Object.keys(expected.columns).map((column) => [column, row?.[column as keyof typeof row]]);
      return { note: expected.note, row: row?.verdict_row, ...Object.fromEntries(columns) };
    });
    expect(compared).toEqual(expectedRows.map(({ note, row, columns }) => ({ note, row, ...columns })));
    const counts = Object.keys(golden.counts).map((count) => [count, run[count as keyof RunRow]]);
    expect(Object.fromEntries(counts)).toEqual(golden.counts);
  });

  test('has the rows that its folders expect and no others', () => {
    expect(rows.map((row) => identity(row.event_id, row.event_time_ms)).sort()).toEqual(
      group.cases
        .flatMap((golden) => expectedInGroup(group, golden).map((expected) => identity(expected.eventId, expected.eventTimeMs)))
        .sort(),
    );
  });
});

async function runGroup(group: GoldenGroup, directory: string): Promise<{ run: RunRow; rows: AttributionRow[] }> {
  const given = copyGroupInputs(group, join(directory, 'in'));
  const paths = (kind: string) => given.filter((input) => input.kind === kind).map((input) => input.path);
  const lake = await openLake(join(directory, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
  try {
    const sources = { cloudtrail: paths('cloudtrail'), usageReports: paths('usage_report'), snapshots: paths('snapshot'), flowLogs: [] };
    await ingest(lake, sources, { nowMs: group.asOfMs });
    await writeGoldenLedger(lake, group, join(directory, 'in'));
    const options = { asOfMs: group.asOfMs, nowMs: group.asOfMs, toolVersion: 'test', rules: [] };
    const { run } = await correlate(lake, group.configuration, options);
    return { run, rows: await lake.database.rows<AttributionRow>('SELECT * FROM attributions') };
  } finally {
    await lake.close();
  }
}
