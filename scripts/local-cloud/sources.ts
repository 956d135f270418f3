/** What a deployment finds in an account: buckets of the trail, of the usage reports, of flow logs and of home folders, a sweep's role in another account, a queue for alerts. */
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ACCOUNT, CREDENTIALS, REGION, type Settings } from './settings.ts';

/** The second account of the demo day; it has a fleet, too. */
export const SECOND_ACCOUNT = '444455556666';
/** CloudTrail's files lie below `AWSLogs/`. */
export const TRAIL_BUCKET = 'local-cloud-trail';
/** AppStream's own bucket of the account, named as AppStream names it (and as the demo day has it). */
export const REPORT_BUCKET = `appstream-logs-${REGION}-${ACCOUNT}-h3kq9w2z`;
/** That of the second account. */
export const SECOND_REPORT_BUCKET = `appstream-logs-${REGION}-${SECOND_ACCOUNT}-p8x4m1dn`;
/** A VPC's flow logs lie below `AWSLogs/`. */
export const FLOW_LOG_BUCKET = 'local-cloud-flow-logs';
/** Home folders of the account, named as AppStream names the bucket. */
export const HOME_FOLDER_BUCKET = `appstream2-36fb080bb8-${REGION}-${ACCOUNT}`;
/** Gets the alerts of the deployed stack. */
export const ALERT_QUEUE = 'local-cloud-alerts';
export const SWEEP_ROLE_ARN = `arn:aws:iam::${SECOND_ACCOUNT}:role/local-cloud-sweep`;

/** Makes what is not there yet. @returns URL of the queue of alerts */
export async function createSources(settings: Settings): Promise<string> {
  const client = clientOptions(settings);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  for (const bucket of [TRAIL_BUCKET, REPORT_BUCKET, SECOND_REPORT_BUCKET, FLOW_LOG_BUCKET, HOME_FOLDER_BUCKET]) {
    await createBucket(s3, bucket);
    await s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: { EventBridgeConfiguration: {} } }),
    );
  }
  await createSweepRole(settings);
  const { QueueUrl } = await new SQSClient(client).send(new CreateQueueCommand({ QueueName: ALERT_QUEUE }));
  return QueueUrl ?? '';
}

/** Makes a bucket unless it is there. */
export async function createBucket(s3: S3Client, bucket: string): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
  });
}

/** The role that sweeps of the second account are made with: as docs/deployment.md has it. */
async function createSweepRole(settings: Settings): Promise<void> {
  // a key of twelve digits is that account's
  const iam = new IAMClient({ ...clientOptions(settings), credentials: { accessKeyId: SECOND_ACCOUNT, secretAccessKey: 'test' } });
  const RoleName = SWEEP_ROLE_ARN.replace(/^.*\//, '');
  const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const trust = policy({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust })).catch((error: Error) => {
    if (error.name !== 'EntityAlreadyExistsException') throw error;
  });
  const Action = ['appstream:DescribeStacks', 'appstream:ListAssociatedFleets', 'appstream:DescribeSessions'];
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'sweep', PolicyDocument: policy({ Action, Resource: '*' }) }));
}

/** Options of clients of the local AWS APIs, whatever the caller's environment says. */
export function clientOptions(settings: Settings) {
  const credentials = { accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID, secretAccessKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY };
  return { endpoint: settings.urls.ministack, region: REGION, credentials };
}
