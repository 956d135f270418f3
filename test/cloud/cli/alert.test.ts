/** Alerts through the real topic, queue and bucket of the local cloud, with whatever can go wrong between claim and confirmation. */
import { S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FindingFact } from '../../../lib/answer/alert-text.ts';
import { alertEffects } from '../../../lib/aws/alert-effects.ts';
import { type AlertEffects, runKey, tell } from '../../../lib/cloud/alert.ts';
import { makeBucket, removeBucket, unique, useLocalCloud } from '../helpers/local-cloud.ts';

useLocalCloud();
const s3 = new S3Client({ forcePathStyle: true });
const sns = new SNSClient({});
const sqs = new SQSClient({});
let bucket: string;
let topicArn: string;
let queueUrl: string;
let effects: AlertEffects;
let run: string;

interface Received {
  readonly body: { readonly [name: string]: unknown };
  readonly attributes: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
  readonly subject: string;
}

beforeAll(async () => {
  bucket = await makeBucket(s3, 'cli-dev-alerts');
  const name = `cli-dev-${unique()}`;
  topicArn = (await sns.send(new CreateTopicCommand({ Name: name }))).TopicArn ?? '';
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? '';
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }));
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: Attributes?.['QueueArn'] }));
  effects = alertEffects({ bucket, topicArn }, s3, sns);
});

afterAll(async () => {
  await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
  await removeBucket(s3, bucket);
});

beforeEach(async () => {
  run = `20260303T060000000Z-${unique()}`;
  await received();
});

/** Every message that is in the queue, taken out of it. */
async function received(): Promise<Received[]> {
  const found: Received[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    if (Messages.length === 0) return found;
    for (const { Body = '', ReceiptHandle } of Messages) {
      const envelope = JSON.parse(Body) as { Message: string; Subject: string; MessageAttributes: Received['attributes'] };
      found.push({ body: JSON.parse(envelope.Message), attributes: envelope.MessageAttributes, subject: envelope.Subject });
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
  }
}

const finding = (id: string, more: Partial<FindingFact> = {}): FindingFact => ({
  kind: 'finding',
  runId: run,
  severity: 'high',
  timeMs: Date.UTC(2026, 2, 2, 10, 5),
  sourceAddress: '10.0.1.5',
  resource: `bucket/${id}`,
  eventIds: [id],
  findingId: `${run}-${id}`,
  ruleId: 'unattributed-write',
  summary: `PutObject bucket/${id} with no attributable user`,
  userId: null,
  sessionId: null,
  verdict: null,
  candidates: [],
  ...more,
});

const tellAll = (facts: readonly FindingFact[], by: AlertEffects = effects, runId = run) =>
  tell(facts, { runId, most: 20, ruleOf: () => null }, by);

/** Effects of which one dies the nth time. */
function dying(which: 'publish' | 'save', at: number): AlertEffects {
  let calls = 0;
  const die = () => {
    if (++calls === at) throw new Error('killed');
  };
  return {
    ...effects,
    publish: async (message) => {
      await effects.publish(message);
      if (which === 'publish') die();
    },
    save: async (...given) => {
      if (which === 'save') die();
      return effects.save(...given);
    },
  };
}

describe('alerts', () => {
  test('reach a queue as JSON, with attributes to filter by', async () => {
    expect(await tellAll([finding('a')])).toEqual({ published: 1, told: 1, known: 0, elsewhere: 0 });

    const [message, ...others] = await received();
    expect(others).toEqual([]);
    expect(message?.body).toMatchObject({ kind: 'finding', finding_id: `${run}-a`, event_ids: ['a'] });
    expect(message?.attributes).toMatchObject({
      kind: { Type: 'String', Value: 'finding' },
      severity: { Type: 'String', Value: 'high' },
      rule_id: { Type: 'String', Value: 'unattributed-write' },
    });
    expect(message?.subject).toBe('HIGH: unattributed-write: bucket/a');
  });

  test('come once, however often a run is told', async () => {
    const facts = [finding('a'), finding('b')];
    await tellAll(facts);
    expect(await tellAll(facts)).toMatchObject({ published: 0, known: 2 });
    await tellAll(facts, effects, `${run}-later`);

    expect(await received()).toHaveLength(2);
  });

  test('come as one digest when there are more than twenty, which comes once, too', async () => {
    const facts = Array.from({ length: 21 }, (_, at) => finding(`f${at}`, { ruleId: at === 0 ? 'unnamed-write' : 'unattributed-write' }));
    await expect(tellAll(facts, dying('save', 3))).rejects.toThrow('killed');
    await tellAll(facts);

    const messages = await received();
    expect(messages.map(({ body }) => [body['kind'], body['total']])).toEqual([['digest', 21]]);
    expect(messages[0]?.attributes['rule_id']?.Type).toBe('String.Array');
    expect((JSON.parse(messages[0]?.attributes['rule_id']?.Value ?? '') as string[]).sort()).toEqual([
      'unattributed-write',
      'unnamed-write',
    ]);
  });

  test('come again rather than never when the function dies after publishing, and only those that were not confirmed', async () => {
    const facts = [finding('a'), finding('b'), finding('c')];
    await expect(tellAll(facts, dying('publish', 2))).rejects.toThrow('killed');
    await tellAll(facts);

    const resources = (await received()).map(({ body }) => body['resource']);
    expect([...new Set(resources)].sort()).toEqual(facts.map(({ resource }) => resource));
    expect(resources).toHaveLength(4);
  });

  test('come when the function died between claim and publishing', async () => {
    const unable = { ...effects, publish: async () => Promise.reject(new Error('throttled')) };
    await expect(tellAll([finding('a')], unable)).rejects.toThrow('throttled');
    expect(await received()).toEqual([]);

    await tellAll([finding('a')]);
    expect(await received()).toHaveLength(1);
  });

  test('of a run that was never told come with the next run, once', async () => {
    const unable = { ...effects, publish: async () => Promise.reject(new Error('throttled')) };
    await expect(tellAll([finding('a')], unable)).rejects.toThrow('throttled');
    const next = `${run}-next`;
    const later = { ...effects, nowMs: () => Date.now() + 3_600_000 };

    await tellAll([finding('a'), finding('b', { runId: next })], later, next);
    await tellAll([finding('a'), finding('b', { runId: next })], later, next);

    expect((await received()).map(({ body }) => body['resource']).sort()).toEqual(['bucket/a', 'bucket/b']);
  });

  test('that another function is telling right now are left to it, and its run stays open', async () => {
    let release = () => {};
    let reached = () => {};
    const publishing = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const slow: AlertEffects = {
      ...effects,
      publish: async (message) => {
        reached();
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        await effects.publish(message);
      },
    };
    const first = tellAll([finding('a')], slow);
    await publishing;

    expect(await tellAll([finding('a')], effects, `${run}-other`)).toMatchObject({ published: 0, elsewhere: 1 });
    expect(await effects.load(runKey(run))).toBeNull();

    release();
    expect(await first).toMatchObject({ published: 1 });
    expect(await received()).toHaveLength(1);
  });
});
