import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DiskFullError, InputError } from '../../../lib/errors.ts';
import { readCloudTrail } from '../../../lib/ingest/cloudtrail-reader.ts';
import { DEFAULT_LIMITS } from '../../../lib/ingest/reader.ts';
import { ids, type Json, type Reading, read, s3Record } from './cloudtrail-fixtures.ts';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

function record(eventID: string, over: Json = {}): Json {
  return s3Record({ eventID, ...over });
}

function expectCountsToAddUp(reading: Reading): void {
  expect(reading.recordsRead).toBe(reading.kept + reading.malformed + reading.notRecords);
  expect(reading.malformed).toBe(reading.rejected.length);
  expect(reading.kept).toBe(reading.rows.events.length);
}

const [a, b, c] = ['a', 'b', 'c'].map((id) => record(id)) as [Json, Json, Json];
const log = JSON.stringify({ Records: [a, b, c] });

const DIGEST = {
  awsAccountId: '111122223333',
  digestStartTime: '2026-03-02T10:00:00Z',
  digestEndTime: '2026-03-02T11:00:00Z',
  logFiles: [{ s3Object: 'x' }],
};
const INSIGHT = {
  eventVersion: '1.07',
  eventTime: '2026-03-02T10:00:00Z',
  awsRegion: 'eu-west-1',
  eventID: 'i',
  eventType: 'AwsCloudTrailInsight',
  insightDetails: {},
  eventCategory: 'Insight',
};
const AGGREGATED = {
  eventVersion: '1.0',
  accountId: '1',
  eventId: 'g',
  eventCategory: 'Aggregated',
  eventType: 'AwsAggregatedEvent',
  timeWindow: {},
};
const NETWORK = record('n', { eventType: 'AwsVpceEvent', eventCategory: 'NetworkActivity', errorCode: 'VpceAccessDenied' });

function bridged(detail: Json): Json {
  return {
    version: '0',
    id: 'x',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.s3',
    account: '1',
    time: 't',
    resources: [],
    detail,
  };
}

function lookedUp(inner: Json): Json {
  return { EventId: inner['eventID'], EventName: 'GetObject', Resources: [], CloudTrailEvent: JSON.stringify(inner) };
}

describe('the forms of a log', () => {
  const lines = (values: Json[]) => values.map((value) => JSON.stringify(value)).join('\n');
  test.each([
    ['a log file', log],
    ['a pretty-printed log file', JSON.stringify({ Records: [a, b, c] }, null, 2)],
    ['JSON lines', lines([a, b, c])],
    ['an array', JSON.stringify([a, b, c])],
    ['EventBridge lines', lines([a, b, c].map(bridged))],
    ['an array of EventBridge events', JSON.stringify([a, b, c].map(bridged))],
    ['EventBridge events in a log file', JSON.stringify({ Records: [a, b, c].map(bridged) })],
    ['lookup-events', JSON.stringify({ Events: [a, b, c].map(lookedUp), NextToken: 't' }, null, 4)],
    ['lookup-events lines', lines([a, b, c].map(lookedUp))],
    ['a mixture', `${JSON.stringify(bridged(a))}\n{"Records":[${JSON.stringify(lookedUp(b))}]}\n${JSON.stringify(c)}`],
  ])('%s gives the same rows', async (_, document) => {
    for (const chunkSizes of [[], [1], [100, 7]]) {
      const reading = await read(document, { chunkSizes });
      expectCountsToAddUp(reading);
      expect(ids(reading)).toEqual(['a', 'b', 'c']);
      expect(reading.rows.events.map(({ dt }) => dt)).toEqual(Array(3).fill('2026-03-02'));
      expect(reading.rows.events.map(({ row }) => row.source_index)).toEqual([0, 1, 2]);
      expect(reading).toMatchObject({ content: 'records', recordsRead: 3, malformed: 0, notRecords: 0, problem: null, reportDay: null });
    }
  });

  test('the hash is that of the bytes of the record: those in the file, of the detail, of the text unescaped', async () => {
    const text = JSON.stringify(record('é', { userAgent: 'ü "quoted"' }), null, 1);
    const expected = sha256(text);
    const documents = [
      `{"Records":[ ${text} , {}]}`,
      `{"detail-type":"x", "resources":[{"detail":{}}], "text":"detail", "detail" : ${text} , "z":{"detail":{"eventID":"no"}}}`,
      JSON.stringify({ Events: [{ CloudTrailEvent: text }] }),
    ];
    for (const document of documents) {
      const { rows } = await read(document, { chunkSizes: [11] });
      expect(rows.events[0]?.row).toMatchObject({ event_id: 'é', user_agent: 'ü "quoted"', record_sha256: expected });
    }
  });

  test('location and time of ingestion are those of the context', async () => {
    const { rows } = await read(log, { location: 's3://b/x.json' });
    expect(rows.events[0]?.row).toMatchObject({ source_file: 's3://b/x.json', ingested_at_ms: 1_772_500_000_000 });
  });

  test('records of several days go to the day of each, unsorted as they may be', async () => {
    const times = ['2026-03-03T00:00:00Z', '2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z'];
    const { rows } = await read(JSON.stringify(times.map((eventTime, n) => record(`e${n}`, { eventTime }))));
    expect(rows.events.map(({ dt }) => dt)).toEqual(['2026-03-03', '2026-03-01', '2026-03-02']);
  });

  test('duplicates are kept: they are resolved where all files are seen', async () => {
    expect(ids(await read(JSON.stringify({ Records: [a, a, a] })))).toEqual(['a', 'a', 'a']);
  });

  test('a text in a key that looks like the end of a record is a key', async () => {
    const key = '"},{"eventVersion":"1.09","eventID":"forged\\"}]} \n\u2028é😀';
    const records = ['x', 'y', 'z'].map((id) => record(id, { requestParameters: { bucketName: 'b', key } }));
    const { rows, malformed } = await read(JSON.stringify({ Records: records }), { chunkSizes: [997, 13] });
    expect(rows.events.map(({ row }) => row.object_key)).toEqual([key, key, key]);
    expect(malformed).toBe(0);
  });

  test('is read to the same rows however it is cut into chunks', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const hostile = fc.constantFrom('"},{"eventVersion":"9"', '\\', '\\\\"', '\u00e9', '\ud83d\ude00', '\ud83d', ']}');
    const generated = fc.array(
      fc
        .tuple(fc.oneof(text, hostile), fc.oneof(text, hostile))
        .map(([key, userAgent]) => record('id', { userAgent, requestParameters: { bucketName: 'b', key } })),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(
        generated,
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 4 }),
        async (records, chunkSizes) => {
          const document = Buffer.from(JSON.stringify({ Records: records }));
          const expected = (JSON.parse(document.toString()) as { Records: Json[] }).Records;
          const { rows } = await read(document, { chunkSizes });
          const orNull = (value: unknown) => (value === '' ? null : value);
          expect(rows.events.map(({ row }) => [row.object_key, row.user_agent])).toEqual(
            expected.map((value) => [orNull((value['requestParameters'] as Json)['key']), orNull(value['userAgent'])]),
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('what is no record', () => {
  test.each([
    ['digest', JSON.stringify(DIGEST), 1],
    ['digest', JSON.stringify({ ...DIGEST, logFiles: [], newestEventTime: null }, null, 2), 1],
    ['insight', JSON.stringify({ Records: [INSIGHT, INSIGHT] }), 2],
    ['aggregated', JSON.stringify({ Records: [AGGREGATED] }), 1],
    ['network_activity', JSON.stringify({ Records: [NETWORK, NETWORK] }), 2],
  ])('%s files are recognised and counted', async (content, document, count) => {
    const reading = await read(document);
    expectCountsToAddUp(reading);
    expect(reading).toMatchObject({ content, recordsRead: count, notRecords: count, malformed: 0, kept: 0, problem: null });
  });

  test('between records is counted, and takes a place', async () => {
    const reading = await read(JSON.stringify({ Records: [INSIGHT, a, NETWORK, b] }));
    expectCountsToAddUp(reading);
    expect(reading).toMatchObject({ content: 'records', recordsRead: 4, kept: 2, notRecords: 2 });
    expect(reading.rows.events.map(({ row }) => row.source_index)).toEqual([1, 3]);
  });

  test('of several kinds makes a file of records', async () => {
    expect((await read(JSON.stringify({ Records: [INSIGHT, NETWORK] }))).content).toBe('records');
  });
});

describe('malformed records', () => {
  test('are set aside with place and reason, and keep nobody from being read', async () => {
    const records = [a, 1, { ...b, eventID: undefined }, { ...b, eventTime: '2026-02-30T00:00:00Z' }, c, { ...c, eventName: 5 }, []];
    const reading = await read(JSON.stringify({ Records: records }));
    expectCountsToAddUp(reading);
    expect(ids(reading)).toEqual(['a', 'c']);
    expect(reading.rows.events[1]?.row.source_index).toBe(4);
    expect(reading).toMatchObject({ content: 'records', problem: null });
    expect(reading.rejected).toEqual([
      { index: 1, reason: 'not an object' },
      { index: 2, reason: 'no eventID' },
      { index: 3, reason: 'impossible eventTime' },
      { index: 5, reason: 'no eventName' },
      { index: 6, reason: 'not an object' },
    ]);
  });

  test('may be inside of a wrapping', async () => {
    const documents: [Json, string][] = [
      [{ 'detail-type': 'Object Created', detail: { bucket: {} } }, 'no eventID'],
      [{ 'detail-type': 'Scheduled Event', detail: null }, 'an EventBridge event without detail'],
      [{ EventId: 'x', CloudTrailEvent: '{"eventID":' }, 'CloudTrailEvent is not a JSON object'],
      [{ EventId: 'x', CloudTrailEvent: '[]' }, 'CloudTrailEvent is not a JSON object'],
    ];
    for (const [wrapped, reason] of documents) {
      const reading = await read(JSON.stringify([wrapped, a]));
      expect(reading.rejected).toEqual([{ index: 0, reason }]);
      expect(ids(reading)).toEqual(['a']);
    }
  });

  test('never show what they hold', async () => {
    const secret = 'SECRETTOKEN';
    const reading = await read(
      `{"eventID":"${secret}" broken}\n${secret}\n${JSON.stringify({ [secret]: secret, eventVersion: '1' })}\n{"x":"${secret}`,
    );
    expect(reading.malformed).toBe(4);
    expect(JSON.stringify(reading)).not.toContain(secret);
  });

  test('of which the input is made of end the reading, with a problem', async () => {
    const reading = await read(`[${'1,'.repeat(200_000)}1]`, { chunkSizes: [10_000] });
    expectCountsToAddUp(reading);
    expect(reading.recordsRead).toBeLessThan(120_000);
    expect(reading.problem).toMatch(/^\/logs\/file\.json has more than 100000 malformed records/);
  });
});

describe('an input with a problem', () => {
  test.each([
    ['nothing', '', 'empty', /^\/logs\/file\.json is empty/],
    ['white space', ' \n\ufeff', 'empty', /is empty/],
    ['text', 'hello\nworld\n', 'unknown', /holds nothing that CloudTrail writes/],
    ['JSON of another kind', '{"a":1}', 'unknown', /holds nothing that CloudTrail writes/],
    ['numbers', '[1,2]', 'unknown', /holds nothing that CloudTrail writes/],
    ['a report', 'account-id,start\n1,2\n', 'unknown', /holds nothing that CloudTrail writes/],
    ['a document without its end', log.slice(0, -1), 'records', /is cut off/],
    ['half a record', log.slice(0, -30), 'records', /is cut off/],
    ['half a line', `${JSON.stringify(a)}\n${JSON.stringify(b).slice(0, 50)}`, 'records', /is cut off/],
  ])('is %s', async (_, document, content, problem) => {
    const reading = await read(document);
    expectCountsToAddUp(reading);
    expect(reading.content).toBe(content);
    expect(reading.problem).toMatch(problem);
    expect(reading.problem).toContain('/logs/file.json');
  });

  test.each(['{"Records":[]}', '{ "Records" : [ ] }\n', '[]', '{"Events":[]}'])(
    'is not %s: nothing happened, which is fine',
    async (document) => {
      expect(await read(document)).toMatchObject({ content: 'records', recordsRead: 0, problem: null });
    },
  );

  test('is a log with half a record at its end: one malformed, those before kept', async () => {
    const reading = await read(log.slice(0, -30));
    expect(ids(reading)).toEqual(['a', 'b']);
    expect(reading.rejected).toEqual([{ index: 2, reason: 'cut off by the end of the input' }]);
  });

  test('keeps the records before an error of its bytes, whose message it takes', async () => {
    const reading = await read(log.slice(0, -30), {
      chunkSizes: [64],
      error: new InputError('/logs/file.json is damaged; fetch it again'),
    });
    expectCountsToAddUp(reading);
    expect(ids(reading)).toEqual(['a', 'b']);
    expect(reading.problem).toBe('/logs/file.json is damaged; fetch it again');
  });

  test('passes on errors that are not of the input: of the sink, of the program', async () => {
    await expect(read(log, { error: new TypeError('bug') })).rejects.toThrow('bug');
    const sink = {
      append() {
        throw new DiskFullError('no space left');
      },
    };
    async function* bytes() {
      yield Buffer.from(log);
    }
    const context = { location: 'x', modifiedMs: 0, ingestedAtMs: 0, limits: DEFAULT_LIMITS };
    await expect(readCloudTrail(bytes(), context, sink)).rejects.toThrow('no space left');
  });

  test('sets aside a record that is longer than the limit and reads on', async () => {
    const long = record('long', { userAgent: 'x'.repeat(5000) });
    const reading = await read(JSON.stringify({ Records: [a, long, b] }), { chunkSizes: [700], limits: { maxRecordBytes: 4000 } });
    expect(ids(reading)).toEqual(['a', 'b']);
    expect(reading.rejected).toEqual([{ index: 1, reason: 'longer than the limit of 4000 bytes for one record' }]);
  });
});

describe('account and region', () => {
  test.each([
    [
      's3://b/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_eu-west-1_20260302T1015Z_abcdefgh.json.gz',
      '111122223333',
      'eu-west-1',
    ],
    ['s3://b/pre/fix/AWSLogs/o-abc123/111122223333/CloudTrail/us-gov-west-1/2026/03/02/x.json.gz', '111122223333', 'us-gov-west-1'],
    ['s3://b/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/02/x.json.gz', '111122223333', 'eu-west-1'],
    ['/home/me/logs/111122223333_CloudTrail_ap-southeast-2_20260302T1015Z_abcdefgh.json', '111122223333', 'ap-southeast-2'],
    ['/home/me/811596193553_CloudTrail_us-east-1-20200930T2200.json', '811596193553', 'us-east-1'],
    ['C:/logs/export.json', null, null],
    ['/logs/AWSLogs/1111/CloudTrail/eu-west-1/x.json', null, null],
  ])('of %s', async (location, accountId, region) => {
    expect(await read(log, { location })).toMatchObject({ accountId, region });
  });
});

/** Real logs that cannot be published with the project: read where they are. */
const REAL = join(import.meta.dirname, '../../../../shared/data/real/cloudtrail');
const files = existsSync(REAL)
  ? readdirSync(REAL, { recursive: true, withFileTypes: true }).filter((entry) => /\.(json|gz)$/.test(entry.name))
  : [];

describe('real logs', () => {
  for (const file of files) {
    test(`${file.name} gives as many rows as JSON.parse finds records`, async () => {
      const stored = readFileSync(join(file.parentPath, file.name));
      const bytes = file.name.endsWith('.gz') ? gunzipSync(stored) : stored;
      const text = bytes.toString();
      const records =
        text.trimStart().startsWith('{"Records"') || text.includes('"Records":')
          ? (JSON.parse(text) as { Records: Json[] }).Records
          : text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line) as Json);
      for (const chunkSizes of [[], [1000]]) {
        const reading = await read(bytes, { chunkSizes });
        expectCountsToAddUp(reading);
        expect(ids(reading)).toEqual(records.map((value) => value['eventID']));
        expect(reading).toMatchObject({ content: 'records', malformed: 0, notRecords: 0, problem: null });
        expect(JSON.stringify(reading.rows)).not.toMatch(/sessionToken|secretAccessKey/i);
      }
    });
  }

  test('are looked for only where they may be', () => {
    expect(files.every((file) => file.parentPath.startsWith(REAL))).toBe(true);
  });
});
