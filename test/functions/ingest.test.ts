/** The handlers of the queues, against S3 in this process. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { FauxqsServer } from 'fauxqs';
import type { ObjectStore } from '../../lib/cloud/ports.ts';
import { inputRecordKey, parseLandingKey } from '../../lib/lake/cloud-layout.ts';
import { logText, reportText, someRecords } from '../helpers/input-files.ts';
import { batch, created, lambdaContext, logged, metricsOf, startWorld } from './function-world.ts';

let server: FauxqsServer;
let store: ObjectStore;
let invoke: (kind: 'cloudtrail' | 'usage-report' | 'flow-logs', event: SQSEvent) => Promise<SQSBatchResponse>;
let objects = 0;

beforeAll(async () => {
  server = await startWorld('central', 'trail');
  const { S3Store } = await import('../../lib/aws/s3-store.ts');
  store = new S3Store();
  const { handler: logs } = await import('../../functions/ingest-cloudtrail.ts');
  const { handler: reports } = await import('../../functions/ingest-usage-report.ts');
  const { handler: flows } = await import('../../functions/ingest-flow-logs.ts');
  const handlers = { cloudtrail: logs, 'usage-report': reports, 'flow-logs': flows };
  invoke = (kind, event) => handlers[kind](event, lambdaContext(`ingest-${kind}`));
});

afterAll(() => server.stop());

/** Puts an object of its own key. */
async function put(content: string | Uint8Array, name = 'log.json.gz'): Promise<{ key: string; etag: string }> {
  const key = `t${objects++}/${name}`;
  await store.putNew('trail', key, content, 'application/octet-stream');
  const { source, bytes } = await store.open({ bucket: 'trail', key, etag: null, versionId: null });
  await bytes[Symbol.asyncIterator]().return?.();
  return { key, etag: source.etag };
}

async function keysOf(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of store.list('central', prefix)) keys.push(...page.map(({ key }) => key));
  return keys;
}

const statusOf = async ({ key, etag }: { key: string; etag: string }) => {
  const text = await store.readText('central', inputRecordKey({ bucket: 'trail', key, etag }));
  return text === null ? null : (JSON.parse(text) as { status: string }).status;
};

const failures = (response: SQSBatchResponse) => response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort();
const rowsOfEvents = async () => (await keysOf('events/')).reduce((sum, key) => sum + (parseLandingKey(key)?.rows ?? 0), 0);

describe('a batch', () => {
  test('gives back the messages that failed, and no others', async () => {
    const good = await put(gzipSync(logText(...someRecords('good', 3))), 'a b+ä.json.gz');
    const poison = await put('poison');
    const notification = {
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'trail' }, object: { key: encodeURIComponent(poison.key) } },
    };
    const event = batch(
      created('trail', good.key, good.etag),
      created('trail', 'not-there.json.gz', 'e1'),
      JSON.stringify({ Records: [notification] }),
      'no message',
      '{"Event":"s3:TestEvent"}',
      created('no-such-bucket', 'x', 'e1'),
    );
    let response: SQSBatchResponse | undefined;
    const lines = await logged(async () => {
      response = await invoke('cloudtrail', event);
    });
    expect(failures(response as SQSBatchResponse)).toEqual(['m1', 'm3', 'm5']);
    expect([await statusOf(good), await statusOf(poison)]).toEqual(['ingested', 'rejected']);
    expect(metricsOf(lines, 'InputsIngested')).toEqual([{ service: 'appstream-audit-test', kind: 'cloudtrail', value: [1, 1] }]);
    expect(metricsOf(lines, 'InputsRejected')).toEqual([{ service: 'appstream-audit-test', kind: 'cloudtrail', value: 1 }]);
    const errors = lines.filter((line) => line.includes('"ERROR"')).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(errors.map(({ messageId }) => messageId).sort()).toEqual(['m1', 'm3', 'm5']);
  });

  test('of which everything fails is given back message by message, and is no error of the function', async () => {
    let response: SQSBatchResponse | undefined;
    await logged(async () => {
      response = await invoke('cloudtrail', batch(created('trail', 'gone', 'e1'), '{}'));
    });
    expect(failures(response as SQSBatchResponse)).toEqual(['m0', 'm1']);
  });

  test('with the same notification five times, and again later, has its rows once', async () => {
    const object = await put(gzipSync(logText(...someRecords('five', 4))));
    const before = await rowsOfEvents();
    const message = created('trail', object.key, object.etag);
    await logged(async () => {
      expect(failures(await invoke('cloudtrail', batch(message, message, message, message, message)))).toEqual([]);
      const keys = await keysOf('');
      const again = await logged(async () => {
        expect(failures(await invoke('cloudtrail', batch(message)))).toEqual([]);
      });
      expect(again.map((line) => (JSON.parse(line) as Record<string, unknown>)['outcome'])).toEqual(['known']);
      expect(await keysOf('')).toEqual(keys);
    });
    expect((await rowsOfEvents()) - before).toBe(4);
  });

  test('whose message names several objects comes again when one of them fails, and the others are known then', async () => {
    const object = await put(gzipSync(logText(...someRecords('several', 2))));
    const record = (key: string) => ({ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'trail' }, object: { key } } });
    const message = JSON.stringify({ Records: [record('gone'), record(object.key)] });
    await logged(async () => {
      expect(failures(await invoke('cloudtrail', batch(message)))).toEqual(['m0']);
    });
    expect(await statusOf(object)).toBe('ingested');
  });

  test('of reports becomes sessions', async () => {
    const name = 'sessions/schedule=DAILY/year=2026/month=03/day=02/daily-session-report-2026-03-02.csv';
    const report = await put(reportText({}, { user_session_id: 'b0b' }), name);
    const lines = await logged(async () => {
      expect(failures(await invoke('usage-report', batch(created('trail', report.key, report.etag))))).toEqual([]);
    });
    expect((await keysOf('sessions/')).map((key) => parseLandingKey(key))).toMatchObject([{ dt: '2026-03-02', rows: 2 }]);
    expect(metricsOf(lines, 'InputsIngested')).toMatchObject([{ kind: 'usage_report', value: 1 }]);
  });

  test('of flow logs becomes flows', async () => {
    const log = await put(gzipSync('start end srcaddr dstaddr\n1772445600 1772445659 10.0.1.25 203.0.113.9\n'), 'flows.log.gz');
    const lines = await logged(async () => {
      expect(failures(await invoke('flow-logs', batch(created('trail', log.key, log.etag))))).toEqual([]);
    });
    expect((await keysOf('flows/')).map((key) => parseLandingKey(key))).toMatchObject([{ dt: '2026-03-02', rows: 1 }]);
    expect(metricsOf(lines, 'InputsIngested')).toMatchObject([{ kind: 'flow_log', value: 1 }]);
  });

  test('logs names and counts, never what records hold', async () => {
    const secret = 'wJalrXUtnFEMI';
    const [record] = someRecords('quiet', 1);
    const bad = [{ ...record, userAgent: secret }, { eventVersion: '1.11', eventID: secret, eventTime: secret }, secret];
    const log = await put(logText(...(bad as never[])));
    const report = await put(`${reportText({ user_id: secret })}${secret},${secret}\n`, 'daily-session-report-2026-03-02.csv');
    const lines = await logged(async () => {
      await invoke('cloudtrail', batch(created('trail', log.key, log.etag), secret, JSON.stringify({ secret })));
      await invoke('usage-report', batch(created('trail', report.key, report.etag)));
    });
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.join('\n')).not.toContain(secret);
    expect(lines.join('\n')).toContain(log.key);
    expect(metricsOf(lines, 'RecordsMalformed')).toMatchObject([{ kind: 'cloudtrail', value: 2 }, { kind: 'usage_report' }]);
  });
});

test('a function without its variables says which, and not what others are', async () => {
  const { readEnvironment } = await import('../../lib/aws/environment.ts');
  const environment = { APPSTREAM_AUDIT_BUCKET: 'b', APPSTREAM_AUDIT_SWEEPS: '[{"account":"secret"}]' };
  expect(() => readEnvironment(['APPSTREAM_AUDIT_BUCKET', 'APPSTREAM_AUDIT_SOURCES', 'APPSTREAM_AUDIT_SWEEPS'], environment)).toThrow(
    /^the function's environment cannot be used: APPSTREAM_AUDIT_SOURCES is missing, APPSTREAM_AUDIT_SWEEPS is wrong; deploy the stack again$/,
  );
});
