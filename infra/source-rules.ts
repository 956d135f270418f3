/** EventBridge rules: an object was created in a source bucket, so its name goes into the queue of its kind. */
import type { Deployment } from '../schemas/deployment.ts';
import { accountRoot, arn, getAtt, pascalCase, type Resource, type Resources, type Value } from './cloudformation.ts';
import { type SourcePrefix, sourcePrefixes } from './environment.ts';
import { deadLetterQueueId, type QueueKind, queueId } from './names.ts';

interface SourceRule {
  readonly id: string;
  readonly source: SourcePrefix;
}

/** The file that a session script writes into the home folder. */
export const SESSION_FILE_SUFFIX = '/session.json';

/** Logical ids of the rules that feed a queue. */
export function rulesOf(deployment: Deployment, kind: QueueKind): string[] {
  if (kind === 'session_check') return homeFolderRules(deployment).map(([id]) => id);
  return sourceRules(deployment)
    .filter(({ source }) => source.kind === kind)
    .map(({ id }) => id);
}

/** One rule for each bucket, owner and kind that sends notifications. */
function sourceRules(deployment: Deployment): (SourceRule & { readonly prefixes: readonly string[] })[] {
  const notifying = deployment.sources.filter(({ notifications }) => notifications !== 'none');
  return notifying.map((source, at) => {
    const places = sourcePrefixes({ ...deployment, sources: [source] });
    return {
      id: `${pascalCase(source.kind)}Rule${at + 1}`,
      source: places[0] as SourcePrefix,
      prefixes: places.map(({ prefix }) => prefix).filter((prefix) => prefix !== ''),
    };
  });
}

export function sourceRuleResources(deployment: Deployment): Resources {
  const rules = sourceRules(deployment).map(({ id, source, prefixes }) => [id, ruleOf(source, prefixes)] as const);
  return { ...Object.fromEntries(rules), ...Object.fromEntries(homeFolderRules(deployment)), ...busPolicies(deployment) };
}

function ruleOf(source: SourcePrefix, prefixes: readonly string[]): Resource {
  return rule(
    source,
    source.kind,
    prefixes.map((prefix) => ({ prefix })),
  );
}

/** One rule for each bucket of home folders. */
function homeFolderRules({ homeFolders, account, region }: Deployment): [id: string, resource: Resource][] {
  return homeFolders.map((folder, at) => {
    const place = { bucket: folder.bucket, account: folder.account ?? account, region: folder.region ?? region };
    return [`HomeFolderRule${at + 1}`, rule(place, 'session_check', [{ suffix: SESSION_FILE_SUFFIX }])];
  });
}

/** @param keys which keys, any of them; none: every key */
function rule(source: Pick<SourcePrefix, 'bucket' | 'account' | 'region'>, kind: QueueKind, keys: readonly Value[]): Resource {
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Description: `Objects created in ${source.bucket}`,
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        account: [source.account],
        region: [source.region],
        detail: {
          bucket: { name: [source.bucket] },
          ...(keys.length === 0 ? {} : { object: { key: [...keys] } }),
        },
      },
      Targets: [
        {
          Id: 'queue',
          Arn: getAtt(queueId(kind), 'Arn'),
          DeadLetterConfig: { Arn: getAtt(deadLetterQueueId(kind), 'Arn') },
        },
      ],
    },
  };
}

/** Other accounts may put such events, and nothing else, onto the default bus. */
function busPolicies(deployment: Deployment): Resources {
  const forwarded = [...deployment.sources, ...deployment.homeFolders].filter(({ notifications }) => notifications === 'forwarded');
  const accounts = [...new Set(forwarded.map(({ account }) => account ?? deployment.account))].filter(
    (each) => each !== deployment.account,
  );
  const policies = accounts.map((account): [string, Resource] => [
    `BusPolicy${account}`,
    {
      Type: 'AWS::Events::EventBusPolicy',
      Condition: 'InAws',
      Properties: {
        EventBusName: 'default',
        StatementId: `${deployment.service}-${deployment.stage}-${account}`,
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: accountRoot(account) },
          Action: 'events:PutEvents',
          Resource: arn('events', 'event-bus/default'),
          Condition: { StringEquals: { 'events:source': 'aws.s3', 'events:detail-type': 'Object Created' } },
        },
      },
    },
  ]);
  return Object.fromEntries(policies);
}
