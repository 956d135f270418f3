/** Golden folders of the rules about data that is locked, opened or destroyed, about agents, image builders and summaries. */
import { ACCOUNT, assumed, type Case, call, DENIED, FLEET, PUBLIC, s3 } from './records.ts';

const FOREIGN = '999988887777';
const CUSTOMER_KEY = { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' };
const kms = (account: string) => ({
  'x-amz-server-side-encryption': 'aws:kms',
  'x-amz-server-side-encryption-aws-kms-key-id': `arn:aws:kms:eu-west-1:${account}:key/0a1b2c3d`,
});
const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';

/** Deletions of versions, one a second. */
const versions = (count: number, over: Parameters<typeof s3>[2] = {}) =>
  Array.from({ length: count }, (_, at) =>
    s3(`10:30:${String(at).padStart(2, '0')}`, 'DeleteObject', {
      key: `a/${at}`,
      requestParameters: { versionId: `v${at}` },
      ...over,
    }),
  );

const blocks = (off: string) =>
  Object.fromEntries(
    ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].map((name) => [name, name !== off]),
  );

/** By rule, by name of the case. */
export function ofRansom(): Record<string, Record<string, Case>> {
  return {
    'object-encrypted-with-foreign-key': {
      found: {
        title:
          'Copies with a customer key from a session, one of them twice in the log; a write with a KMS key of another account that failed',
        records: [
          s3('10:30:00', 'CopyObject', { requestParameters: CUSTOMER_KEY, eventID: 'e-1' }),
          s3('10:30:00', 'CopyObject', { requestParameters: CUSTOMER_KEY, eventID: 'e-1' }),
          s3('10:31:00', 'PutObject', { key: 'b.csv', requestParameters: CUSTOMER_KEY }),
          s3('12:31:00', 'PutObject', { bucket: 'other', requestParameters: kms(FOREIGN), ...DENIED }),
        ],
      },
      ours: {
        title: 'A KMS key of the own account, one of an account of ours, a read with a customer key',
        configuration: { policy: { accounts: [ACCOUNT, FOREIGN] } },
        records: [
          s3('10:30:00', 'PutObject', { requestParameters: kms(ACCOUNT) }),
          s3('10:31:00', 'PutObject', { requestParameters: kms(FOREIGN) }),
          s3('10:32:00', 'GetObject', { requestParameters: CUSTOMER_KEY }),
        ],
      },
    },
    'public-access-granted': {
      found: {
        title: 'A public ACL on an object from a session; a public ACL and a policy for everybody on a bucket; a grant in a header',
        records: [
          s3('10:30:00', 'PutObjectAcl', { requestParameters: { 'x-amz-acl': ['public-read'] } }),
          call('09:00:00', 's3', 'PutBucketAcl', {
            bucketName: 'data',
            AccessControlPolicy: { AccessControlList: { Grant: [{ Grantee: { URI: ALL_USERS }, Permission: 'READ' }] } },
          }),
          call('09:01:00', 's3', 'PutBucketPolicy', {
            bucketName: 'data',
            bucketPolicy: { Statement: [{ Effect: 'Allow', Principal: { AWS: ['*'] }, Action: 's3:GetObject' }] },
          }),
          s3('10:31:00', 'PutObject', {
            bucket: 'other',
            requestParameters: { accessControlList: { 'x-amz-grant-read': `uri="${ALL_USERS}"` } },
          }),
        ],
      },
      private: {
        title: 'A private ACL, a policy for everybody from one endpoint, a denial for everybody, a look at a public ACL',
        records: [
          s3('10:30:00', 'PutObjectAcl', { requestParameters: { 'x-amz-acl': 'bucket-owner-full-control' } }),
          call('09:01:00', 's3', 'PutBucketPolicy', {
            bucketName: 'data',
            bucketPolicy: {
              Statement: [
                { Effect: 'Allow', Principal: '*', Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } },
                { Effect: 'Deny', Principal: '*' },
                { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } },
              ],
            },
          }),
          s3('10:32:00', 'GetObjectAcl', { requestParameters: { 'x-amz-acl': 'public-read' } }),
        ],
      },
    },
    'bucket-protection-off': {
      found: {
        title: 'Versioning suspended, one switch of the block turned off, the block of the account taken away, which was denied',
        records: [
          call('09:00:00', 's3', 'PutBucketVersioning', { bucketName: 'data', VersioningConfiguration: { Status: 'Suspended' } }),
          call('09:01:00', 's3', 'PutBucketPublicAccessBlock', {
            bucketName: 'data',
            PublicAccessBlockConfiguration: blocks('BlockPublicPolicy'),
          }),
          call('09:02:00', 's3', 'DeleteAccountPublicAccessBlock', {}, DENIED),
        ],
      },
      harmless: {
        title: 'Versioning and the whole block switched on; versioning of a bucket with logs, which another rule tells of',
        records: [
          call('09:00:00', 's3', 'PutBucketVersioning', { bucketName: 'data', VersioningConfiguration: { Status: 'Enabled' } }),
          call('09:01:00', 's3', 'PutBucketPublicAccessBlock', { bucketName: 'data', PublicAccessBlockConfiguration: blocks('') }),
          call('09:02:00', 's3', 'PutBucketVersioning', {
            bucketName: 'aws-cloudtrail-logs-111122223333-0a1b',
            VersioningConfiguration: { Status: 'Suspended' },
          }),
        ],
      },
    },
    'mass-delete-of-versions': {
      found: {
        title: 'Twenty versions deleted in a session, one record delivered twice, one more that failed',
        records: [
          ...versions(20).map((record, at) => ({ ...record, eventID: `e-${at + 1}` })),
          { ...versions(1)[0], eventID: 'e-1' },
          s3('10:31:00', 'DeleteObject', { ...DENIED, requestParameters: { versionId: 'v99' } }),
        ],
      },
      few: {
        title: 'Nineteen versions and one that failed in an hour, and as many deletions that leave a marker',
        records: [
          ...versions(19),
          s3('10:31:00', 'DeleteObject', { ...DENIED, requestParameters: { versionId: 'v99' } }),
          ...versions(30, { requestParameters: {} }),
        ],
      },
    },
    'ransom-note': {
      found: {
        title: 'Two notes in one hour, one in a folder, in capitals',
        records: [
          s3('10:30:00', 'PutObject', { key: 'projects/HOW_TO_DECRYPT_FILES.txt' }),
          s3('10:31:00', 'PutObject', { key: 'ransom-note.html' }),
        ],
      },
      harmless: {
        title: 'A note that is read, and files whose names only come near',
        records: [
          s3('10:30:00', 'GetObject', { key: 'HOW_TO_DECRYPT_FILES.txt' }),
          s3('10:31:00', 'PutObject', { key: 'readme.txt' }),
          s3('10:32:00', 'PutObject', { key: 'transom/measure.txt2' }),
          s3('10:33:00', 'PutObject', { key: 'restore/plan.md' }),
        ],
      },
    },
    'agent-access-enabled': {
      found: {
        title: 'A stack that agents may see and steer',
        records: [
          call('09:00:00', 'appstream', 'UpdateStack', {
            name: 'analytics-stack',
            agentAccessConfig: {
              settings: [
                { agentAction: 'COMPUTER_INPUT', permission: 'ENABLED' },
                { agentAction: 'COMPUTER_VISION', permission: 'ENABLED' },
                { agentAction: 'FORWARD_MCP_TOOLS', permission: 'DISABLED' },
              ],
              userControlMode: 'VIEW_ONLY',
            },
          }),
        ],
      },
      off: {
        title: 'Agents shut out, and a change that says nothing of them',
        records: [
          call('09:00:00', 'appstream', 'UpdateStack', {
            name: 'analytics-stack',
            agentAccessConfig: { settings: [{ agentAction: 'COMPUTER_INPUT', permission: 'DISABLED' }] },
          }),
          call('09:01:00', 'appstream', 'UpdateStack', { name: 'analytics-stack' }),
        ],
      },
    },
    'agent-in-session': {
      found: {
        title: 'Two calls of an agent on one day, one of them delivered twice',
        records: [
          call('10:30:00', 'agentaccess-mcp', 'InvokeMcp', null, { eventID: 'e-1' }),
          call('10:30:00', 'agentaccess-mcp', 'InvokeMcp', null, { eventID: 'e-1' }),
          call('10:31:00', 'agentaccess-mcp', 'LeftClick'),
        ],
      },
      none: { title: 'Calls of AppStream itself', records: [call('10:30:00', 'appstream', 'DescribeStacks')] },
    },
    'own-endpoint-from-public-address': {
      found: {
        title: 'Two reads through the endpoint that a session used, from a public address, one of which failed',
        configuration: FLEET,
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:40:00', 'GetObject', { sourceIPAddress: '198.51.100.7' }),
          s3('10:41:00', 'GetObject', { sourceIPAddress: '198.51.100.7', ...DENIED }),
        ],
      },
      ranges: {
        title: 'A public address without an endpoint, through an endpoint that is not ours, and in a range of the fleets',
        configuration: { scope: { ...FLEET.scope, fleetCidrs: ['10.0.0.0/8', '198.51.100.0/24'] } },
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:40:00', 'GetObject', { ...PUBLIC, sourceIPAddress: '203.0.113.7' }),
          s3('10:41:00', 'GetObject', { sourceIPAddress: '203.0.113.7', vpcEndpointId: 'vpce-0ffffffffffffffff' }),
          s3('10:42:00', 'GetObject', { sourceIPAddress: '198.51.100.7' }),
        ],
      },
    },
    'only-aggregates': {
      found: {
        title: 'A day with data events, then a day with summaries alone',
        records: [s3('10:30:00', 'GetObject')],
        files: { [aggregatedPath('03')]: AGGREGATED },
      },
      beside: {
        title: 'Summaries beside data events of the same day',
        records: [s3('10:30:00', 'GetObject'), s3('2026-03-03T10:30:00', 'GetObject')],
        files: { [aggregatedPath('03')]: AGGREGATED },
      },
    },
    'image-builder-write': {
      found: {
        title: 'Two writes from an address that no session held, after somebody asked for the URL of an image builder',
        configuration: FLEET,
        records: [
          call('09:00:00', 'appstream', 'CreateImageBuilderStreamingURL', { name: 'builder-1' }),
          ...['12:00:00', '12:10:00'].map((time) => s3(time, 'PutObject', builder())),
        ],
      },
      stranger: {
        title: 'The same before the URL, a day after it, of the fleet role, and of an address that a session held',
        configuration: FLEET,
        records: [
          call('09:00:00', 'appstream', 'CreateImageBuilderStreamingURL', { name: 'builder-1' }),
          s3('08:59:59', 'PutObject', builder()),
          s3('2026-03-03T09:00:00', 'PutObject', builder()),
          s3('12:00:00', 'PutObject', { sourceIPAddress: '10.0.7.7', vpcEndpointAccountId: ACCOUNT }),
          s3('12:00:00', 'PutObject', { ...builder(), sourceIPAddress: '10.0.1.25' }),
        ],
      },
    },
  };
}

/** By the role of an image builder, from an address of the fleets that no session has. */
const builder = () => ({
  sourceIPAddress: '10.0.7.7',
  vpcEndpointAccountId: ACCOUNT,
  userIdentity: assumed('ImageBuilderRole', 'AppStream2.0'),
});

const aggregatedPath = (day: string) =>
  `AWSLogs/${ACCOUNT}/CloudTrail-Aggregated/eu-west-1/2026/03/${day}/${ACCOUNT}_CloudTrail-Aggregated_eu-west-1_202603${day}T1005Z_0a1b.cloudtrail.json`;
const AGGREGATED = `${JSON.stringify({
  Records: [{ eventVersion: '1.0', eventCategory: 'Aggregated', eventType: 'AwsAggregatedEvent', accountId: ACCOUNT }],
})}\n`;
