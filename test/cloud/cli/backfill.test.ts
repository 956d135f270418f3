/** `backfill` and the look at queues, with real buckets and queues of the local cloud. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCli } from '../../../cli/program.ts';
import { services } from '../../../cli/services.ts';
import { queueState } from '../../../lib/aws/cloud-queues.ts';
import { readNotice } from '../../../lib/cloud/notice.ts';
import { inputRecordKey } from '../../../lib/lake/cloud-layout.ts';
import { makeBucket, removeBucket, s3Client, unique, useLocalCloud } from '../helpers/local-cloud.ts';

useLocalCloud();
const s3 = s3Client();
const sqs = new SQSClient({});
const name = `cli-dev-${unique()}`;
let lake: string;
let source: string;
let trails: string;
let dead: string;

const key = (dt: string, n: number) =>
  `AWSLogs/111122223333/CloudTrail/eu-west-1/${dt.replaceAll('-', '/')}/111122223333_CloudTrail_eu-west-1_${n} ä+.json.gz`;

beforeAll(async () => {
  [lake, source] = [await makeBucket(s3, 'cli-dev-lake'), await makeBucket(s3, 'cli-dev-source')];
  dead = (await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dlq` }))).QueueUrl ?? '';
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: 3 });
  trails = (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }))).QueueUrl ?? '';
  for (const dt of ['2026-03-01', '2026-03-02', '2026-03-03']) {
    for (let n = 0; n < 12; n++) {
      const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: source, Key: key(dt, n), Body: `${dt} ${n}` }));
      if (dt !== '2026-03-02' || n > 1) continue;
      const record = inputRecordKey({ bucket: source, key: key(dt, n), etag: ETag.replaceAll('"', '') });
      await s3.send(new PutObjectCommand({ Bucket: lake, Key: record, Body: '{}' }));
    }
  }
});

afterAll(async () => {
  for (const url of [trails, dead]) await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
  for (const bucket of [lake, source]) await removeBucket(s3, bucket);
});

async function backfill(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const into = (add: (text: string) => void) => ({
    write: (text: string) => {
      add(text);
      return true;
    },
  });
  const env = {
    APPSTREAM_AUDIT_BUCKET: lake,
    APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL: trails,
    APPSTREAM_AUDIT_REPORT_QUEUE_URL: trails,
    APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL: trails,
    APPSTREAM_AUDIT_SOURCES: JSON.stringify([{ kind: 'cloudtrail', bucket: source, prefix: 'AWSLogs/' }]),
  };
  const code = await runCli(['backfill', ...argv], {
    stdout: into((text) => {
      out += text;
    }),
    stderr: into((text) => {
      err += text;
    }),
    env,
    nowMs: () => Date.now(),
    signal: new AbortController().signal,
    services,
  });
  return { code, out, err };
}

const counts = ({ out, err }: { out: string; err: string }) => {
  if (out === '') throw new Error(err);
  const { sources } = JSON.parse(out) as { sources: { listed: number; known: number; sent: number }[] };
  return sources.map(({ listed, known, sent }) => ({ listed, known, sent }));
};

/** The objects that messages in the queue name. */
async function named(): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: trails, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }));
    if (Messages.length === 0) return keys.sort();
    for (const { Body = '' } of Messages) keys.push(...readNotice(Body).map((each) => each.key));
  }
}

describe('backfill', () => {
  test('says what it would send, and sends nothing', async () => {
    const ran = await backfill('--from', '2026-03-02', '--to', '2026-03-02', '--dry-run');
    expect([ran.code, counts(ran)]).toEqual([0, [{ listed: 12, known: 2, sent: 10 }]]);
    expect(await queueState('cloudtrail', trails)).toMatchObject({ visible: 0, inFlight: 0 });
  });

  test('sends what the lake does not have of these days, under the keys as they are', async () => {
    const ran = await backfill('--from', '2026-03-02', '--to', '2026-03-02');
    expect([ran.code, counts(ran)]).toEqual([0, [{ listed: 12, known: 2, sent: 10 }]]);
    expect(await queueState('cloudtrail', trails)).toMatchObject({ visible: 10, inFlight: 0, deadLetters: 0 });
    expect(await named()).toEqual(Array.from({ length: 10 }, (_, n) => key('2026-03-02', n + 2)).sort());
    expect(await queueState('cloudtrail', trails)).toMatchObject({ visible: 0, inFlight: 10 });
  });

  test('sends everything of these days with --again', async () => {
    expect(counts(await backfill('--from', '2026-03-01', '--to', '2026-03-02', '--again'))).toEqual([{ listed: 24, known: 0, sent: 24 }]);
    expect(await named()).toHaveLength(24);
  });

  test('of a bucket that is not there fails, and says which', async () => {
    const ran = await backfill('--from', '2026-03-02', '--source', 'cloudtrail=s3://cli-dev-nowhere/x');
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toContain('s3://cli-dev-nowhere/');
  });
});

test('dead letters are counted behind their queue', async () => {
  await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: 'x' }));
  expect(await queueState('cloudtrail', trails)).toMatchObject({
    deadLetters: 1,
    deadLetterQueueUrl: expect.stringContaining(`${name}-dlq`),
  });
});
