import { beforeEach, describe, expect, test } from '@jest/globals';
import { reconcile } from '../../../lib/cloud/reconcile.ts';
import type { SourcePrefix } from '../../../lib/cloud/source-listing.ts';
import { inputRecordKey } from '../../../lib/lake/cloud-layout.ts';
import { MemoryStore } from './memory-store.ts';

const DAYS = { from: '2026-03-01', to: '2026-03-02' };
const WRITTEN_MS = Date.parse('2026-03-02T12:00:00Z');

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

const find = (source: Partial<SourcePrefix> = {}, writtenBeforeMs = WRITTEN_MS) =>
  reconcile({ kind: 'cloudtrail', bucket: 'trail', prefix: '', ...source }, DAYS, { store, bucket: 'central', writtenBeforeMs });

const missingKeys = async (...of: Parameters<typeof find>) => (await find(...of)).missing.map(({ key }) => key);

/** Puts an object and, if it is known, its record. */
function put(key: string, isKnown = false, bucket = 'trail', modifiedMs = WRITTEN_MS): void {
  const etag = store.put(bucket, key, key, modifiedMs);
  if (isKnown) store.put('central', inputRecordKey({ bucket, key, etag }), '{}');
}

const log = (day: string, name: string, service = 'CloudTrail') => `AWSLogs/111122223333/${service}/eu-west-1/${day}/${name}.json.gz`;

describe('what no notification brought', () => {
  test('is what lies in the source and has no record, with its ETag', async () => {
    put(log('2026/03/02', 'known'), true);
    put(log('2026/03/02', 'lost'));
    expect(await find()).toEqual({ listed: 2, missing: [{ bucket: 'trail', key: log('2026/03/02', 'lost'), etag: expect.any(String) }] });
  });

  test('is also what was known with other bytes', async () => {
    const key = log('2026/03/02', 'a');
    put(key, true);
    store.put('trail', key, 'other bytes', WRITTEN_MS);
    expect(await missingKeys()).toEqual([key]);
  });

  test('is looked for in every account, organisation, region and kind of log, and in days of the range only', async () => {
    const wanted = [
      log('2026/03/01', 'a'),
      log('2026/03/02', 'b', 'CloudTrail-Digest'),
      'AWSLogs/o-a1b2c3/444455556666/CloudTrail/us-east-1/2026/03/02/c.json.gz',
    ];
    for (const key of [...wanted, log('2026/02/28', 'x'), log('2026/03/03', 'x'), log('2026/03/02', 'x', 'Config'), 'other/x']) put(key);
    expect((await missingKeys()).sort()).toEqual([...wanted].sort());
    // years of logs are not walked through
    expect(store.calls.filter((call) => call.startsWith('list trail/')).every((call) => call.includes('/2026/03/0'))).toBe(true);
  });

  test.each(['AWSLogs/', 'AWSLogs/111122223333/', 'AWSLogs/1111', 'AWSLogs/111122223333/CloudTrail/eu-west-1/'])(
    'is found below the prefix %s',
    async (prefix) => {
      put(log('2026/03/02', 'a'));
      expect(await missingKeys({ prefix })).toEqual([log('2026/03/02', 'a')]);
    },
  );

  test('is found in a trail with a prefix of its own, and in a bucket with another layout', async () => {
    put(`mine/${log('2026/03/02', 'a')}`);
    put('mine-2/whatever.json');
    expect(await missingKeys({ prefix: 'mine/' })).toEqual([`mine/${log('2026/03/02', 'a')}`]);
    expect(await missingKeys({ prefix: 'mine-2/' })).toEqual(['mine-2/whatever.json']);
  });

  test('of flow logs is looked for in their own folders of the days, or where another layout has put them', async () => {
    const wanted = [log('2026/03/01', 'a', 'vpcflowlogs'), log('2026/03/02', 'b', 'vpcflowlogs')];
    for (const key of [...wanted, log('2026/02/28', 'x', 'vpcflowlogs'), log('2026/03/02', 'x')]) put(key);
    expect((await missingKeys({ kind: 'flow_log', prefix: 'AWSLogs/' })).sort()).toEqual(wanted);
    const hive =
      'hive/AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=03/day=02/c.log.parquet';
    put(hive);
    expect(await missingKeys({ kind: 'flow_log', prefix: 'hive/' })).toEqual([hive]);
  });

  test('of reports is told by the day of the report or of its last change', async () => {
    const report = (day: string) => `sessions/schedule=DAILY/year=2026/month=03/day=${day}/daily-session-report-2026-03-${day}.csv`;
    const later = Date.parse('2026-03-20T00:00:00Z');
    put(report('01'), false, 'reports', later);
    put(report('10'), false, 'reports', later);
    put(report('11'), false, 'reports', WRITTEN_MS);
    put('sessions/x/SessionScriptsLogs/y', false, 'reports');
    expect(await missingKeys({ kind: 'usage_report', bucket: 'reports', prefix: 'sessions/' }, later)).toEqual([
      report('01'),
      report('11'),
    ]);
  });

  test('is not what was just written, nor a folder', async () => {
    put(log('2026/03/02', 'new'), false, 'trail', WRITTEN_MS + 1);
    put('AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/');
    expect(await find()).toEqual({ listed: 0, missing: [] });
  });

  test('is not what is known under a shortened key', async () => {
    const name = 'x'.repeat(900);
    put(log('2026/03/02', `a${name}`), true);
    put(log('2026/03/02', `b${name}`));
    expect(await missingKeys()).toEqual([log('2026/03/02', `b${name}`)]);
  });

  test('may be more than a function takes arguments', async () => {
    const many = 130_000;
    for (let n = 0; n < many; n++) put(log('2026/03/02', String(n)));
    expect((await find()).missing).toHaveLength(many);
  });

  test('among sweeps is what was kept in the central bucket', async () => {
    const sweep = (time: string) => `raw/describe-sessions/111122223333/eu-west-1/${time}.jsonl`;
    put(sweep('2026-03-02T10:00:00Z'), true, 'central');
    put(sweep('2026-03-02T10:05:00Z'), false, 'central');
    put(sweep('2026-02-02T10:05:00Z'), false, 'central');
    put('raw/trail/x/y', false, 'central');
    const source = { kind: 'snapshot', bucket: 'central', prefix: 'raw/describe-sessions/' } as const;
    expect(await missingKeys(source)).toEqual([sweep('2026-03-02T10:05:00Z')]);
  });
});
