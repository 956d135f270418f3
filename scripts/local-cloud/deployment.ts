/** Deploys the project's `serverless.yml` to the local cloud and says where what it made is found. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { parse, stringify } from 'yaml';
import { fleets } from '../../lib/demo/cast.ts';
import { demoConfiguration } from '../../lib/demo/configuration-file.ts';
import { clientEnvironment, writeEnvironment } from './environment-file.ts';
import { runServerless } from './service-copy.ts';
import { ACCOUNT, REGION, type Settings } from './settings.ts';
import {
  ALERT_QUEUE,
  clientOptions,
  createSources,
  FLOW_LOG_BUCKET,
  HOME_FOLDER_BUCKET,
  REPORT_BUCKET,
  SECOND_ACCOUNT,
  SECOND_REPORT_BUCKET,
  SWEEP_ROLE_ARN,
  TRAIL_BUCKET,
} from './sources.ts';

/** Name of the deployed stack. */
export const STACK = 'appstream-audit-local';

/** Outputs of the stack and the variables that name them to clients. */
const VARIABLES: Readonly<Record<string, string>> = {
  LogBucketName: 'APPSTREAM_AUDIT_BUCKET',
  DatabaseName: 'APPSTREAM_AUDIT_DATABASE',
  WorkgroupName: 'APPSTREAM_AUDIT_WORKGROUP',
  CloudTrailQueueUrl: 'APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL',
  ReportQueueUrl: 'APPSTREAM_AUDIT_REPORT_QUEUE_URL',
  FlowLogQueueUrl: 'APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL',
  SessionCheckQueueUrl: 'APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_URL',
  CloudTrailDlqUrl: 'APPSTREAM_AUDIT_CLOUDTRAIL_DLQ_URL',
  ReportDlqUrl: 'APPSTREAM_AUDIT_REPORT_DLQ_URL',
  StateMachineArn: 'APPSTREAM_AUDIT_STATE_MACHINE_ARN',
  AlertTopicArn: 'APPSTREAM_AUDIT_ALERT_TOPIC_ARN',
  OperationsTopicArn: 'APPSTREAM_AUDIT_OPERATIONS_TOPIC_ARN',
  SnapshotFunctionName: 'APPSTREAM_AUDIT_SNAPSHOT_FUNCTION',
  VerifyFunctionName: 'APPSTREAM_AUDIT_VERIFY_FUNCTION',
  ReconcileFunctionName: 'APPSTREAM_AUDIT_RECONCILE_FUNCTION',
};

/** Deploys, or deploys again what changed. The servers must be up. @throws Error with the end of the deployment's output */
export async function deploy(settings: Settings): Promise<void> {
  const began = Date.now();
  const alertQueueUrl = await createSources(settings);
  const file = writeDeploymentFile(settings);
  const cloudFormation = new CloudFormationClient(clientOptions(settings));
  await removeFailedStack(cloudFormation);
  const environment = { ...clientEnvironment(settings), APPSTREAM_AUDIT_DEPLOYMENT: file };
  await runServerless(settings, ['deploy'], environment).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await failuresOf(cloudFormation)}`, { cause: error });
  });
  const stack = await stackOf(cloudFormation);
  const outputs = Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const values: Record<string, string> = { ...clientEnvironment(settings), APPSTREAM_AUDIT_STACK: STACK };
  for (const [output, variable] of Object.entries(VARIABLES)) {
    const value = outputs[output];
    if (value === undefined) throw new Error(`the stack ${STACK} has no output ${output}`);
    values[variable] = value;
  }
  writeEnvironment(settings, {
    ...values,
    APPSTREAM_AUDIT_TRAIL_BUCKET: TRAIL_BUCKET,
    APPSTREAM_AUDIT_REPORT_BUCKET: REPORT_BUCKET,
    APPSTREAM_AUDIT_SECOND_REPORT_BUCKET: SECOND_REPORT_BUCKET,
    APPSTREAM_AUDIT_FLOW_LOG_BUCKET: FLOW_LOG_BUCKET,
    APPSTREAM_AUDIT_HOME_FOLDER_BUCKET: HOME_FOLDER_BUCKET,
    APPSTREAM_AUDIT_ALERT_QUEUE_URL: alertQueueUrl,
    APPSTREAM_AUDIT_DEPLOYMENT: file,
  });
  console.error(`${STACK} deployed after ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** @returns its path */
function writeDeploymentFile(settings: Settings): string {
  const file = join(settings.folder, 'deployment.yaml');
  const deployment = {
    account: ACCOUNT,
    region: REGION,
    stage: 'local',
    localCloud: true,
    sources: [
      { kind: 'cloudtrail', bucket: TRAIL_BUCKET, prefix: 'AWSLogs/' },
      { kind: 'usage_report', bucket: REPORT_BUCKET },
      { kind: 'usage_report', bucket: SECOND_REPORT_BUCKET },
      { kind: 'flow_log', bucket: FLOW_LOG_BUCKET, prefix: 'AWSLogs/' },
    ],
    homeFolders: [{ bucket: HOME_FOLDER_BUCKET }],
    sweeps: [
      { account: ACCOUNT, region: REGION },
      { account: SECOND_ACCOUNT, region: REGION, roleArn: SWEEP_ROLE_ARN },
    ],
    // nothing happens by itself: who tries or tests it starts it
    schedule: { snapshots: 'off', hourly: 'off', daily: 'off', reconcile: 'off' },
    alerts: [{ protocol: 'sqs', endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:${ALERT_QUEUE}` }],
    limits: { ingestConcurrency: 2, ingestTimeoutSeconds: 60, visibilitySeconds: 60, maxReceiveCount: 3 },
    configuration: parse(demoConfiguration(fleets(5))),
  };
  writeFileSync(file, `# written by npm run local-cloud: how the project's stack is deployed to it\n${stringify(deployment)}`);
  return file;
}

/** A stack whose creation failed cannot be deployed to. */
async function removeFailedStack(client: CloudFormationClient): Promise<void> {
  const status = (await stackOf(client))?.StackStatus;
  if (status === undefined || !/^(ROLLBACK_|CREATE_FAILED|DELETE_FAILED)/.test(status)) return;
  await client.send(new DeleteStackCommand({ StackName: STACK }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 60 }, { StackName: STACK });
}

async function stackOf(client: CloudFormationClient): Promise<Stack | undefined> {
  const answer = await client.send(new DescribeStacksCommand({ StackName: STACK })).catch((error: Error) => {
    if (/does not exist/.test(error.message)) return undefined;
    throw error;
  });
  return answer?.Stacks?.[0];
}

/** What failed, from the stack's events; the deployment's own output names one of them at most. */
async function failuresOf(client: CloudFormationClient): Promise<string> {
  const answer = await client.send(new DescribeStackEventsCommand({ StackName: STACK })).catch(() => undefined);
  return (answer?.StackEvents ?? [])
    .filter((event) => event.ResourceStatus?.endsWith('_FAILED'))
    .map((event) => `${event.LogicalResourceId} (${event.ResourceType}): ${event.ResourceStatusReason}`)
    .join('\n');
}
