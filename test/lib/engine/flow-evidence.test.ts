/** Flows and sessions in whichever order they come: a finding appears when both are there, on days however old. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseReadyQuery, resolveParameters } from '../../../lib/answer/ready-query.ts';
import { correlate } from '../../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { ACCOUNT, flow, flowLog, REGION, type ReportedSession, reportsOf } from '../../helpers/finding-folders/records.ts';
import { temporaryFolder, writeInput } from '../../helpers/input-files.ts';

/** So long after the day of the flows that no rule looks at it for being recent. */
const LATER_MS = Date.parse('2026-06-01T00:00:00Z');

const RULE = 'egress-outside-vpc';

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

/** A sweep that saw one session, to which nobody was connected. */
async function bringSighting(seen: { Id: string; UserId: string; StartTime: number }, time: string): Promise<void> {
  const session = {
    ...{ ...seen, StackName: 'analytics-stack', FleetName: 'analytics', State: 'ACTIVE', AuthenticationType: 'SAML' },
    ...{ ConnectionState: 'NOT_CONNECTED', NetworkAccessConfiguration: { EniPrivateIpAddress: '10.0.1.25', EniId: 'eni-0a1b' } },
  };
  const page = { time, account: ACCOUNT, region: REGION, fleets: ['analytics'], complete: true, Sessions: [session] };
  const sweep = writeInput(folder, 'snapshots.jsonl', `${JSON.stringify(page)}\n`);
  await ingest(lake, { ...nothing, snapshots: [sweep] }, { nowMs: LATER_MS, threads: 1 });
}

let minutes = 0;
async function found(): Promise<(string | null)[]> {
  minutes += 1;
  const options = { asOfMs: LATER_MS, nowMs: LATER_MS + minutes * 60_000, toolVersion: 'test', rules: [RULE] };
  const { newFindings } = await correlate(lake, configurationSchema.parse({}), options);
  return newFindings.map(({ user_id }) => user_id);
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

  test('is told again without a name when a later report gives the session to another user', async () => {
    await bringReport({}, '2026-03-03T06:00:00Z');
    await bringFlows();
    expect(await found()).toEqual(['alice']);
    await bringReport({ user: 'bob' }, '2026-03-05T06:00:00Z');
    expect(await found()).toEqual([null]);
  });

  test('is told, and names nobody, when snapshots only let a session suppose', async () => {
    await bringSighting({ Id: 's-1', UserId: 'alice', StartTime: Date.parse('2026-03-02T10:00:00Z') / 1000 }, '2026-03-02T10:05:00Z');
    await bringFlows();
    expect(await found()).toEqual([null]);
    expect((await lake.query("SELECT summary LIKE 'a session, which may be that of alice, sent%' FROM findings")).rows).toEqual([[true]]);
  });

  test('says of more than ten who may have sent it how many more there are', async () => {
    const sessions = Array.from({ length: 12 }, (_, n) => ({ id: `s-${n}`, user: `user${10 + n}`, multi: true }));
    const paths = [...reportsOf(sessions)].map(([name, text]) => writeInput(folder, name, text));
    await ingest(lake, { ...nothing, usageReports: paths }, { nowMs: LATER_MS, threads: 1 });
    await bringFlows();
    expect(await found()).toEqual([null]);
    expect((await lake.query("SELECT summary LIKE '%user18, user19 and 2 more, sent%' FROM findings")).rows).toEqual([[true]]);
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

describe('the questions about flows', () => {
  async function asked(name: string, given: Record<string, string>): Promise<readonly (readonly unknown[])[]> {
    const question = parseReadyQuery(name, readSqlFile(`queries/${name}.sql`));
    return (await lake.query(question.sql, resolveParameters(question, given, LATER_MS))).rows;
  }

  test('tell of grace, of what snapshots let suppose, and of the same region only, as the rule does', async () => {
    await bringReport({}, '2026-03-03T06:00:00Z');
    await bringFlows('grace.log', { start: Date.parse('2026-03-02T11:04:00Z') / 1000, end: Date.parse('2026-03-02T11:04:30Z') / 1000 });
    await bringFlows('elsewhere.log', { region: 'us-east-1' });
    await bringSighting({ Id: 's-2', UserId: 'bob', StartTime: Date.parse('2026-03-02T11:01:00Z') / 1000 }, '2026-03-02T11:02:00Z');
    expect((await asked('egress', {})).map((row) => [row[2], row[16]])).toEqual([['alice, bob', 's-1, s-2']]);
    expect((await asked('flows-of-session', { session: 's-1' })).map((row) => [Number(row[7]), Number(row[10])])).toEqual([[1, 1]]);
  });
});
