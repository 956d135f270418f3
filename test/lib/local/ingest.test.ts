/** Bad inputs beside good ones: each is named with its reason, nothing beside it is lost, and the counts add up. */
import { mkdirSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { correlate } from '../../../lib/engine/correlation.ts';
import type { Lake } from '../../../lib/engine/lake.ts';
import { openLake } from '../../../lib/engine/lake.ts';
import { DEFAULT_LIMITS } from '../../../lib/ingest/reader.ts';
import type { IngestSummary } from '../../../lib/local/ingest.ts';
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

const LIMITS = { ...DEFAULT_LIMITS, maxUnpackedBytes: 200_000 };

let folder: string;
let lake: Lake;

async function open(): Promise<void> {
  folder = temporaryFolder('ingest');
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
}

async function shut(): Promise<void> {
  await lake.close();
  removeFolder(folder);
}

const idsOf = async (): Promise<string[]> =>
  (await lake.database.rows<{ event_id: string }>('SELECT event_id FROM events ORDER BY event_id')).map((row) => row.event_id);

describe('bad inputs beside good ones', () => {
  let first: IngestSummary;
  let second: IngestSummary;
  const logs = () => join(folder, 'logs');

  beforeAll(async () => {
    await open();
    const write = (name: string, content: string | Uint8Array) => writeInput(logs(), name, content);
    const gzip = gzipSync(logText(...someRecords('cut', 200)));
    write('good-1.json', logText(...someRecords('good-1', 3)));
    write('good-2.json.gz', gzipSync(logText(...someRecords('good-2', 3))));
    write('truncated.json.gz', gzip.subarray(0, Math.floor(gzip.length * 0.7)));
    write('text.json.gz', 'this is no log\n');
    write('empty.json', '');
    write('no-id.json', logText(s3Record({ eventID: undefined }), s3Record({ eventID: 'beside-no-id' })));
    write('impossible-date.json', logText(s3Record({ eventID: 'when', eventTime: '2026-02-30T10:00:00Z' })));
    write('half-a-line.jsonl', `${JSON.stringify(s3Record({ eventID: 'whole-line' }))}\n${JSON.stringify(s3Record()).slice(0, 150)}`);
    write('bomb.json.gz', gzipSync(`{"Records":[${JSON.stringify(s3Record({ eventID: 'before-the-bomb' }))},${' '.repeat(1_000_000)}]}`));
    write('digest.json', JSON.stringify({ awsAccountId: '111122223333', digestStartTime: '2026-03-02T10:00:00Z', logFiles: [] }));
    writeInput(join(folder, 'reports'), 'daily-session-report-2026-03-02.csv', reportText({}));
    writeInput(
      join(folder, 'reports'),
      'daily-session-report-2026-03-01.csv',
      reportText({ user_session_id: 'ok' }, { user_session_id: 'late', session_end_time: 'yesterday' }),
    );
    writeInput(join(folder, 'reports'), 'no-user-column.csv', reportText({}).replace(',user_id,', ',user_name,'));
    writeInput(join(folder, 'snapshots'), 'good.jsonl', sweepText());
    writeInput(join(folder, 'snapshots'), 'garbage.jsonl', '{"time":"2026-03-02T10:10:00Z"}\nnonsense\n');
    const sources = { cloudtrail: [logs()], usageReports: [join(folder, 'reports')], snapshots: [join(folder, 'snapshots')] };
    first = await ingestInto(lake, sources, { limits: LIMITS });
    second = await ingestInto(lake, sources, { limits: LIMITS });
  });
  afterAll(shut);

  const problem = (name: string) => {
    const found = first.problems.filter((each) => each.location.endsWith(`/${name}`));
    return found.map(({ status, reason }) => ({ status, reason }));
  };

  test.each([
    ['truncated.json.gz', 'partial', /cut off: its gzip data ends early.*fetch the file again/],
    ['text.json.gz', 'rejected', /holds nothing that CloudTrail writes.*check/],
    ['empty.json', 'rejected', /is empty; fetch it again/],
    ['no-id.json', 'partial', /1 record was set aside: .*eventID/],
    ['impossible-date.json', 'rejected', /1 record was set aside: .*eventTime/],
    ['half-a-line.jsonl', 'partial', /cut off.*fetch the file again/],
    ['bomb.json.gz', 'partial', /more than the limit of 200000 bytes; .*split the input/],
    ['no-user-column.csv', 'rejected', /lacks .*user_id/],
    ['daily-session-report-2026-03-01.csv', 'partial', /1 record was set aside: .*session_end_time/],
    ['garbage.jsonl', 'rejected', /2 records were set aside/],
  ])('%s is named as %s with the reason', (name, status, reason) => {
    expect(problem(name)).toEqual([{ status, reason: expect.stringMatching(reason) }]);
  });

  test('nothing else is a problem', () => {
    expect(first.problems).toHaveLength(10);
  });

  test('everything that is well-formed is there, in the good inputs and in the bad ones', async () => {
    const ids = await idsOf();
    expect(ids.filter((id) => id.startsWith('good-'))).toEqual(['good-1-0', 'good-1-1', 'good-1-2', 'good-2-0', 'good-2-1', 'good-2-2']);
    expect(ids).toEqual(expect.arrayContaining(['beside-no-id', 'whole-line', 'before-the-bomb', 'cut-0']));
    const sessions = await lake.query('SELECT session_id, origin FROM sessions ORDER BY session_id, origin');
    expect(sessions.rows).toEqual([
      ['a11ce000-0000-4000-8000-000000000001', 'report'],
      ['a11ce000-0000-4000-8000-000000000001', 'snapshot'],
      ['ok', 'report'],
    ]);
  });

  test('the inputs found are those ingested, partial, rejected, failed and skipped', () => {
    const { found, ingested, partial, rejected, failed, skipped } = first.inputs;
    expect({ found, ingested, partial, rejected, failed, skipped }).toEqual({
      found: 15,
      ingested: 5,
      partial: 5,
      rejected: 5,
      failed: 0,
      skipped: 0,
    });
  });

  test('the records read are those kept, malformed and not records, in the summary and in every input', async () => {
    const { read, kept, malformed, notRecords } = first.records;
    expect(read).toBe(kept + malformed + notRecords);
    const broken = await lake.query('SELECT location FROM inputs WHERE records_read <> kept + malformed + not_records');
    expect(broken.rows).toEqual([]);
    const sums = await lake.query('SELECT sum(records_read), sum(kept), sum(malformed), sum(not_records) FROM inputs');
    expect(sums.rows).toEqual([[read, kept, malformed, notRecords]]);
  });

  test('every record that was set aside is listed with its place and a reason, never with its content', async () => {
    const { rows } = await lake.query('SELECT location, count(*), min(reason) FROM rejected_records GROUP BY location ORDER BY location');
    expect(rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(first.records.malformed);
    expect(rows.map((row) => String(row[0]).split('/').at(-1))).toEqual(
      expect.arrayContaining(['no-id.json', 'impossible-date.json', 'daily-session-report-2026-03-01.csv', 'garbage.jsonl']),
    );
    const line = await lake.query("SELECT source_index FROM rejected_records WHERE location LIKE '%report-2026-03-01.csv'");
    expect(line.rows).toEqual([[3]]);
  });

  test('a second ingest skips what is known and reads only the rejected again, without counting anything twice', async () => {
    const { found, ingested, partial, rejected, stillRejected, skipped } = second.inputs;
    expect({ found, ingested, partial, rejected, stillRejected, skipped }).toEqual({
      found: 15,
      ingested: 0,
      partial: 0,
      rejected: 5,
      stillRejected: 5,
      skipped: 10,
    });
    expect(await lake.database.count('SELECT count(*) FROM inputs')).toBe(15);
    expect(await lake.database.count('SELECT count(*) FROM rejected_records')).toBe(first.records.malformed);
    expect((await idsOf()).length).toBe(await lake.database.count("SELECT sum(row_count) FROM files WHERE table_name = 'events'"));
  });
});

describe('inputs that change between two ingests', () => {
  beforeEach(open);
  afterEach(shut);

  test('a file that was touched and not changed is skipped', async () => {
    const path = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 2)));
    await ingestInto(lake, { cloudtrail: [path] });
    utimesSync(path, 1_800_000_000, 1_800_000_000);
    const { inputs } = await ingestInto(lake, { cloudtrail: [path] });
    expect([inputs.skipped, inputs.ingested]).toEqual([1, 0]);
  });

  test('a file that was changed becomes a second version, also when its size stays', async () => {
    const path = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 2)));
    await ingestInto(lake, { cloudtrail: [path] });
    writeInput(folder, 'logs/a.json', logText(...someRecords('b', 2)), '2026-03-04T00:00:00Z');
    const { inputs } = await ingestInto(lake, { cloudtrail: [path] });
    expect(inputs.ingested).toBe(1);
    expect(await lake.database.count('SELECT count(DISTINCT version) FROM inputs')).toBe(2);
    expect(await idsOf()).toEqual(['a-0', 'a-1', 'b-0', 'b-1']);
  });

  test('an input that was rejected is taken in once it is whole', async () => {
    writeInput(folder, 'logs/a.json', '');
    const before = await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
    writeInput(folder, 'logs/a.json', logText(...someRecords('a', 1)));
    const after = await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
    expect([before.inputs.rejected, after.inputs.ingested]).toEqual([1, 1]);
    expect(await idsOf()).toEqual(['a-0']);
  });

  test('the same file at two places is kept twice and counted as duplicates by the correlation', async () => {
    writeInput(folder, 'logs/a.json', logText(...someRecords('a', 2)));
    writeInput(folder, 'logs/copy/a.json', logText(...someRecords('a', 2)));
    const { records } = await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
    expect(records.kept).toBe(4);
    const { run } = await correlate(lake, defaultConfiguration, { asOfMs: NOW_MS, nowMs: NOW_MS, toolVersion: 'test' });
    expect([run.events_kept, run.duplicates, run.in_scope]).toEqual([4, 2, 2]);
  });

  test('a file named twice on the command line is read once', async () => {
    const path = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 2)));
    const { inputs } = await ingestInto(lake, { cloudtrail: [path, join(folder, 'logs'), join(folder, 'logs/*.json')] });
    expect(inputs.found).toBe(1);
  });

  test('an input named as two kinds is refused before anything is read', async () => {
    const path = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 2)));
    await expect(ingestInto(lake, { cloudtrail: [path], snapshots: [join(folder, 'logs')] })).rejects.toThrow(
      /a\.json is named as cloudtrail and as snapshot; name each input once, as what it is/,
    );
    expect(await lake.database.count('SELECT count(*) FROM inputs')).toBe(0);
  });
});

describe('what a path names', () => {
  beforeEach(open);
  afterEach(shut);

  test('a name with a dot in front is not an input of a folder; a link to nothing is one, which cannot be read', async () => {
    writeInput(folder, 'logs/a.json', logText(...someRecords('a', 1)));
    writeInput(folder, 'logs/.b.json', logText(...someRecords('b', 1)));
    symlinkSync(join(folder, 'nothing'), join(folder, 'logs', 'link.json'));
    const { inputs, problems } = await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
    expect([inputs.found, problems.map(({ status, reason }) => [status, reason])]).toEqual([
      3,
      [['failed', expect.stringMatching(/link\.json vanished before it could be read/)]],
    ]);
  });

  test('a path that names nothing is a usage error, and an empty folder is none', async () => {
    mkdirSync(join(folder, 'none'));
    await expect(ingestInto(lake, { cloudtrail: [join(folder, 'typo')] })).rejects.toThrow(/typo names no input; check the path/);
    const { inputs } = await ingestInto(lake, { cloudtrail: [join(folder, 'none')] });
    expect(inputs.found).toBe(0);
  });

  test('a file whose name has the letters of a pattern is read as it is named', async () => {
    const path = writeInput(folder, 'logs/a[1]*(x).json', logText(...someRecords('a', 1)));
    const { inputs } = await ingestInto(lake, { cloudtrail: [path] });
    expect(inputs.ingested).toBe(1);
    const again = await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
    expect(again.inputs.skipped).toBe(1);
  });
});

describe('many small inputs', () => {
  beforeEach(open);
  afterEach(shut);

  test('400 tiny files of two days make two Parquet files of events', async () => {
    for (let n = 0; n < 400; n++) {
      const eventTime = `2026-03-0${2 + (n % 2)}T10:00:00Z`;
      writeInput(folder, `logs/${n % 7}/${n}.json`, logText(s3Record({ eventID: `tiny-${n}`, eventTime })));
    }
    const { inputs } = await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
    expect(inputs.ingested).toBe(400);
    const { rows } = await lake.query("SELECT dt, row_count FROM files WHERE table_name = 'events' ORDER BY dt");
    expect(rows).toEqual([
      ['2026-03-02', 200],
      ['2026-03-03', 200],
    ]);
    expect(readdirSync(lake.path('events', 'dt=2026-03-02'))).toHaveLength(1);
  });

  test('an interrupted ingest keeps what was committed, and the next one goes on', async () => {
    for (let n = 0; n < 5; n++) writeInput(folder, `logs/${n}.json`, logText(...someRecords(`file-${n}`, 2)));
    writeInput(folder, 'snapshots/s.jsonl', sweepText());
    const sources = { cloudtrail: [join(folder, 'logs')], snapshots: [join(folder, 'snapshots')] };
    const controller = new AbortController();
    const stopped = ingestInto(lake, sources, { signal: controller.signal, onProgress: (p) => p.inputsDone === 6 && controller.abort() });
    await expect(stopped).rejects.toThrow(/interrupted; what was committed stays/);
    expect(await lake.database.count('SELECT count(*) FROM inputs')).toBe(5);
    const { inputs } = await ingestInto(lake, sources);
    expect([inputs.skipped, inputs.ingested]).toEqual([5, 1]);
    expect(await idsOf()).toHaveLength(10);
  });
});
