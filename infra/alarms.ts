/**
 * What somebody has to be told of. Each alarm has a section in docs/operations.md under its name; silence counts as bad
 * where something has to happen, and as good where something must not.
 */
import type { Deployment } from '../schemas/deployment.ts';
import { pascalCase, type Resources, ref, type Value } from './cloudformation.ts';
import { METRIC_NAMESPACE } from './environment.ts';
import { timeoutOf } from './functions.ts';
import { FUNCTION_NAMES, functionName, QUEUE_KINDS, type QueueKind, queueName, stackName, topicName } from './names.ts';

const HOUR = 3600;

export interface Alarm {
  /** Without the name of the stack: `correlate-errors`. */
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, Value>>;
  readonly statistic: 'Sum' | 'Maximum';
  /** Seconds over which the statistic is taken. */
  readonly period: number;
  /** So many periods in a row; 1 unless given. */
  readonly periods?: number;
  readonly goesOff: 'above' | 'below';
  readonly threshold: number;
  /** True when having no value at all is what the alarm is about. */
  readonly silenceIsBad?: true;
}

/** Every alarm of a deployment, in the order of the way of the data. */
export function alarms(deployment: Deployment): Alarm[] {
  return [
    ...ingestAlarms(deployment),
    ...queueAlarms(deployment),
    ...runAlarms(deployment),
    ...functionAlarms(deployment),
    ...scheduleAlarms(deployment),
    ...topicAlarms(deployment),
  ];
}

export function alarmResources(deployment: Deployment): Resources {
  return Object.fromEntries(
    alarms(deployment).map((alarm) => [
      `${pascalCase(alarm.name)}Alarm`,
      {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: `${stackName(deployment)}-${alarm.name}`,
          AlarmDescription: `${alarm.description} What to do: docs/operations.md, ${alarm.name}.`,
          Namespace: alarm.namespace,
          MetricName: alarm.metric,
          Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
          Statistic: alarm.statistic,
          Period: alarm.period,
          EvaluationPeriods: alarm.periods ?? 1,
          Threshold: alarm.threshold,
          ComparisonOperator: alarm.goesOff === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
          TreatMissingData: alarm.silenceIsBad ? 'breaching' : 'notBreaching',
          AlarmActions: [ref('OperationsTopic')],
          OKActions: [ref('OperationsTopic')],
        },
      },
    ]),
  );
}

/** A metric that the functions write themselves. */
function own(deployment: Deployment, metric: string, kind?: QueueKind | 'snapshot') {
  const dimensions = { service: stackName(deployment), ...(kind === undefined ? {} : { kind }) };
  return { namespace: METRIC_NAMESPACE, metric, dimensions, statistic: 'Sum' as const };
}

function ingestAlarms(deployment: Deployment): Alarm[] {
  const { silence, sources, sweeps } = deployment;
  const has = (kind: string) => sources.some((source) => source.kind === kind);
  // whoever is invited to ask `verify-session` is heard of without a home folder, too
  const kinds = QUEUE_KINDS.filter((kind) => kind === 'session_check' || has(kind));
  return [
    ...(has('cloudtrail')
      ? [
          {
            name: 'trail-silent',
            description: `No CloudTrail file was ingested for ${silence.trailHours} h.`,
            ...own(deployment, 'InputsIngested', 'cloudtrail'),
            period: HOUR,
            periods: silence.trailHours,
            goesOff: 'below' as const,
            threshold: 1,
            silenceIsBad: true as const,
          },
        ]
      : []),
    ...(has('usage_report')
      ? [
          {
            name: 'report-silent',
            description: `No usage report was ingested for ${silence.reportHours} h.`,
            ...own(deployment, 'InputsIngested', 'usage_report'),
            period: HOUR,
            periods: silence.reportHours,
            goesOff: 'below' as const,
            threshold: 1,
            silenceIsBad: true as const,
          },
        ]
      : []),
    ...kinds.map((kind) => ({
      name: `${kind.replace('_', '-')}-rejected`,
      description: 'An input could not be read and was set aside.',
      ...own(deployment, 'InputsRejected', kind),
      period: 300,
      goesOff: 'above' as const,
      threshold: 0,
    })),
    ...(sweeps.length === 0
      ? []
      : [
          {
            name: 'sweep-incomplete',
            description: 'Sweeps of DescribeSessions have been incomplete for half an hour.',
            ...own(deployment, 'SweepIncomplete', 'snapshot'),
            period: 600,
            periods: 3,
            goesOff: 'above' as const,
            threshold: 0,
          },
        ]),
  ];
}

function queueAlarms(deployment: Deployment): Alarm[] {
  const has = (kind: string) => deployment.sources.some((source) => source.kind === kind);
  const kinds = QUEUE_KINDS.filter((kind) => (kind === 'session_check' ? deployment.homeFolders.length > 0 : has(kind)));
  return kinds.flatMap((kind): Alarm[] => {
    const label = kind.replace('_', '-');
    const queue = { namespace: 'AWS/SQS', dimensions: { QueueName: queueName(deployment, kind) }, statistic: 'Maximum' as const };
    const dlq = { ...queue, dimensions: { QueueName: queueName(deployment, kind, 'dlq') } };
    return [
      {
        name: `${label}-queue-age`,
        description: 'A message has waited for an hour: ingestion does not keep up, or fails.',
        ...queue,
        metric: 'ApproximateAgeOfOldestMessage',
        period: 300,
        periods: 3,
        goesOff: 'above',
        threshold: HOUR,
      },
      {
        name: `${label}-dlq-depth`,
        description: 'An object failed too often and is not in the lake.',
        ...dlq,
        metric: 'ApproximateNumberOfMessagesVisible',
        period: 60,
        goesOff: 'above',
        threshold: 0,
      },
      {
        name: `${label}-dlq-age`,
        description: 'A failed object has waited for 10 of the 14 days after which its message is gone.',
        ...dlq,
        metric: 'ApproximateAgeOfOldestMessage',
        period: 300,
        goesOff: 'above',
        threshold: 10 * 24 * HOUR,
      },
    ];
  });
}

function runAlarms(deployment: Deployment): Alarm[] {
  const machine = {
    namespace: 'AWS/States',
    dimensions: { StateMachineArn: ref('StateMachine') },
    statistic: 'Sum' as const,
    period: 300,
    goesOff: 'above' as const,
    threshold: 0,
  };
  return [
    {
      name: 'broken-identities',
      description: 'Counts that must be equal differ; the run published nothing.',
      ...own(deployment, 'BrokenIdentities'),
      period: 300,
      goesOff: 'above',
      threshold: 0,
    },
    {
      name: 'run-failed',
      description: 'A correlation failed; the last good answer stands.',
      ...own(deployment, 'RunFailed'),
      period: 300,
      goesOff: 'above',
      threshold: 0,
    },
    {
      name: 'run-missing',
      description: `No correlation was published for ${deployment.silence.runHours} h.`,
      ...own(deployment, 'RunPublished'),
      period: HOUR,
      periods: deployment.silence.runHours,
      goesOff: 'below',
      threshold: 1,
      silenceIsBad: true,
    },
    { name: 'correlation-failed', description: 'An execution of the state machine failed.', ...machine, metric: 'ExecutionsFailed' },
    {
      name: 'correlation-timed-out',
      description: 'An execution of the state machine took 12 h.',
      ...machine,
      metric: 'ExecutionsTimedOut',
    },
    { name: 'correlation-aborted', description: 'An execution of the state machine was stopped.', ...machine, metric: 'ExecutionsAborted' },
  ];
}

function functionAlarms(deployment: Deployment): Alarm[] {
  return FUNCTION_NAMES.flatMap((name): Alarm[] => {
    const lambda = { namespace: 'AWS/Lambda', dimensions: { FunctionName: functionName(deployment, name) }, goesOff: 'above' as const };
    return [
      {
        name: `${name}-errors`,
        description: `The function ${name} failed.`,
        ...lambda,
        metric: 'Errors',
        statistic: 'Sum',
        period: 300,
        threshold: 0,
      },
      {
        name: `${name}-throttles`,
        description: `Calls of the function ${name} have been held back for a quarter of an hour.`,
        ...lambda,
        metric: 'Throttles',
        statistic: 'Sum',
        period: 300,
        periods: 3,
        threshold: 0,
      },
      {
        name: `${name}-duration`,
        description: `The function ${name} took more than 80 % of its ${timeoutOf(deployment, name)} s.`,
        ...lambda,
        metric: 'Duration',
        statistic: 'Maximum',
        period: 300,
        // milliseconds
        threshold: 800 * timeoutOf(deployment, name),
      },
    ];
  });
}

function scheduleAlarms(deployment: Deployment): Alarm[] {
  const group = {
    namespace: 'AWS/Scheduler',
    dimensions: { ScheduleGroup: stackName(deployment) },
    statistic: 'Sum' as const,
    period: 300,
    goesOff: 'above' as const,
    threshold: 0,
  };
  return [{ name: 'schedule-dropped', description: 'A schedule gave up starting its target.', ...group, metric: 'InvocationDroppedCount' }];
}

function topicAlarms(deployment: Deployment): Alarm[] {
  return [
    {
      name: 'alerts-undelivered',
      description: 'An alert did not reach a subscriber.',
      namespace: 'AWS/SNS',
      metric: 'NumberOfNotificationsFailed',
      dimensions: { TopicName: topicName(deployment, 'alerts') },
      statistic: 'Sum',
      period: 300,
      goesOff: 'above',
      threshold: 0,
    },
  ];
}
