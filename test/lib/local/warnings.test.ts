/** What an ingestion warns of although nothing is wrong with an input: paths without any, and reports that take sessions away. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingestText, rejectedSomething } from '../../../lib/answer/ingest-text.ts';
import { lakeStatus } from '../../../lib/answer/status.ts';
import { statusText } from '../../../lib/answer/status-text.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { READER_VERSIONS } from '../../../lib/ingest/reader.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import { defaultConfiguration } from '../../../schemas/configuration.ts';
import {
  ingestInto,
  logText,
  NOW_MS,
  removeFolder,
  reportText,
  someRecords,
  sweepText,
  temporaryFolder,
  writeInput,
} from '../../helpers/input-files.ts';
import { s3Record } from '../ingest/cloudtrail-fixtures.ts';

let folder: string;
let lake: Lake;

beforeEach(async () => {
  folder = temporaryFolder('warnings');
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
});
afterEach(async () => {
  await lake.close();
  removeFolder(folder);
});

describe('a path below which there is nothing', () => {
  test('is named with what was looked for, beside those that have inputs, and is no failure', async () => {
    for (const name of ['none', 'hidden/deeper', 'reports']) mkdirSync(join(folder, name), { recursive: true });
    writeInput(folder, 'hidden/.a.json', logText(...someRecords('a', 1)));
    const log = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 1)));
    const [none, hidden, reports] = [join(folder, 'none'), join(folder, 'hidden'), join(folder, 'reports')];
    const summary = await ingestInto(lake, { cloudtrail: [none, log, hidden], usageReports: [reports] });
    expect(summary.problems).toEqual([
      { location: hidden, status: 'empty', reason: expect.stringContaining(`no file below ${hidden} can be read as CloudTrail logs`) },
      { location: none, status: 'empty', reason: expect.stringContaining(`no file below ${none} can be read as CloudTrail logs`) },
      { location: reports, status: 'empty', reason: expect.stringContaining(`no file below ${reports} can be read as usage reports`) },
    ]);
    expect(summary.inputs).toMatchObject({ found: 2, ingested: 1, passedOver: 1 });
    expect(rejectedSomething(summary)).toBe(false);
    expect(ingestText(summary)).toContain(`  empty    no file below ${none} can be read`);
  });

  test('is named again when everything else is known', async () => {
    mkdirSync(join(folder, 'none'));
    const paths = { cloudtrail: [join(folder, 'none')] };
    await ingestInto(lake, paths);
    expect((await ingestInto(lake, paths)).problems.map((problem) => problem.status)).toEqual(['empty']);
  });
});

describe('two reports of one day', () => {
  const NAME = 'daily-session-report-2026-03-02.csv';
  const sessionOf = (user_id: string) => ({ user_id, user_session_id: `s-${user_id}` });
  const [alice, bob, carol] = [sessionOf('alice'), sessionOf('bob'), sessionOf('carol')];
  const first = (...rows: Record<string, string>[]) => writeInput(folder, `first/${NAME}`, reportText(...rows), '2026-03-03T06:00:00Z');
  const second = (...rows: Record<string, string>[]) => writeInput(folder, `second/${NAME}`, reportText(...rows), '2026-03-04T06:00:00Z');
  const ingestReports = (...paths: string[]) => ingestInto(lake, { usageReports: paths });
  const status = () => lakeStatus(lake, defaultConfiguration, NOW_MS);

  test('are no matter when the later one has every session of the earlier one', async () => {
    expect((await ingestReports(first(alice), second(alice, bob))).problems).toEqual([]);
    expect((await status()).problems).toEqual([]);
  });

  test('are told by ingest and status, with both names and what to look at, when the later one lacks sessions', async () => {
    const [before, after] = [first(alice, bob, carol), second(carol)];
    const summary = await ingestReports(before, after);
    const reason = expect.stringMatching(
      new RegExp(
        `^the report of 2026-03-02 in 111122223333 eu-west-1 was rewritten: 2 issues .*${before} \\(modified 2026-03-03T06:00:00Z, ` +
          `sha256 [0-9a-f]{64}\\), ${after} \\(modified 2026-03-04T06:00:00Z, sha256 [0-9a-f]{64}\\); look at finding report-rewritten`,
      ),
    );
    expect(summary.problems).toEqual([{ location: after, status: 'contested', reason }]);
    expect(rejectedSomething(summary)).toBe(false);
    const said = await status();
    expect(said.problems).toEqual([{ location: after, status: 'contested', kind: 'usage_report', malformed: 0, reason }]);
    expect(statusText(said)).toContain('  contested the report of 2026-03-02');
  });

  test('are listed session by session by the ready question, with the report that has what the other lacks', async () => {
    const [losing, winning] = [first(alice, bob), second(alice)];
    await ingestReports(losing, winning);
    const { columns, rows } = await lake.query(readSqlFile('queries/replaced-reports.sql'));
    const found = rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
    expect(found).toEqual([
      expect.objectContaining({ session_id: 's-bob', user_id: 'bob', report_day: '2026-03-02', report_file: losing }),
    ]);
  });

  test('may be two versions of one file', async () => {
    await ingestReports(first(alice, bob));
    const path = writeInput(folder, `first/${NAME}`, reportText(alice), '2026-03-05T00:00:00Z');
    const { problems } = await ingestReports(path);
    expect(problems.map((problem) => problem.status)).toEqual(['changed', 'contested']);
    expect(problems.map((problem) => problem.reason)).toEqual([
      expect.stringContaining(`${path} changed since it was ingested at 2026-03-10T00:00:00Z`),
      expect.stringContaining(`${path} (modified 2026-03-05T00:00:00Z`),
    ]);
    const [changed] = (await status()).evidence.changedInputs;
    expect(changed).toMatchObject({ location: path, kind: 'usage_report' });
  });

  test('are told by the ingest that brought one of them, not by every later one', async () => {
    await ingestReports(first(alice, bob), second(alice));
    const other = writeInput(folder, 'daily-session-report-2026-03-01.csv', reportText({}));
    expect((await ingestReports(other)).problems).toEqual([]);
    expect((await status()).problems).toHaveLength(1);
  });

  test('of other accounts or regions have nothing to do with each other', async () => {
    const elsewhere = { ...bob, region: 'us-east-1' };
    expect((await ingestReports(first(alice), second(elsewhere))).problems).toEqual([]);
  });
});

describe('an input whose bytes change after it was ingested', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const [first, second] = [logText(...someRecords('a', 1)), logText(...someRecords('b', 2))];
  const log = (text: string, modified?: string) => writeInput(folder, 'logs/a.json', text, modified);
  const ingestLogs = (nowMs = NOW_MS) => ingestInto(lake, { cloudtrail: [join(folder, 'logs')] }, { nowMs });

  test('is told once with both hashes, and is no failure', async () => {
    log(first);
    await ingestLogs();
    const path = log(second);
    const summary = await ingestLogs(NOW_MS + 1000);
    expect(summary.problems).toEqual([
      {
        location: path,
        status: 'changed',
        reason:
          `${path} changed since it was ingested at 2026-03-10T00:00:00Z: its SHA-256 was ${sha256(first)} and is ${sha256(second)}; ` +
          'find out who rewrote it: what it said before is still in the lake',
      },
    ]);
    expect(rejectedSomething(summary)).toBe(false);
    expect(ingestText(summary)).toContain(`  changed  ${path} changed since`);
    expect((await ingestLogs()).problems).toEqual([]);
    log(first);
    expect((await ingestLogs()).problems).toMatchObject([
      { status: 'changed', reason: expect.stringContaining(`and is ${sha256(first)}`) },
    ]);
  });

  test('is told beside what is wrong with it', async () => {
    log(first);
    await ingestLogs();
    log('nonsense');
    expect((await ingestLogs()).problems.map((problem) => problem.status)).toEqual(['changed', 'rejected']);
  });

  test('has not changed when it was only touched, was rejected before, or is another file', async () => {
    log('nonsense');
    await ingestLogs();
    log(first);
    expect((await ingestLogs()).problems).toEqual([]);
    log(first, '2026-03-07T00:00:00Z');
    writeInput(folder, 'logs/b.json', second);
    expect((await ingestLogs()).problems).toEqual([]);
  });

  test('may do so when it is a collection of sweeps, which grows', async () => {
    const sweeps = writeInput(folder, 'sweeps.jsonl', sweepText());
    await ingestInto(lake, { snapshots: [sweeps] });
    writeInput(folder, 'sweeps.jsonl', sweepText() + sweepText('2026-03-02T10:20:00Z'));
    expect((await ingestInto(lake, { snapshots: [sweeps] })).problems).toEqual([]);
  });
});

describe('a record that is dated more than 48 hours after the ingestion', () => {
  const at = (ms: number) => s3Record({ eventID: `at-${ms}`, eventTime: new Date(ms).toISOString().replace('.000Z', 'Z') });
  const LATEST = NOW_MS + 48 * 3_600_000;

  test('is set aside, counted and listed, and taken by a later ingestion of another copy', async () => {
    writeInput(folder, 'logs/a.json', logText(at(LATEST), at(LATEST + 1000)));
    const summary = await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
    expect(summary.records).toEqual({ read: 2, kept: 1, malformed: 1, notRecords: 0 });
    const { rows } = await lake.query('SELECT source_index, reason FROM rejected_records');
    expect(rows).toEqual([
      [1, expect.stringMatching(/^time_out_of_range: eventTime is not between 2006-01-01T00:00:00Z and 2026-03-12T00:00:00Z$/)],
    ]);
    const copy = writeInput(folder, 'copy.json', logText(at(LATEST + 1000)));
    expect((await ingestInto(lake, { cloudtrail: [copy] }, { nowMs: LATEST })).records.kept).toBe(1);
  });
});

test('every input says which version of its reader read it', async () => {
  writeInput(folder, 'logs/a.json', logText(...someRecords('a', 1)));
  const report = writeInput(folder, 'daily-session-report-2026-03-02.csv', reportText({}));
  await ingestInto(lake, { cloudtrail: [join(folder, 'logs')], usageReports: [report] });
  expect((await lake.query('SELECT kind, reader_version FROM inputs ORDER BY kind')).rows).toEqual([
    ['cloudtrail', READER_VERSIONS.cloudtrail],
    ['usage_report', READER_VERSIONS.usage_report],
  ]);
});
