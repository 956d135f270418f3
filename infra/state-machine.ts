/**
 * One correlation: a step, a wait as long as the step says, the next step, until the run is published; then the alerts. No
 * function waits for Athena.
 *
 * The step (`functions/correlate.ts`) gets the request `{requestId, from?, to?, asOf?}` and answers one of
 * - `{status: 'running', waitSeconds}`: call again after that many seconds;
 * - `{status: 'published', runId, more}`: alert; when `more`, this run was another's that had stopped: call again;
 * - `{status: 'failed', message}`: the run is over, the last good answer stands.
 */
import type { Deployment } from '../schemas/deployment.ts';
import { getAtt, type Resources, type Value } from './cloudformation.ts';
import { functionName, stateMachineName } from './names.ts';
import { roleArnOf } from './roles.ts';

const TWELVE_HOURS = 43_200;

export function stateMachineResources(deployment: Deployment): Resources {
  return {
    StateMachine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: stateMachineName(deployment),
        StateMachineType: 'STANDARD',
        RoleArn: roleArnOf(deployment, 'state-machine'),
        DefinitionString: {
          'Fn::Sub': [
            JSON.stringify(definition(deployment)),
            { CorrelateArn: getAtt('CorrelateLambdaFunction', 'Arn'), AlertArn: getAtt('AlertLambdaFunction', 'Arn') },
          ],
        },
      },
    },
  };
}

/** What Lambda itself gets wrong for a moment, and what the function throws: each is tried again. */
const RETRY: Value = [
  {
    ErrorEquals: ['Lambda.TooManyRequestsException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException'],
    IntervalSeconds: 2,
    MaxAttempts: 8,
    BackoffRate: 2,
    MaxDelaySeconds: 120,
  },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 10, MaxAttempts: 3, BackoffRate: 3 },
];

/** The definition in Amazon's states language, `${CorrelateArn}` and `${AlertArn}` to be filled in. */
export function definition(deployment: Deployment): { readonly [key: string]: Value } {
  return {
    Comment: `Correlation of ${functionName(deployment, 'correlate')}`,
    StartAt: 'Request',
    TimeoutSeconds: TWELVE_HOURS,
    States: {
      Request: { Type: 'Pass', Parameters: { 'request.$': '$' }, Next: 'Step' },
      Step: {
        Type: 'Task',
        Resource: '${CorrelateArn}',
        InputPath: '$.request',
        ResultPath: '$.step',
        TimeoutSeconds: 330,
        Retry: RETRY,
        Next: 'Progress',
      },
      Progress: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.step.status', StringEquals: 'running', Next: 'Wait' },
          { Variable: '$.step.status', StringEquals: 'published', Next: 'Alert' },
        ],
        Default: 'Failed',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.step.waitSeconds', Next: 'Step' },
      Alert: {
        Type: 'Task',
        Resource: '${AlertArn}',
        InputPath: '$.step',
        ResultPath: '$.alert',
        TimeoutSeconds: 330,
        Retry: RETRY,
        Next: 'More',
      },
      More: {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.step.more', IsPresent: true },
              { Variable: '$.step.more', BooleanEquals: true },
            ],
            Next: 'Step',
          },
        ],
        Default: 'Published',
      },
      Published: { Type: 'Succeed' },
      Failed: { Type: 'Fail', Error: 'RunFailed', Cause: 'the run published nothing; the log of the function correlate says why' },
    },
  };
}
