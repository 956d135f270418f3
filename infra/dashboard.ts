/** One page to look at: the alarms, then the way of the data from the sources to the answers. */
import type { Deployment } from '../schemas/deployment.ts';
import { alarms } from './alarms.ts';
import { pascalCase, type Resources } from './cloudformation.ts';
import { METRIC_NAMESPACE } from './environment.ts';
import { FUNCTION_NAMES, functionName, QUEUE_KINDS, queueName, stackName, workgroupName } from './names.ts';

const COLUMNS = 24;

interface Graph {
  readonly title: string;
  /** Namespace, metric, then names and values of dimensions. */
  readonly metrics: readonly (readonly string[])[];
  readonly stat: 'Sum' | 'Maximum';
  readonly period?: number;
}

export function dashboardResources(deployment: Deployment): Resources {
  const name = stackName(deployment);
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: { DashboardName: name, DashboardBody: { 'Fn::Sub': JSON.stringify({ widgets: widgets(deployment, name) }) } },
    },
  };
}

function widgets(deployment: Deployment, name: string): unknown[] {
  const list = alarms(deployment).map((alarm) => `\${${pascalCase(alarm.name)}Alarm.Arn}`);
  const height = 2 + Math.ceil(list.length / 6);
  return [
    { type: 'alarm', x: 0, y: 0, width: COLUMNS, height, properties: { title: name, alarms: list } },
    ...graphs(deployment, name).map((graph, at) => ({
      type: 'metric',
      x: (at % 2) * (COLUMNS / 2),
      y: height + Math.floor(at / 2) * 6,
      width: COLUMNS / 2,
      height: 6,
      properties: {
        title: graph.title,
        region: '${AWS::Region}',
        view: 'timeSeries',
        stat: graph.stat,
        period: graph.period ?? 300,
        metrics: graph.metrics,
      },
    })),
  ];
}

function graphs(deployment: Deployment, name: string): Graph[] {
  const own = (metric: string, ...dimensions: string[]) => [METRIC_NAMESPACE, metric, 'service', name, ...dimensions];
  const kinds = [...QUEUE_KINDS, 'snapshot'];
  const queues = QUEUE_KINDS.map((kind) => queueName(deployment, kind));
  const dlqs = QUEUE_KINDS.map((kind) => queueName(deployment, kind, 'dlq'));
  const functions = (metric: string) =>
    FUNCTION_NAMES.map((each) => ['AWS/Lambda', metric, 'FunctionName', functionName(deployment, each)]);
  return [
    { title: 'Inputs ingested', stat: 'Sum', period: 3600, metrics: kinds.map((kind) => own('InputsIngested', 'kind', kind)) },
    {
      title: 'Inputs set aside, records malformed',
      stat: 'Sum',
      metrics: kinds.flatMap((kind) => ['InputsRejected', 'InputsPartial', 'RecordsMalformed'].map((metric) => own(metric, 'kind', kind))),
    },
    {
      title: 'Objects that no notification brought',
      stat: 'Sum',
      period: 3600,
      metrics: [own('InputsMissing', 'kind', 'reconcile')],
    },
    {
      title: 'Waiting',
      stat: 'Maximum',
      metrics: [...queues, ...dlqs].map((queue) => ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', queue]),
    },
    {
      title: 'Oldest message (s)',
      stat: 'Maximum',
      metrics: [...queues, ...dlqs].map((queue) => ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', queue]),
    },
    { title: 'Runs', stat: 'Sum', period: 3600, metrics: ['RunPublished', 'RunFailed', 'BrokenIdentities'].map((metric) => own(metric)) },
    { title: 'Pending verdicts', stat: 'Maximum', period: 3600, metrics: [own('PendingRows')] },
    { title: 'Incomplete sweeps', stat: 'Sum', metrics: [own('SweepIncomplete', 'kind', 'snapshot')] },
    {
      title: 'Bytes read by Athena',
      stat: 'Sum',
      period: 3600,
      metrics: [['AWS/Athena', 'ProcessedBytes', 'WorkGroup', workgroupName(deployment)]],
    },
    { title: 'Functions: errors', stat: 'Sum', metrics: functions('Errors') },
    { title: 'Functions: longest call (ms)', stat: 'Maximum', metrics: functions('Duration') },
  ];
}
