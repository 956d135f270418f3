/** Flows and sessions in whichever order they come: a finding appears when both are there, on days however old. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { correlate } from '../../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { flow, flowLog, type ReportedSession, reportsOf } from '../../helpers/finding-folders/records.ts';
import { temporaryFolder, writeInput } from '../../helpers/input-files.ts';

/** So long after the day of the flows that no rule looks at it for being recent. */
const LATER_MS = Date.parse('2026-06-01T00:00:00Z');

let folder: string;
let lake: Lake;
beforeEach(async () => {
  folder = temporaryFolder('flow-evidence');
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
});
afterEach(async () => {
  await lake.close();
  rmSync(folder, { recursive: true, force: true });
});

const nothing = { cloudtrail: [], usageReports: [], snapshots: [], flowLogs: [] };

async function bringFlows(name = 'flows.log', over = {}): Promise<void> {
  await ingest(
    lake,
    { ...nothing, flowLogs: [writeInput(folder, name, flowLog([flow('10:10:00', over)], false))] },
    { nowMs: LATER_MS, threads: 1 },
  );
}

async function bringReport(session: ReportedSession, modified: string): Promise<void> {
  const paths = [...reportsOf([session])].map(([name, text]) => writeInput(folder, name, text, modified));
  await ingest(lake, { ...nothing, usageReports: paths }, { nowMs: LATER_MS, threads: 1 });
}

let minutes = 0;
async function found(): Promise<(string | null)[]> {
  minutes += 1;
  const options = { asOfMs: LATER_MS, nowMs: LATER_MS + minutes * 60_000, toolVersion: 'test' };
  const { newFindings } = await correlate(lake, configurationSchema.parse({}), options);
  return newFindings.filter(({ rule_id }) => rule_id === 'egress-outside-vpc').map(({ user_id }) => user_id);
}

describe('egress', () => {
  test('is found on a day without any event, once, and again when nothing is new', async () => {
    await bringReport({}, '2026-03-03T06:00:00Z');
    await bringFlows();
    expect(await found()).toEqual(['alice']);
    expect(await found()).toEqual([]);
  });

  test('is found when the report comes after the flow log', async () => {
    await bringFlows();
    expect(await found()).toEqual([]);
    await bringReport({}, '2026-03-03T06:00:00Z');
    expect(await found()).toEqual(['alice']);
  });

  test('is found when the flow log comes after the report', async () => {
    await bringReport({}, '2026-03-03T06:00:00Z');
    expect(await found()).toEqual([]);
    await bringFlows();
    expect(await found()).toEqual(['alice']);
  });

  test('is told again under another name when a later report corrects the session', async () => {
    await bringReport({}, '2026-03-03T06:00:00Z');
    await bringFlows();
    expect(await found()).toEqual(['alice']);
    await bringReport({ user: 'bob' }, '2026-03-05T06:00:00Z');
    expect(await found()).toEqual(['bob']);
  });

  test('is told once when the same log is delivered twice', async () => {
    await bringReport({}, '2026-03-03T06:00:00Z');
    await bringFlows();
    await bringFlows('again.log');
    expect(await found()).toEqual(['alice']);
    expect((await lake.query('SELECT count(*) FROM flows')).rows).toEqual([[2]]);
    expect((await lake.query("SELECT summary LIKE '%sent 1000 bytes%in 1 flow at%' FROM findings")).rows).toEqual([[true]]);
  });
});
