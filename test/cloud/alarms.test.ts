/** The way of an alarm to people, on the deployed stack: its state changes, the operations topic tells whoever subscribed. */
import { randomUUID } from 'node:crypto';
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { alarms } from '../../infra/alarms.ts';
import { readDeployment } from '../../infra/deployment-file.ts';
import { useLocalCloud } from './helpers/local-cloud.ts';

const stack = useLocalCloud();
const [cloudWatch, sns, sqs] = [new CloudWatchClient({}), new SNSClient({}), new SQSClient({})];
const NAMES = alarms(readDeployment(process.cwd(), process.env)).map(({ name }) => `${stack['APPSTREAM_AUDIT_STACK']}-${name}`);
let queue: string | undefined;
let subscription: string | undefined;

beforeAll(async () => {
  queue = (await sqs.send(new CreateQueueCommand({ QueueName: `alarms-${randomUUID()}` }))).QueueUrl;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] }));
  const topic = { TopicArn: stack['APPSTREAM_AUDIT_OPERATIONS_TOPIC_ARN'], Protocol: 'sqs', Endpoint: Attributes?.['QueueArn'] };
  subscription = (await sns.send(new SubscribeCommand({ ...topic, ReturnSubscriptionArn: true }))).SubscriptionArn;
});
afterAll(async () => {
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl: queue }));
});

/** Takes every message that has come. @returns names of alarms with their new states, sorted */
async function heard(): Promise<string[]> {
  const told: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
    if (Messages.length === 0) return told.sort();
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      const { AlarmName, NewStateValue } = JSON.parse((JSON.parse(Body) as { Message: string }).Message) as Record<string, string>;
      told.push(`${AlarmName} ${NewStateValue}`);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
    }
  }
}

test('every alarm that goes off is told to operations, and that it is over, too', async () => {
  const { MetricAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: `${stack['APPSTREAM_AUDIT_STACK']}-`, MaxRecords: 100 }),
  );
  expect(MetricAlarms.map(({ AlarmName }) => AlarmName).sort()).toEqual([...NAMES].sort());
  const set = async (StateValue: 'ALARM' | 'OK') => {
    for (const AlarmName of NAMES)
      await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'tried by a test' }));
    return heard();
  };
  // only a change of state is told
  await set('OK');
  for (const state of ['ALARM', 'OK'] as const) expect(await set(state)).toEqual(NAMES.map((name) => `${name} ${state}`).sort());
}, 120_000);
