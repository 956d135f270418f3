/** What happens by the clock (UTC): sweeps, reconciliation, correlations. */
import type { Deployment } from '../schemas/deployment.ts';
import { getAtt, type Resource, type Resources, ref, type Value } from './cloudformation.ts';
import { stackName } from './names.ts';
import { roleArnOf } from './roles.ts';

/** Scheduler fills in an id that is the same whenever it tries again: a request twice is one. */
const CORRELATION_REQUEST = JSON.stringify({ requestId: '<aws.scheduler.execution-id>' });

interface Target {
  readonly id: string;
  readonly name: string;
  readonly expression: string;
  readonly description: string;
  readonly arn: Value;
  readonly input: string;
}

export function scheduleResources(deployment: Deployment): Resources {
  const { schedule, sweeps } = deployment;
  const correlation = { arn: ref('StateMachine'), input: CORRELATION_REQUEST };
  const targets: Target[] = [
    {
      id: 'SnapshotSchedule',
      name: 'snapshots',
      expression: sweeps.length === 0 ? 'off' : schedule.snapshots,
      description: 'A sweep of running sessions',
      arn: getAtt('SnapshotDashsessionsLambdaFunction', 'Arn'),
      input: '{}',
    },
    {
      id: 'ReconcileSchedule',
      name: 'reconcile',
      expression: schedule.reconcile,
      description: 'Looks for objects that no notification brought',
      arn: getAtt('ReconcileLambdaFunction', 'Arn'),
      input: '{}',
    },
    { id: 'HourlySchedule', name: 'hourly', expression: schedule.hourly, description: 'Provisional verdicts', ...correlation },
    { id: 'DailySchedule', name: 'daily', expression: schedule.daily, description: 'Verdicts once the reports are in', ...correlation },
  ];
  const wanted = targets.filter(({ expression }) => expression !== 'off');
  return {
    ScheduleGroup: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: stackName(deployment) } },
    ...Object.fromEntries(wanted.map((target) => [target.id, schedule_(deployment, target)])),
  };
}

function schedule_(deployment: Deployment, { name, expression, description, arn, input }: Target): Resource {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: `${stackName(deployment)}-${name}`,
      GroupName: ref('ScheduleGroup'),
      Description: description,
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: arn,
        RoleArn: roleArnOf(deployment, 'scheduler'),
        Input: input,
        RetryPolicy: { MaximumEventAgeInSeconds: 600, MaximumRetryAttempts: 10 },
      },
    },
  };
}
