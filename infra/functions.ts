/** The functions: what calls them, how long they may take, as whom they run. */
import type { Deployment } from '../schemas/deployment.ts';
import { getAtt, type Value } from './cloudformation.ts';
import { FUNCTION_NAMES, type FunctionName, functionName, type QueueKind, queueId } from './names.ts';
import { roleArnOf } from './roles.ts';

interface FunctionShape {
  readonly description: string;
  /** Megabytes; at 1,769 a function has one core. */
  readonly memorySize: number;
  /** Seconds; null: as the deployment says for ingestion. */
  readonly timeout: number | null;
  /** The queue whose messages it takes. */
  readonly queue?: QueueKind;
  /** Messages that it takes at once, and how many of it may run; default 10, and as the deployment says for ingestion. */
  readonly taking?: { readonly batchSize: number; readonly concurrency: number };
  /** How often Lambda tries again when it was called without anybody waiting. */
  readonly retries?: 0 | 1 | 2;
  /** True when it reads files of `sql/`. */
  readonly hasSql?: true;
}

const SHAPES: Readonly<Record<FunctionName, FunctionShape>> = {
  'ingest-cloudtrail': {
    description: 'Keeps CloudTrail log files and writes their rows into the lake',
    memorySize: 1769,
    timeout: null,
    queue: 'cloudtrail',
  },
  'ingest-usage-report': {
    description: 'Keeps AppStream usage reports and writes their rows into the lake',
    memorySize: 1024,
    timeout: null,
    queue: 'usage_report',
  },
  'ingest-flow-logs': {
    description: 'Keeps VPC flow logs and writes their rows into the lake',
    memorySize: 1769,
    timeout: null,
    queue: 'flow_log',
  },
  'snapshot-sessions': {
    description: 'Asks AppStream for the sessions of all fleets and writes them into the lake',
    memorySize: 512,
    timeout: 240,
    // the next sweep is due before a second try would be of use
    retries: 0,
  },
  'verify-session': {
    description: 'Asks AppStream whether a session is what it is claimed to be, and keeps the answer',
    memorySize: 512,
    timeout: 120,
    queue: 'session_check',
    // whoever writes many files must not use up the calls that sweeps need
    taking: { batchSize: 1, concurrency: 2 },
  },
  reconcile: {
    description: 'Queues the objects of the source buckets that no notification brought',
    memorySize: 1024,
    timeout: 900,
    retries: 2,
  },
  correlate: {
    description: 'One step of a correlation: starts queries, or looks whether they have ended',
    memorySize: 1769,
    timeout: 300,
    hasSql: true,
  },
  alert: {
    description: 'Publishes what a finished correlation found',
    memorySize: 512,
    timeout: 300,
    // an alert says what the rule that found it advises
    hasSql: true,
  },
};

/** Seconds after which Lambda ends a function. */
export function timeoutOf(deployment: Deployment, name: FunctionName): number {
  return SHAPES[name].timeout ?? deployment.limits.ingestTimeoutSeconds;
}

/** The functions as the deployment tool reads them. */
export function functionDefinitions(deployment: Deployment): Record<FunctionName, Record<string, Value>> {
  return Object.fromEntries(FUNCTION_NAMES.map((name) => [name, definition(deployment, name)])) as Record<
    FunctionName,
    Record<string, Value>
  >;
}

function definition(deployment: Deployment, name: FunctionName): Record<string, Value> {
  const shape = SHAPES[name];
  return {
    name: functionName(deployment, name),
    handler: `functions/${name}.handler`,
    description: shape.description,
    memorySize: shape.memorySize,
    timeout: timeoutOf(deployment, name),
    role: roleArnOf(deployment, name),
    ...(shape.retries === undefined ? {} : { maximumRetryAttempts: shape.retries }),
    ...(shape.hasSql ? { package: { patterns: ['sql/**/*.sql', 'package.json'] } } : {}),
    ...(shape.queue === undefined ? {} : { events: [queueEvent(deployment, shape.queue, shape.taking)] }),
  };
}

function queueEvent({ limits }: Deployment, queue: QueueKind, taking: FunctionShape['taking']): Value {
  return {
    sqs: {
      arn: getAtt(queueId(queue), 'Arn'),
      batchSize: taking?.batchSize ?? 10,
      // only what failed comes again
      functionResponseType: 'ReportBatchItemFailures',
      maximumConcurrency: taking?.concurrency ?? limits.ingestConcurrency,
    },
  };
}
