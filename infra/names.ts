/** Names of what a deployment makes, known before anything is deployed: policies of other accounts have to name them. */
import type { Deployment } from '../schemas/deployment.ts';
import { pascalCase } from './cloudformation.ts';

/** The functions, each a file of that name in `functions/`. */
export const FUNCTION_NAMES = [
  'ingest-cloudtrail',
  'ingest-usage-report',
  'ingest-flow-logs',
  'snapshot-sessions',
  'verify-session',
  'reconcile',
  'correlate',
  'alert',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** Everything that runs under a role of its own. */
export type RoleName = FunctionName | 'state-machine' | 'scheduler';
export const ROLE_NAMES: readonly RoleName[] = [...FUNCTION_NAMES, 'state-machine', 'scheduler'];

/** Kinds of queues, named as the kinds of sources they carry; `session_check` names session.json files. */
export const QUEUE_KINDS = ['cloudtrail', 'usage_report', 'flow_log', 'session_check'] as const;
export type QueueKind = (typeof QUEUE_KINDS)[number];

/** Service and stage: the name of the stack, and the start of most names. */
export function stackName({ service, stage }: Deployment): string {
  return `${service}-${stage}`;
}

/** The central bucket. */
export function lakeBucket(deployment: Deployment): string {
  return deployment.lake.bucket ?? `${stackName(deployment)}-${deployment.account}-${deployment.region}`;
}

export function functionName(deployment: Deployment, name: FunctionName): string {
  return `${stackName(deployment)}-${name}`;
}

/** Roles belong to an account, not to a region, hence the region in the name. */
export function roleName(deployment: Deployment, name: RoleName): string {
  return `${stackName(deployment)}-${deployment.region}-${name}`;
}

export function stateMachineName(deployment: Deployment): string {
  return `${stackName(deployment)}-correlation`;
}

export function workgroupName(deployment: Deployment): string {
  return stackName(deployment);
}

/** @param suffix `dlq` for what failed too often */
export function queueName(deployment: Deployment, kind: QueueKind, suffix = ''): string {
  return [stackName(deployment), kind.replace('_', '-'), suffix].filter((part) => part !== '').join('-');
}

export function topicName(deployment: Deployment, name: 'alerts' | 'operations'): string {
  return `${stackName(deployment)}-${name}`;
}

/** Logical id of a queue: `cloudtrail` → `CloudtrailQueue`. */
export function queueId(kind: QueueKind): string {
  return `${pascalCase(kind)}Queue`;
}

/** Logical id of the queue behind it. */
export function deadLetterQueueId(kind: QueueKind): string {
  return `${pascalCase(kind)}Dlq`;
}
