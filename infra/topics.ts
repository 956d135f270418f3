/** Two topics: findings for those who look into them, alarms for those who keep this running. */
import type { Deployment } from '../schemas/deployment.ts';
import {
  accountRoot,
  arn,
  denyWithoutTls,
  policyDocument,
  type Resource,
  type Resources,
  ref,
  type Statement,
  type Value,
} from './cloudformation.ts';
import { topicName } from './names.ts';

/** Severities in order: a subscription takes its own and all above. */
const SEVERITIES = ['low', 'medium', 'high', 'critical'];

export function topicResources(deployment: Deployment): Resources {
  return {
    AlertTopic: topic(deployment, 'alerts'),
    AlertTopicPolicy: topicPolicy('AlertTopic', []),
    OperationsTopic: topic(deployment, 'operations'),
    OperationsTopicPolicy: topicPolicy('OperationsTopic', [alarmStatement()]),
    ...subscriptions('AlertTopic', deployment.alerts),
    ...subscriptions('OperationsTopic', deployment.operations),
  };
}

function topic(deployment: Deployment, name: 'alerts' | 'operations'): Resource {
  return { Type: 'AWS::SNS::Topic', Properties: { TopicName: topicName(deployment, name), KmsMasterKeyId: ref('MessageKey') } };
}

/** A policy of a topic replaces the one that lets its account in, so that is said here. */
function topicPolicy(id: string, statements: readonly Statement[]): Resource {
  const owner: Statement = {
    Sid: 'Owner',
    Effect: 'Allow',
    Principal: { AWS: accountRoot('${AWS::AccountId}') },
    Action: [
      'sns:Publish',
      'sns:Subscribe',
      'sns:GetTopicAttributes',
      'sns:SetTopicAttributes',
      'sns:ListSubscriptionsByTopic',
      'sns:DeleteTopic',
    ],
    Resource: ref(id),
  };
  return {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: { Topics: [ref(id)], PolicyDocument: policyDocument([denyWithoutTls('sns:Publish', ref(id)), owner, ...statements]) },
  };
}

function alarmStatement(): Statement {
  return {
    Sid: 'Alarms',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: ref('OperationsTopic'),
    Condition: { ArnLike: { 'aws:SourceArn': arn('cloudwatch', 'alarm:*') } },
  };
}

function subscriptions(topicId: string, wanted: readonly Deployment['alerts'][number][]): Record<string, Resource> {
  return Object.fromEntries(
    wanted.map(({ protocol, endpoint, minimumSeverity }, at) => {
      const filter: Record<string, Value> =
        minimumSeverity === undefined ? {} : { FilterPolicy: { severity: SEVERITIES.slice(SEVERITIES.indexOf(minimumSeverity)) } };
      return [
        `${topicId}Subscription${at + 1}`,
        { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: ref(topicId), Protocol: protocol, Endpoint: endpoint, ...filter } },
      ];
    }),
  );
}
