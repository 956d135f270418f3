/** Reconciliation, against S3 and SQS in this process. */
import { CreateQueueCommand, DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FauxqsServer } from 'fauxqs';
import type { MissingSummary } from '../../lib/aws/queue-missing.ts';
import { readNotice } from '../../lib/cloud/notice.ts';
import type { ObjectStore } from '../../lib/cloud/ports.ts';
import { inputRecordKey } from '../../lib/lake/cloud-layout.ts';
import { lambdaContext, logged, metricsOf, startWorld } from './function-world.ts';

/** Everything in the buckets is written now; what is that young is left alone: the handler sees it from the day after. */
const TOMORROW_MS = Date.now() + 86_400_000;
const TODAY = new Date().toISOString().slice(0, 10);

let server: FauxqsServer;
let store: ObjectStore;
let sqs: SQSClient;
const urls = { logs: '', reports: '', flows: '' };

beforeAll(async () => {
  server = await startWorld('central', 'trail', 'reports');
  sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  for (const name of ['logs', 'reports', 'flows'] as const) {
    urls[name] = (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? '';
  }
  Object.assign(process.env, {
    APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL: urls.logs,
    APPSTREAM_AUDIT_REPORT_QUEUE_URL: urls.reports,
    APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL: urls.flows,
    APPSTREAM_AUDIT_SOURCES: JSON.stringify([
      { kind: 'cloudtrail', bucket: 'trail', prefix: 'AWSLogs/' },
      { kind: 'usage_report', bucket: 'reports', prefix: 'sessions/' },
    ]),
  });
  const { S3Store } = await import('../../lib/aws/s3-store.ts');
  store = new S3Store();
});

afterAll(async () => {
  sqs.destroy();
  await server.stop();
});

async function messagesOf(url: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return messages;
    messages.push(...Messages);
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  }
}

async function run(event: unknown, sources?: unknown): Promise<{ summary: MissingSummary; lines: string[] }> {
  const { queueMissing } = await import('../../lib/aws/queue-missing.ts');
  const { SqsQueue } = await import('../../lib/aws/sqs-queue.ts');
  const { instrument } = await import('../../lib/aws/telemetry.ts');
  const { readEnvironment } = await import('../../lib/aws/environment.ts');
  const { APPSTREAM_AUDIT_SOURCES } = readEnvironment(['APPSTREAM_AUDIT_SOURCES']);
  const queueOf = (kind: string) => new SqsQueue(kind === 'usage_report' ? urls.reports : urls.logs);
  const handler = instrument<unknown, MissingSummary>('reconcile', (given, telemetry) =>
    queueMissing((sources as never) ?? APPSTREAM_AUDIT_SOURCES, given, {
      store,
      bucket: 'central',
      nowMs: TOMORROW_MS,
      queueOf,
      telemetry,
    }),
  );
  let summary: MissingSummary | undefined;
  const lines = await logged(async () => {
    summary = await handler(event, lambdaContext('reconcile'));
  });
  return { summary: summary as MissingSummary, lines };
}

describe('reconcile', () => {
  test('queues what lies in the sources and is not known, each kind in its queue', async () => {
    const day = TODAY.replaceAll('-', '/');
    const log = (n: number) => `AWSLogs/111122223333/CloudTrail/eu-west-1/${day}/a b+ä ${n}.json.gz`;
    for (let n = 0; n < 23; n++) await store.putNew('trail', log(n), `log ${n}`, 'text/plain');
    await store.putNew('reports', 'sessions/x.csv', 'report', 'text/plain');
    for await (const page of store.list('trail', log(7))) {
      for (const { key, etag } of page)
        await store.putNew('central', inputRecordKey({ bucket: 'trail', key, etag }), '{}', 'application/json');
    }
    const { summary, lines } = await run({});
    expect(summary).toMatchObject({ listed: 24, queued: 23 });
    const queued = (await messagesOf(urls.logs)).flatMap(({ Body = '' }) => readNotice(Body));
    expect(queued.map(({ key }) => key).sort()).toEqual(
      Array.from({ length: 23 }, (_, n) => log(n))
        .filter((_, n) => n !== 7)
        .sort(),
    );
    expect(queued.every(({ bucket, etag }) => bucket === 'trail' && /^[0-9a-f]{32}$/.test(etag ?? ''))).toBe(true);
    expect((await messagesOf(urls.reports)).flatMap(({ Body = '' }) => readNotice(Body))).toMatchObject([{ key: 'sessions/x.csv' }]);
    expect(metricsOf(lines, 'InputsMissing')).toMatchObject([{ kind: 'reconcile', value: [22, 1] }]);
  });

  test('looks at the days that it is asked for, both inclusive', async () => {
    const { summary } = await run({ from: '2026-03-01', to: '2026-03-31' });
    expect(summary).toEqual({ from: '2026-03-01', to: '2026-03-31', listed: 0, queued: 0 });
  });

  test.each([{ from: '2026-03-02', to: '2026-03-01' }, { from: 'yesterday' }, { to: '2026-02-30' }])('refuses %j', async (event) => {
    await expect(run(event)).rejects.toThrow(/^the days to reconcile are wrong; give \{"from"/);
  });

  test('goes on with the other sources when one cannot be listed, and fails at the end', async () => {
    const sources = [
      { kind: 'cloudtrail', bucket: 'no-such-bucket', prefix: '' },
      { kind: 'usage_report', bucket: 'reports', prefix: 'sessions/' },
    ];
    await expect(run({}, sources)).rejects.toThrow(/^s3:\/\/no-such-bucket\/ cannot be listed \(NoSuchBucket/);
    expect(await messagesOf(urls.reports)).toHaveLength(1);
  });

  test('the handler is deployed with its queues', async () => {
    const { handler } = await import('../../functions/reconcile.ts');
    let summary: unknown;
    await logged(async () => {
      summary = await handler({ from: '2026-03-01', to: '2026-03-02' }, lambdaContext('reconcile'));
    });
    expect(summary).toMatchObject({ queued: 0 });
  });
});
