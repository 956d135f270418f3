/** Every packing and every wrapping gives the same rows as the records in a log file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readCloudTrail } from '../../../lib/ingest/cloudtrail-reader.ts';
import { readFlowLog } from '../../../lib/ingest/flow-log-reader.ts';
import { type InputPlace, type Readers, readInput } from '../../../lib/ingest/read-input.ts';
import { DEFAULT_LIMITS, type InputKind, type ReadLimits } from '../../../lib/ingest/reader.ts';
import { readSessionChecks } from '../../../lib/ingest/session-check-reader.ts';
import { readSnapshots } from '../../../lib/ingest/snapshot-reader.ts';
import { readUsageReport } from '../../../lib/ingest/usage-report-reader.ts';
import { countRecords, tar, utf16, WRAPPINGS, zip, zstd } from '../../helpers/containers.ts';
import { s3Record } from './cloudtrail-fixtures.ts';
import { INGESTED_MS, inPieces, MODIFIED_MS, noRows } from './read-text.ts';
import { csv, ROW } from './report-fixtures.ts';

const READERS: Readers = {
  cloudtrail: readCloudTrail,
  usage_report: readUsageReport,
  snapshot: readSnapshots,
  session_check: readSessionChecks,
  flow_log: readFlowLog,
};

/** Written by zstd itself, at its highest level: 40 records. */
const REAL_ZSTD = Buffer.from(
  'KLUv/WRbFeUGAKJJIBlQ1wOAKv88aW3GP6HJa3koKUIKV8jGzAxhIYSJ4dpKp3yKieHaSqf8iYnh2kqnlJgYrq10ygiEvk3akpJNGxFy7UnQvAjbX3RFAtWmjNuL8zRbmV8y8wP6wZ0/PWbXV8V88HnMXhwRcPyC9Jgd25WW6WbDdKcdfGJ2jcr2pBUHAy6oEXBXUlSqbBywo6Y1ESQQoSL8/yvCI35hsViwuFi0WPiCwsVi4eJicWFxC4oXi4WFi8WFuJBIBmQUihSKChUKRQXAcRGJtOxOTLO/IvBBRNSyknotWwVD9jWF',
  'base64',
);

async function read(stored: Uint8Array, place: Partial<InputPlace> = {}, limits: Partial<ReadLimits> = {}) {
  const rows = noRows();
  const sink = { append: (table: keyof typeof rows, dt: string, row: unknown) => (rows[table] as unknown[]).push({ dt, row }) };
  const context = { ingestedAtMs: INGESTED_MS, limits: { ...DEFAULT_LIMITS, ...limits } };
  const named = { location: '/in/x', kind: 'cloudtrail' as InputKind, modifiedMs: MODIFIED_MS, ...place };
  const { documents, damaged } = await readInput(inPieces(stored, 50_000), named, context, READERS, sink as never);
  for (const { read: each } of documents) {
    expect(each.recordsRead).toBe(each.kept + each.malformed + each.notRecords);
    expect(each.malformed).toBe(each.rejected.length);
  }
  return { documents, damaged, rows, problems: documents.map((each) => each.read.problem).filter((problem) => problem !== null) };
}

/** What a row says, but for where it was read. */
function said(rows: readonly { readonly row: object }[]): string[] {
  const place = new Set(['source_file', 'source_index', 'source_modified_ms', 'record_sha256']);
  return rows.map(({ row }) => JSON.stringify(Object.entries(row).filter(([name]) => !place.has(name)))).sort();
}

const RECORDS = ['a"b\\c', 'ü/漢 😀', 'plain', '\u0007;,\n'].map((key, n) =>
  JSON.stringify(s3Record({ eventID: `event-${n}`, requestParameters: { bucketName: 'b', key } })),
);
const SWEEP = `${JSON.stringify({ time: '2026-03-02T10:05:00Z', account: '111122223333', region: 'eu-west-1', complete: true, Sessions: [] })}\n`;
const FLOWS = '2 111122223333 eni-1 10.0.0.1 10.0.0.2 1 2 6 3 4 1772445600 1772445660 ACCEPT OK\n'.repeat(3);

const CONTENTS: readonly (readonly [InputKind, string, string])[] = [
  ['cloudtrail', 'a.json', WRAPPINGS['a log file']?.(RECORDS) ?? ''],
  ['usage_report', 'daily-session-report-2026-03-02.csv', csv([ROW, { ...ROW, user_id: 'zoë' }])],
  ['snapshot', 'sweep.jsonl', SWEEP],
  ['flow_log', 'flow.log', FLOWS],
];

const PACKINGS: Readonly<Record<string, (content: Buffer, name: string) => Promise<Buffer> | Buffer>> = {
  gzip: (content) => gzipSync(content),
  'gzip in gzip': (content) => gzipSync(gzipSync(content)),
  'gzip four times': (content) => gzipSync(gzipSync(gzipSync(gzipSync(content)))),
  zstd: (content) => zstd(content),
  'zstd in gzip': (content) => gzipSync(zstd(content)),
  'UTF-16, little-endian': (content) => utf16(content, false, true),
  'UTF-16, big-endian': (content) => utf16(content, true, true),
  'UTF-16, little-endian, without a mark': (content) => utf16(content, false, false),
  'UTF-16 in gzip': (content) => gzipSync(utf16(content, false, true)),
  zip: (content, name) => zip([{ name, content }]),
  tar: (content, name) => tar([{ name, content }]),
  'tar.gz': async (content, name) => gzipSync(await tar([{ name, content }])),
  'gzip in tar.gz': async (content, name) => gzipSync(await tar([{ name: `${name}.gz`, content: gzipSync(content) }])),
  'zip in zip': (content, name) => zip([{ name: 'inner.zip', content: zip([{ name, content }]) }]),
  'a folder in a zip': (content, name) =>
    zip([
      { name: 'logs/', content: Buffer.alloc(0) },
      { name: `logs/2026/${name}`, content },
    ]),
};

describe.each(Object.entries(PACKINGS))('%s', (_, packing) => {
  test.each(CONTENTS)('gives the rows of a %s', async (kind, name, text) => {
    const plain = await read(Buffer.from(text), { kind, location: `/in/${name}` });
    expect(plain.problems.filter((problem) => !/names no account/.test(problem))).toEqual([]);
    const packed = await read(await packing(Buffer.from(text), name), { kind });
    expect(packed.problems).toHaveLength(plain.problems.length);
    for (const table of ['events', 'sessions', 'snapshots', 'flows'] as const) {
      expect(said(packed.rows[table])).toEqual(said(plain.rows[table]));
    }
    // a row points at the document that it was read from
    const source = packed.documents.map((each) => each.location).reduce((a, b) => (b.length > a.length ? b : a));
    for (const { row } of Object.values(packed.rows).flat()) expect((row as { source_file: string }).source_file).toBe(source);
    const count = packed.documents.reduce((sum, each) => sum + each.read.recordsRead, 0);
    expect(count).toBe(plain.documents[0].read.recordsRead);
  });
});

describe.each(Object.entries(WRAPPINGS))('%s', (_, wrapping) => {
  test.each(['as it is', 'gzip', 'zip'])('gives every record, %s', async (packing) => {
    const text = wrapping(RECORDS);
    const stored =
      packing === 'gzip' ? gzipSync(text) : packing === 'zip' ? zip([{ name: 'x', content: Buffer.from(text) }]) : Buffer.from(text);
    const plain = await read(Buffer.from(WRAPPINGS['a log file']?.(RECORDS) ?? ''));
    const wrapped = await read(stored);
    expect(wrapped.problems).toEqual([]);
    expect(said(wrapped.rows.events)).toEqual(said(plain.rows.events));
    expect(wrapped.documents.map((each) => each.read.malformed)).toEqual(wrapped.documents.map(() => 0));
    // the place of a record tells it from the others, and its hash is that of its own text
    expect(new Set(wrapped.rows.events.map(({ row }) => row.source_index)).size).toBe(RECORDS.length);
    expect(wrapped.rows.events.map(({ row }) => row.record_sha256)).toEqual(plain.rows.events.map(({ row }) => row.record_sha256));
  });
});

test('what zstd itself wrote is read', async () => {
  expect((await read(REAL_ZSTD)).rows.events).toHaveLength(40);
  expect((await read(REAL_ZSTD.subarray(0, 100))).problems).toEqual([
    expect.stringContaining('/in/x is cut off: its zstd data ends early'),
  ]);
});

describe('published logs', () => {
  const root = join(import.meta.dirname, '../../../../shared/data/real/cloudtrail');
  const files = existsSync(root)
    ? readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /CloudTrail_.*\.json$/.test(name))
    : [];
  const unpack = (text: string): unknown => {
    try {
      if (/^\s*[{[]/.test(text)) return JSON.parse(text);
      return text.startsWith('H4sI')
        ? JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString())
        : unpack(Buffer.from(text, 'base64').toString());
    } catch {
      return undefined;
    }
  };

  test('are counted in every JSON wrapping as a plain count has them', async () => {
    for (const name of files.slice(0, 2)) {
      const { Records } = JSON.parse(readFileSync(join(root, name), 'utf8')) as { Records: object[] };
      const texts = Records.slice(0, 50).map((each) => JSON.stringify(each));
      for (const [form, wrapping] of Object.entries(WRAPPINGS)) {
        const text = wrapping(texts);
        const { rows } = await read(Buffer.from(text));
        const counted = /^\s*[{[]/.test(text) ? countRecords(parsed(text), unpack) : texts.length;
        expect([form, rows.events.length]).toEqual([form, counted]);
        expect(counted).toBe(texts.length);
      }
    }
  });

  /** The values of a text, one after the other. */
  function parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return JSON.parse(`[${text.replaceAll(/\}\s*\{(?=")/g, '},{')}]`);
    }
  }
});

describe('an archive', () => {
  const log = (id: string) => Buffer.from(WRAPPINGS['a log file']?.([JSON.stringify(s3Record({ eventID: id }))]) ?? '');

  test('is a folder: what lies beside is passed over, each file is an input of its own, two of one name are two', async () => {
    const files = [
      { name: 'AWSLogs/111122223333/CloudTrail/eu-west-1/a.json.gz', content: gzipSync(log('a')) },
      { name: 'AWSLogs/111122223333/Config/eu-west-1/c.json', content: Buffer.from('{}') },
      { name: '__MACOSX/._a.json', content: Buffer.from('x') },
      { name: 'b.json', content: log('b') },
      { name: 'b.json', content: log('c') },
      { name: 'broken.json', content: Buffer.from('{"Records":[{"eventID":"x"}]}') },
    ];
    for (const stored of [zip(files), await tar(files)]) {
      const { documents, rows, problems } = await read(stored);
      expect(problems).toEqual([expect.stringContaining('/in/x!/broken.json holds nothing that CloudTrail writes')]);
      expect(
        documents.map(({ location, read: { content, kept, malformed, notRecords } }) => [location, content, kept, malformed, notRecords]),
      ).toEqual(
        [
          ['/in/x', 'archive', 0, 0, 2],
          ['/in/x!/AWSLogs/111122223333/CloudTrail/eu-west-1/a.json.gz', 'records', 1, 0, 0],
          ['/in/x!/b.json', 'records', 1, 0, 0],
          ['/in/x!/b.json#2', 'records', 1, 0, 0],
          ['/in/x!/broken.json', 'unknown', 0, 1, 0],
        ].map((each) => (each[0] === '/in/x!/broken.json' ? [each[0], expect.any(String), 0, 1, 0] : each)),
      );
      expect(rows.events.map(({ row }) => [row.event_id, row.source_file, row.source_index])).toEqual([
        ['a', '/in/x!/AWSLogs/111122223333/CloudTrail/eu-west-1/a.json.gz', 0],
        ['b', '/in/x!/b.json', 0],
        ['c', '/in/x!/b.json#2', 0],
      ]);
      expect(documents[1]?.read).toMatchObject({ accountId: '111122223333', region: 'eu-west-1' });
    }
  });

  test('gives a report the day, account and time of its own name', async () => {
    const name =
      'appstream-logs-eu-west-1-111122223333-abc/sessions/schedule=DAILY/year=2026/month=03/day=02/daily-session-report-2026-03-02.csv';
    const { documents } = await read(await tar([{ name, content: Buffer.from(csv([ROW])) }], Date.UTC(2026, 2, 3, 7)), {
      kind: 'usage_report',
    });
    expect(documents[0].read).toMatchObject({ content: 'archive', accountId: null, reportDay: null });
    expect(documents[1]).toMatchObject({
      modifiedMs: Date.UTC(2026, 2, 3, 7),
      read: { accountId: '111122223333', reportDay: '2026-03-02' },
    });
  });

  test('of all kinds is read as what each file is, where the kind was found out', async () => {
    const files = CONTENTS.map(([, name, text]) => ({ name: `all/${name}`, content: Buffer.from(text) }));
    const { documents } = await read(zip(files), { isKindFound: true });
    expect(documents.slice(1).map(({ kind, read: { kept } }) => [kind, kept > 0])).toEqual(CONTENTS.map(([kind]) => [kind, true]));
  });

  test('that ends early gives what came before, and says so', async () => {
    const whole = await tar([
      { name: 'a.json', content: log('a') },
      { name: 'b.json', content: Buffer.alloc(5000, 'x') },
    ]);
    const { rows, problems } = await read(whole.subarray(0, 4000));
    expect(rows.events).toHaveLength(1);
    expect(problems.join('\n')).toContain('/in/x is cut off: the archive ends early');
    expect((await read(zip([{ name: 'a.json', content: log('a') }]).subarray(0, 200))).problems).toEqual([
      expect.stringContaining('cannot be read as a zip'),
    ]);
  });

  test('with a file that contradicts its checksum is evidence of nothing', async () => {
    const { damaged, documents, problems } = await read(zip([{ name: 'a.json', content: log('a') }], 'checksum'));
    expect(damaged).toBe(true);
    expect(documents.map(({ read: { kept } }) => kept)).toEqual([0, 0]);
    expect(problems).toEqual([expect.stringContaining('/in/x!/a.json is damaged: its checksum differs')]);
  });

  test('without a file is told, and so is a workbook', async () => {
    expect((await read(zip([]))).problems).toEqual(['/in/x holds no file']);
    const sheet = zip([
      { name: '[Content_Types].xml', content: Buffer.from('x') },
      { name: 'xl/workbook.xml', content: Buffer.from('x') },
    ]);
    expect((await read(sheet, { kind: 'usage_report' })).problems).toEqual([expect.stringContaining('is an Excel workbook (xlsx)')]);
  });
});

describe('the limit on what an input unpacks to', () => {
  const zeros = Buffer.alloc(300_000, ' ');

  test.each([
    ['gzip in gzip', gzipSync(gzipSync(zeros))],
    ['gzip in zip', zip([{ name: 'a', content: gzipSync(zeros) }])],
    ['several files of a zip', zip(['a', 'b', 'c'].map((name) => ({ name, content: zeros.subarray(0, 120_000) })))],
    ['zstd', zstd(zeros)],
    ['a packed text in a wrapping', Buffer.from(JSON.stringify({ awslogs: { data: gzipSync(`{"a":"${zeros}"}`).toString('base64') } }))],
  ])('holds for %s', async (_, stored) => {
    const { problems } = await read(stored, {}, { maxUnpackedBytes: 250_000 });
    expect(problems.join('\n')).toContain('unpacks to more than the limit of');
  });

  test('holds for layers and wrappings without end', async () => {
    let packed = gzipSync('{}');
    for (let n = 0; n < 6; n++) packed = gzipSync(packed);
    expect((await read(packed)).problems).toEqual([expect.stringContaining('is packed more than 4 times over')]);
    let text = '{}';
    for (let n = 0; n < 10; n++) text = JSON.stringify({ Message: text });
    expect((await read(Buffer.from(text))).documents[0].read.rejected).toEqual([{ index: 0, reason: 'wrapped more than 8 times over' }]);
  });
});

describe('what lost the record is refused by its name:', () => {
  test.each([
    ['BZh91AY', 'packed with bzip2', 'bunzip2'],
    ['\xfd7zXZ\x00', 'packed with xz', 'unxz'],
    ['PAR1aaaaPAR1', 'a Parquet file', 'aws s3 sync'],
    ['79a5 bucket [02/Mar/2026:10:00:00 +0000] 10.0.0.1 - 3E REST.GET.OBJECT k', 'an S3 server access log', 'data events'],
    ['Event name,Event time,User name\nGetObject,x,y\n', 'the event history that the CloudTrail console saves', 'aws s3 sync'],
    ['EVENTS\tAKIA\tx', 'what lookup-events writes as text', '--output json'],
    ['@timestamp,@message\nx,y\n', 'a result of CloudWatch Logs Insights', 'filter-log-events'],
    ['eventID,eventTime,eventName\na,b,c\n', 'a table of parts of records', 'SELECT eventJson'],
    ['{"QueryResultRows":[[{"eventID":"a"},{"eventTime":"b"}]]}', 'a row of CloudTrail Lake without eventJson', 'SELECT eventJson'],
    ['{"x":1,"eventid":"a","eventtime":"b"}', 'a row of an Athena table with lower-case columns', 'aws s3 sync'],
    ['{"metadata":{},"class_name":"API Activity"}', 'an OCSF event', 'aws s3 sync'],
    ['{"_source":{"aws":{"cloudtrail":{}},"event":{}}}', 'an Elastic document without event.original', 'preserve_original_event'],
    ['{"s3Bucket":"b","s3ObjectKey":["k"]}', 'a notice that a file was delivered', 'aws s3 sync'],
    ['<!DOCTYPE html><html>', 'a web page', 'aws s3 sync'],
  ])('%j', async (text, name, command) => {
    const { problems, rows } = await read(Buffer.from(text, 'latin1'));
    expect(problems).toEqual([expect.stringContaining(name)]);
    expect(problems[0]).toContain(command);
    expect(problems[0]).toContain('/in/x');
    expect(rows.events).toEqual([]);
  });
});

test('a wrapping never hides that it holds no record', async () => {
  for (const wrapped of [
    '{"Message":"hello"}',
    '{"Message":"{}"}',
    '{"Message":"[]x"}',
    '{"messageType":"DATA_MESSAGE","logEvents":[{"message":"x"}]}',
  ]) {
    const [{ read: outcome }] = (await read(Buffer.from(wrapped))).documents;
    expect([wrapped, outcome.malformed + outcome.notRecords]).toEqual([wrapped, 1]);
  }
});

test('bytes that are not UTF-8 stay apart, and are told', async () => {
  const keyed = (byte: number) =>
    Buffer.from(
      JSON.stringify(s3Record({ requestParameters: { bucketName: 'b', key: 'kX' } })).replace('kX', `k${String.fromCharCode(byte)}`),
      'latin1',
    );
  const { rows, problems } = await read(Buffer.concat([keyed(0xe9), Buffer.from('\n'), keyed(0xea)]));
  expect(rows.events.map(({ row }) => row.object_key)).toEqual(['k\ufffdE9', 'k\ufffdEA']);
  expect(problems).toEqual([expect.stringContaining('2 records hold bytes that are not UTF-8')]);
});
