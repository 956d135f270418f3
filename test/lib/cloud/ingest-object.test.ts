import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { failureId } from '../../../lib/cloud/failed-input.ts';
import { type IngestContext, ingestObject } from '../../../lib/cloud/ingest-object.ts';
import { ObjectFault } from '../../../lib/cloud/object-fault.ts';
import type { ObjectReference } from '../../../lib/cloud/ports.ts';
import type { InputKind } from '../../../lib/ingest/reader.ts';
import { inputId, inputRecordKey } from '../../../lib/lake/cloud-layout.ts';
import { logText, reportText, someRecords } from '../../helpers/input-files.ts';
import { MemoryStore, MODIFIED_MS } from './memory-store.ts';

const NOW_MS = Date.parse('2026-03-10T12:00:00Z');
const TRAIL = 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_eu-west-1_20260302T1015Z_aB3.json.gz';
const REPORT = 'sessions/schedule=DAILY/year=2026/month=03/day=02/daily-session-report-2026-03-02.csv';
const REPORTS = 'appstream-logs-eu-west-1-111122223333-x';

const log = (prefix: string, count = 5) => gzipSync(logText(...someRecords(prefix, count)));

/** A store with one object, and what is needed to ingest it. */
function cloud(bucket: string, key: string, content: string | Uint8Array) {
  const store = new MemoryStore();
  const clock = { nowMs: NOW_MS };
  const context: IngestContext = { store, bucket: 'central', now: () => clock.nowMs };
  const reference: ObjectReference = { bucket, key, etag: store.put(bucket, key, content), versionId: null };
  const ingest = (kind: InputKind = 'cloudtrail', more: Partial<ObjectReference> = {}) =>
    ingestObject(kind, { ...reference, ...more }, context);
  return { store, clock, reference, ingest };
}

/** What lies in the central bucket: key → digest of its bytes. The commit's record tells the time and is left out. */
function contents(store: MemoryStore): Record<string, string> {
  const keys = store.keys('central').filter((key) => !key.startsWith('control/inputs/'));
  return Object.fromEntries(
    keys.map((key) => [
      key,
      createHash('md5')
        .update(store.bytes('central', key) ?? '')
        .digest('hex'),
    ]),
  );
}

async function rowsOf(store: MemoryStore, prefix: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (const key of store.keys('central', prefix)) {
    const bytes = store.bytes('central', key) ?? Buffer.alloc(0);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    rows.push(...((await parquetReadObjects({ file, compressors })) as Record<string, unknown>[]));
  }
  return rows;
}

describe('an object', () => {
  test('leaves a claim, a copy, rows, marks, its ledger row and, last, its record', async () => {
    const { store, reference, ingest } = cloud('trail', TRAIL, log('a'));
    const result = await ingest();
    const id = inputId({ ...reference, etag: reference.etag ?? '' });
    expect(result).toMatchObject({ outcome: 'ingested', inputId: id, records: { read: 5, kept: 5 }, rows: { events: 5 } });
    const sha256 = createHash('sha256').update(log('a')).digest('hex');
    expect(store.writes).toEqual([
      `central/control/claims/trail/${TRAIL}/${reference.etag}.json`,
      `central/raw/trail/${TRAIL}/${sha256}`,
      `central/events/dt=2026-03-02/${id}-5.parquet`,
      `central/evidence_marks/dt=2026-03-10/${id}.parquet`,
      `central/inputs/dt=2026-03-10/${id}.parquet`,
      `central/control/inputs/trail/${TRAIL}/${reference.etag}.json`,
    ]);
    expect(store.bytes('central', `raw/trail/${TRAIL}/${sha256}`)).toEqual(log('a'));
    expect(store.metadata('central', `raw/trail/${TRAIL}/${sha256}`)).toEqual({ sha256 });
    const [input] = await rowsOf(store, 'inputs/');
    expect(input).toMatchObject({
      location: `s3://trail/${TRAIL}`,
      version: sha256,
      etag: reference.etag,
      batch_id: id,
      status: 'ingested',
    });
    expect(input).toMatchObject({ modified_ms: BigInt(MODIFIED_MS), account_id: '111122223333', region: 'eu-west-1' });
    expect(await rowsOf(store, 'evidence_marks/')).toMatchObject([{ batch_id: id, kind: 'events', report_day: '2026-03-02' }]);
  });

  test('that is known writes nothing, and is not even read', async () => {
    const { store, ingest } = cloud('trail', TRAIL, log('a'));
    await ingest();
    const written = store.writes.length;
    store.calls.length = 0;
    for (let n = 0; n < 4; n++) expect((await ingest()).outcome).toBe('known');
    expect(store.writes).toHaveLength(written);
    expect(store.calls.filter((call) => !call.startsWith('readText'))).toEqual([]);
  });

  test('that is known is recognised without an ETag in the message', async () => {
    const { store, ingest } = cloud('trail', TRAIL, log('a'));
    await ingest();
    const written = store.writes.length;
    expect((await ingest('cloudtrail', { etag: null })).outcome).toBe('known');
    expect(store.writes).toHaveLength(written);
  });

  test('with other bytes is another input, and both are kept', async () => {
    const { store, reference, ingest } = cloud(REPORTS, REPORT, reportText({}));
    await ingest('usage_report');
    const again = store.put(REPORTS, REPORT, reportText({}, { user_session_id: 'b0b', user_id: 'bob' }), MODIFIED_MS + 1);
    // the second notification overtakes nothing: the old version was read before
    expect((await ingest('usage_report', { etag: again })).rows).toEqual({ sessions: 2 });
    expect((await rowsOf(store, 'inputs/')).map((row) => row['etag']).sort()).toEqual([reference.etag, again].sort());
    expect(await rowsOf(store, 'sessions/dt=2026-03-02/')).toHaveLength(3);
    expect(store.keys('central', 'raw/')).toHaveLength(2);
  });

  test('that is a report whose place names no day marks what was unread of it, and again when it can be read', async () => {
    const { store, ingest } = cloud('exports', 'sessions.csv', 'no report\n');
    const put = (text: string) => store.put('exports', 'sessions.csv', text, MODIFIED_MS + 1);
    const unread = async () => (await rowsOf(store, 'evidence_marks/')).filter((mark) => mark['kind'] === 'unread');
    expect((await ingest('usage_report')).outcome).toBe('rejected');
    expect(await unread()).toMatchObject([{ account_id: null, region: null, report_day: null }]);
    expect((await ingest('usage_report', { etag: put(reportText({})) })).outcome).toBe('ingested');
    expect(await unread()).toHaveLength(2);

    const whole = cloud('exports', 'whole.csv', reportText({}));
    await whole.ingest('usage_report');
    expect((await rowsOf(whole.store, 'evidence_marks/')).map((mark) => mark['kind'])).toEqual(['report']);
  });

  test('that was replaced before it was read is read in the version that was named', async () => {
    const { store, reference, ingest } = cloud(REPORTS, REPORT, reportText({}));
    store.put(REPORTS, REPORT, reportText({}, { user_session_id: 'b0b' }));
    expect((await ingest('usage_report')).rows).toEqual({ sessions: 1 });
    expect((await rowsOf(store, 'inputs/'))[0]).toMatchObject({ etag: reference.etag });
  });

  test('that already lies in the central bucket is not copied', async () => {
    const { store, ingest } = cloud('central', TRAIL, log('a'));
    expect((await ingest()).rows).toEqual({ events: 5 });
    expect(store.keys('central', 'raw/')).toEqual([]);
  });

  test('that is not there is a fault: nothing is committed', async () => {
    const { store, ingest } = cloud('trail', TRAIL, log('a'));
    store.remove('trail', TRAIL);
    await expect(ingest()).rejects.toMatchObject({ fault: 'absent' });
    expect(store.writes).toEqual([]);
  });

  test('a report that cannot be opened is kept as failed, once, with a mark of what it may be of', async () => {
    const { store, reference, ingest } = cloud(REPORTS, REPORT, reportText({}));
    const bytes = store.bytes(REPORTS, REPORT) ?? Buffer.alloc(0);
    store.remove(REPORTS, REPORT);
    for (let tries = 0; tries < 2; tries++) await expect(ingest('usage_report')).rejects.toThrow(ObjectFault);
    const id = inputId({ ...reference, etag: reference.etag ?? '' });
    expect(store.keys('central')).toEqual([
      `evidence_marks/dt=2026-03-10/${failureId(id)}.parquet`,
      `failed_inputs/dt=2026-03-10/${id}.parquet`,
    ]);
    const place = { account_id: '111122223333', region: 'eu-west-1', report_day: '2026-03-02' };
    expect(await rowsOf(store, 'failed_inputs/')).toMatchObject([
      { location: `s3://${REPORTS}/${REPORT}`, kind: 'usage_report', ...place },
    ]);
    expect(await rowsOf(store, 'evidence_marks/')).toMatchObject([{ batch_id: failureId(id), kind: 'unread', ...place }]);
    store.put(REPORTS, REPORT, bytes);
    expect(await ingest('usage_report')).toMatchObject({ outcome: 'ingested', inputId: id });
  });

  test('a report without a place that could not be opened is looked for again when it is read', async () => {
    const { store, ingest } = cloud('copies', 'report.csv', reportText({}));
    const bytes = store.bytes('copies', 'report.csv') ?? Buffer.alloc(0);
    store.remove('copies', 'report.csv');
    await expect(ingest('usage_report')).rejects.toThrow(ObjectFault);
    store.put('copies', 'report.csv', bytes);
    await ingest('usage_report');
    const nowhere = { kind: 'unread', account_id: null, region: null, report_day: null };
    expect((await rowsOf(store, 'evidence_marks/')).filter(({ kind }) => kind === 'unread')).toMatchObject([nowhere, nowhere]);
  });

  test('whose connection ends early is a fault, not an input that is cut off', async () => {
    const { store, ingest } = cloud('trail', TRAIL, log('a'));
    store.cutAt = 100;
    await expect(ingest()).rejects.toMatchObject({ fault: 'busy', message: expect.stringContaining('ended after 100 of') });
    expect(store.keys('central').filter((key) => !key.startsWith('control/claims/'))).toEqual([]);
    store.cutAt = null;
    expect((await ingest()).outcome).toBe('ingested');
  });
});

describe('bad content', () => {
  test.each<[string, InputKind, string, string | Uint8Array, string]>([
    ['nothing that CloudTrail writes', 'cloudtrail', TRAIL, 'hello', 'holds nothing that CloudTrail writes'],
    ['gzip that ends early', 'cloudtrail', TRAIL, log('a').subarray(0, 30), 'is cut off'],
    ['an empty file', 'cloudtrail', TRAIL, '', 'is empty'],
    ['a report without its columns', 'usage_report', REPORT, 'a,b\n1,2\n', 'is no usage report'],
  ])('(%s) is committed as rejected, with the reason, and kept', async (_, kind, key, content, reason) => {
    const { store, reference, ingest } = cloud('trail', key, content);
    expect(await ingest(kind)).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining(reason) });
    expect(store.keys('central', 'raw/')).toHaveLength(1);
    const record = JSON.parse(String(store.bytes('central', inputRecordKey({ ...reference, etag: reference.etag ?? '' })))) as unknown;
    expect(record).toMatchObject({ status: 'rejected', kept: 0, reason: expect.stringContaining(reason) });
    expect((await ingest(kind)).outcome).toBe('known');
  });

  test('beside good records is set aside by its place, without its content', async () => {
    const { store, ingest } = cloud('trail', TRAIL, logText(...someRecords('a', 2), { eventID: 'secret-thing' }));
    expect(await ingest()).toMatchObject({ outcome: 'partial', records: { read: 3, kept: 2, malformed: 1 } });
    const [row] = await rowsOf(store, 'rejected_records/dt=2026-03-10/');
    expect(row).toMatchObject({ location: `s3://trail/${TRAIL}`, source_index: 2n, n: 0n });
    expect(JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))).not.toContain(
      'secret-thing',
    );
  });
});

describe('what lies beside the logs', () => {
  test('a digest is an input without records, and is copied', async () => {
    const digest = JSON.stringify({ awsAccountId: '111122223333', digestStartTime: '2026-03-02T09:00:00Z', logFiles: [] });
    const key = TRAIL.replace('/CloudTrail/', '/CloudTrail-Digest/');
    const { store, ingest } = cloud('trail', key, gzipSync(digest));
    expect(await ingest()).toMatchObject({ outcome: 'ingested', records: { kept: 0, notRecords: 1 } });
    expect((await rowsOf(store, 'inputs/'))[0]).toMatchObject({ content: 'digest' });
    expect(store.keys('central', 'raw/')).toHaveLength(1);
  });

  test("another service's log is known as such, neither read nor copied", async () => {
    const key = 'AWSLogs/o-a1b2/111122223333/Config/eu-west-1/2026/3/2/ConfigHistory/x.json.gz';
    const { store, ingest } = cloud('trail', key, gzipSync('{"configurationItems":[{}]}'));
    expect(await ingest()).toMatchObject({ outcome: 'ingested', records: { read: 0 }, reason: expect.stringContaining('a log of Config') });
    expect(store.keys('central', 'raw/')).toEqual([]);
    expect((await ingest()).outcome).toBe('known');
  });

  test('a log of CloudTrail among flow logs is known as such, and a flow log is read', async () => {
    const trail = cloud('trail', 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/x.json.gz', gzipSync('{"Records":[]}'));
    expect(await trail.ingest('flow_log')).toMatchObject({
      outcome: 'ingested',
      records: { read: 0 },
      reason: 'a log of CloudTrail, not a flow log: nothing of it was read',
    });
    const text = 'start end srcaddr dstaddr\n1772445600 1772445659 10.0.1.25 203.0.113.9\n1772445600 x 10.0.1.25 203.0.113.9\n';
    const flows = cloud('trail', 'AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/03/02/x.log.gz', gzipSync(text));
    expect(await flows.ingest('flow_log')).toMatchObject({
      outcome: 'partial',
      records: { read: 2, kept: 1, malformed: 1 },
      rows: { flows: 1 },
    });
    expect(flows.store.keys('central', 'flows/dt=2026-03-02/')).toHaveLength(1);
    // the day's findings are asked for again
    expect(flows.store.keys('central', 'evidence_marks/')).toHaveLength(1);
  });

  test.each([
    ['trail', 'AWSLogs/111122223333/CloudTrail/'],
    ['central', 'events/dt=2026-03-02/x-1.parquet'],
    ['central', 'raw/trail/x/y'],
    ['central', 'control/claims/x.json'],
    ['central', 'athena-results/x.csv'],
  ])('s3://%s/%s is passed over without a trace', async (bucket, key) => {
    const { store, ingest } = cloud(bucket, key, 'x');
    expect((await ingest()).outcome).toBe('passed_over');
    expect([store.writes, store.calls]).toEqual([[], []]);
  });

  test("a session script's log in the bucket of the reports is passed over", async () => {
    const { ingest } = cloud(REPORTS, `stack/fleet/saml/${'a'.repeat(64)}/s-1/SessionScriptsLogs/SessionStart/out.log`, 'x');
    expect((await ingest('usage_report')).outcome).toBe('passed_over');
  });
});

describe('keys', () => {
  test.each([
    ['blanks, signs and escapes', 'a b+c/ä%20/d.json'],
    ['more bytes than leave room for ours', `${'long/'.repeat(190)}x.json`],
    ['dots for folders', '../x/./y.json'],
    ['empty folders', 'a//b.json'],
    ['letters of any script', 'ключ 鍵.json'],
    ['quotes', `it's "1" (*)!.json`],
  ])('with %s stay as they are', async (_, key) => {
    const { store, ingest } = cloud('trail', key, logText(...someRecords('a', 1)));
    await ingest();
    expect((await rowsOf(store, 'events/'))[0]).toMatchObject({ source_file: `s3://trail/${key}` });
    expect((await ingest()).outcome).toBe('known');
  });
});

describe('a function that is killed', () => {
  const content = () =>
    logText(...someRecords('a', 3), ...someRecords('b', 1).map((each) => ({ ...each, eventTime: '2026-03-04T00:00:00Z' })), {});

  /** All that an undisturbed attempt leaves, and the operations it takes. */
  async function undisturbed(nowMs: number) {
    const { store, clock, ingest } = cloud('trail', TRAIL, content());
    clock.nowMs = nowMs;
    expect((await ingest()).outcome).toBe('partial');
    return { contents: contents(store), operations: store.calls.length };
  }

  test.each(['before', 'after'] as const)(
    '%s any operation leaves what a later attempt completes to the very same bytes',
    async (moment) => {
      const nextDay = NOW_MS + 86_400_000;
      const [first, second] = [await undisturbed(NOW_MS), await undisturbed(nextDay)];
      expect(first.operations).toBeGreaterThan(8);
      for (let at = 0; at < first.operations; at++) {
        const { store, clock, ingest } = cloud('trail', TRAIL, content());
        let left = at;
        store[moment] = () => {
          if (left-- === 0) throw new Error('killed');
        };
        await ingest().catch((error: Error) => expect(error.message).toBe('killed'));
        store[moment] = () => undefined;
        const isClaimed = store.keys('central', 'control/claims/').length > 0;
        clock.nowMs = nextDay;
        const again = await ingest();
        expect(['known', 'partial']).toContain(again.outcome);
        expect(contents(store)).toEqual(isClaimed ? first.contents : second.contents);
      }
    },
  );

  test('while another one works on the same object does no harm, whichever is first', async () => {
    const whole = await undisturbed(NOW_MS);
    const { store, ingest } = cloud('trail', TRAIL, content());
    await Promise.all(Array.from({ length: 5 }, () => ingest()));
    expect(contents(store)).toEqual(whole.contents);
    expect(new Set(store.writes).size).toBe(store.writes.length);
  });
});
