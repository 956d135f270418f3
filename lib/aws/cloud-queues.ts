/** How full the queues of a deployment are. */
import { GetQueueAttributesCommand, GetQueueUrlCommand, type QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs';
import { awsFault } from './aws-fault.ts';
import { CLIENT_OPTIONS } from './client-options.ts';

/** One queue. AWS counts about: what was sent in the last seconds may be missing. */
export interface QueueState {
  readonly name: string;
  /** Waiting to be taken. */
  readonly visible: number;
  /** Taken and not finished. */
  readonly inFlight: number;
  readonly delayed: number;
  /** In the dead-letter queue: they failed too often. */
  readonly deadLetters: number;
  /** Null when the queue has none. */
  readonly deadLetterQueueUrl: string | null;
}

const COUNTS: QueueAttributeName[] = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
];

/** @throws ObjectFault when a queue cannot be looked at */
export async function queueState(name: string, url: string, client: SQSClient = new SQSClient(CLIENT_OPTIONS)): Promise<QueueState> {
  const { RedrivePolicy, ...own } = await attributesOf(client, url, [...COUNTS, 'RedrivePolicy']);
  const deadLetterQueueUrl = RedrivePolicy === undefined ? null : await deadLetterUrl(client, RedrivePolicy, url);
  const dead = deadLetterQueueUrl === null ? {} : await attributesOf(client, deadLetterQueueUrl, COUNTS);
  const [visible, inFlight, delayed] = countsIn(own);
  return { name, visible, inFlight, delayed, deadLetters: countsIn(dead).reduce((sum, n) => sum + n, 0), deadLetterQueueUrl };
}

async function attributesOf(client: SQSClient, url: string, names: QueueAttributeName[]): Promise<Partial<Record<string, string>>> {
  try {
    return (await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }))).Attributes ?? {};
  } catch (cause) {
    throw awsFault(cause, url, 'be looked at');
  }
}

function countsIn(attributes: Partial<Record<string, string>>): [visible: number, inFlight: number, delayed: number] {
  const [visible = 0, inFlight = 0, delayed = 0] = COUNTS.map((name) => Number(attributes[name] ?? 0));
  return [visible, inFlight, delayed];
}

/** The queue behind a queue is known by its ARN: `arn:aws:sqs:region:account:name`. */
async function deadLetterUrl(client: SQSClient, policy: string, of: string): Promise<string> {
  const { deadLetterTargetArn = '' } = JSON.parse(policy) as { deadLetterTargetArn?: string };
  const [, , , , account, name] = deadLetterTargetArn.split(':');
  try {
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }));
    return QueueUrl;
  } catch (cause) {
    throw awsFault(cause, `the dead-letter queue of ${of}`, 'be found');
  }
}
