/** Every golden folder through the real thing: files → lake → verdicts, as `run` does it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { correlate } from '../../lib/engine/correlation.ts';
import { openLake } from '../../lib/engine/lake.ts';
import { ingest } from '../../lib/local/ingest.ts';
import type { AttributionRow } from '../../schemas/attributions-table.ts';
import { copyGoldenInputs, goldenNames, loadGolden } from '../helpers/golden.ts';

const identity = (eventId: string, eventTimeMs: number) => `${eventId} at ${new Date(eventTimeMs).toISOString()}`;

describe('golden verdicts through the lake', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'golden-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each(goldenNames())('%s', async (name) => {
    const golden = loadGolden(name);
    const inputs = copyGoldenInputs(golden, join(folder, 'in'));
    const paths = (kind: string) => inputs.filter((input) => input.kind === kind).map((input) => input.path);
    const lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
    try {
      const sources = { cloudtrail: paths('cloudtrail'), usageReports: paths('usage_report'), snapshots: paths('snapshot'), flowLogs: [] };
      await ingest(lake, sources, { nowMs: golden.asOfMs });

      const { run } = await correlate(lake, golden.configuration, { asOfMs: golden.asOfMs, nowMs: golden.asOfMs, toolVersion: 'test' });

      const rows = await lake.database.rows<AttributionRow>('SELECT * FROM attributions');
      const compared = golden.expected.map((expected) => {
        const row = rows.find((each) => each.event_id === expected.eventId && each.event_time_ms === expected.eventTimeMs);
        const columns = Object.keys(expected.columns).map((column) => [column, row?.[column as keyof typeof row]]);
        return { note: expected.note, ...Object.fromEntries(columns) };
      });
      expect(compared).toEqual(golden.expected.map(({ note, columns }) => ({ note, ...columns })));
      expect(rows.map((row) => identity(row.event_id, row.event_time_ms)).sort()).toEqual(
        golden.expected.map((expected) => identity(expected.eventId, expected.eventTimeMs)).sort(),
      );
      const counts = Object.keys(golden.counts).map((count) => [count, run[count as keyof typeof run]]);
      expect(Object.fromEntries(counts)).toEqual(golden.counts);
    } finally {
      await lake.close();
    }
  });
});
