/**
 * A queue for each kind of source, and one behind it for what failed too often. Encrypted by SQS itself: a message holds
 * names of objects, and EventBridge may then send without a right to a key.
 */
import type { Deployment } from '../schemas/deployment.ts';
import { denyWithoutTls, getAtt, policyDocument, type Resource, type Resources, ref, type Statement } from './cloudformation.ts';
import { timeoutOf } from './functions.ts';
import { deadLetterQueueId, QUEUE_KINDS, type QueueKind, queueId, queueName } from './names.ts';
import { rulesOf } from './source-rules.ts';

/** 14 days, the longest that SQS keeps anything. */
const KEPT_SECONDS = 1_209_600;

/** Seconds for which a message that was taken stays hidden: six times the timeout of the function that takes it. */
export function visibilitySeconds(deployment: Deployment, kind: QueueKind = 'cloudtrail'): number {
  const { visibilitySeconds: given, ingestTimeoutSeconds } = deployment.limits;
  const ours = given ?? 6 * ingestTimeoutSeconds;
  // its function has a time of its own
  return kind === 'session_check' ? Math.max(ours, 6 * timeoutOf(deployment, 'verify-session')) : ours;
}

export function queueResources(deployment: Deployment): Resources {
  return Object.fromEntries(QUEUE_KINDS.flatMap((kind) => Object.entries(queuesOf(deployment, kind))));
}

function queuesOf(deployment: Deployment, kind: QueueKind): Record<string, Resource> {
  const [queue, dlq] = [queueId(kind), deadLetterQueueId(kind)];
  return {
    [queue]: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: queueName(deployment, kind),
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: KEPT_SECONDS,
        VisibilityTimeout: visibilitySeconds(deployment, kind),
        RedrivePolicy: { deadLetterTargetArn: getAtt(dlq, 'Arn'), maxReceiveCount: deployment.limits.maxReceiveCount },
      },
    },
    [dlq]: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: queueName(deployment, kind, 'dlq'), SqsManagedSseEnabled: true, MessageRetentionPeriod: KEPT_SECONDS },
    },
    [`${queue}Policy`]: policy(queue, senders(deployment, kind, queue)),
    // EventBridge puts there what it could not put into the queue
    [`${dlq}Policy`]: policy(dlq, senders(deployment, kind, dlq)),
  };
}

function policy(queue: string, statements: readonly Statement[]): Resource {
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { Queues: [ref(queue)], PolicyDocument: policyDocument([denyWithoutTls('sqs:*', getAtt(queue, 'Arn')), ...statements]) },
  };
}

/** The rules of this kind may send, and no other service; the functions may by their roles. */
function senders(deployment: Deployment, kind: QueueKind, queue: string): Statement[] {
  const rules = rulesOf(deployment, kind);
  if (rules.length === 0) return [];
  return [
    {
      Sid: 'Rules',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: getAtt(queue, 'Arn'),
      Condition: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => getAtt(rule, 'Arn')) } },
    },
  ];
}
