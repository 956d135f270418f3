import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { THIEF_DESTINATION } from '../../../lib/demo/flow-log.ts';
import { generateDemo } from '../../../lib/demo/generate.ts';
import type { DemoManifest } from '../../../lib/demo/manifest.ts';
import { readFlowLog } from '../../../lib/ingest/flow-log-reader.ts';
import type { FlowRow } from '../../../schemas/flows-table.ts';
import { contextFor, inPieces, readAll } from '../ingest/read-text.ts';

describe('the flow logs of the demo day', () => {
  const rows: FlowRow[] = [];
  let manifest: DemoManifest;
  let files = 0;

  beforeAll(async () => {
    const demo = generateDemo({ events: 3000 });
    let step = demo.next();
    for (; !step.done; step = demo.next()) {
      if (!step.value.path.startsWith('flow-logs/')) continue;
      files++;
      const { outcome, rows: read } = await readAll(readFlowLog, inPieces(gunzipSync(step.value.bytes)), contextFor(step.value.path));
      expect(outcome).toMatchObject({ malformed: 0, problem: null, region: 'eu-west-1' });
      rows.push(...read.flows.map(({ row }) => row));
    }
    manifest = step.value;
  });

  test('are read whole, and counted', () => {
    expect(manifest.inputs.flowLogs).toEqual({ path: 'flow-logs', files });
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.some(({ log_status }) => log_status === 'SKIPDATA')).toBe(true);
  });

  test('show one who sends data out: the thief', () => {
    const out = rows.filter((row) => row.destination_kind === 'public' && row.destination_service === null);
    expect([...new Set(out.map(({ source_address }) => source_address))]).toEqual([manifest.story?.thief.address]);
    expect([...new Set(out.map(({ destination_address }) => destination_address))]).toEqual([THIEF_DESTINATION]);
    expect(new Set(out.map(({ action }) => action))).toEqual(new Set(['ACCEPT', 'REJECT']));
  });

  test('are not made where no story is told', () => {
    const paths = [...generateDemo({ events: 500, story: false })].map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith('flow-logs/'))).toEqual([]);
  });
});
