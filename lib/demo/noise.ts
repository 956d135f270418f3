/** What an account logs besides its fleets: log deliveries, administrators, AWS services, management. */
import { BUCKETS, FAKE_TOKEN_MARK, MAIN_ACCOUNT, REGION } from './cast.ts';
import type { RecordSink } from './collector.ts';
import { assumedRole, awsService, iamUser } from './identity.ts';
import { Random } from './random.ts';
import { otherRecord, s3Record } from './record.ts';
import type { DemoKind, ExpectedVerdict } from './truth.ts';

/** Endpoints that belong to AWS: on service and console calls, with a public address or a name (F§0.3). */
const AWS_ENDPOINTS: readonly string[] = ['vpce-b647bfdf', 'vpce-ceb942a7', 'vpce-6d4a1c02'];
const CONSOLE =
  '[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.750 Linux/5.10.225 OpenJDK_64-Bit_Server_VM/25.372-b08 java/1.8.0_372 vendor/Oracle_Corporation cfg/retry-mode/standard]';
const TERRAFORM =
  'APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.80.0 aws-sdk-go-v2/1.32.6 os/linux lang/go#1.23.3';

interface Made {
  readonly text: string;
  readonly kind: DemoKind;
  readonly expected: ExpectedVerdict | null;
}

interface Stretch {
  readonly account: string;
  readonly start: number;
  readonly end: number;
}

type Noise = (random: Random, eventId: string, t: number, account: string) => Made;

const NOISES: readonly (readonly [number, Noise])[] = [
  [26, logDelivery],
  [14, administrator],
  [10, servicePut],
  [4, internalHead],
  [26, management],
  [12, database],
  [8, serviceRole],
];
const WEIGHTS = NOISES.map(([weight]) => weight);

/** Adds one record from outside the sessions. @returns 1 */
export function addNoise(stretch: Stretch, random: Random, sink: RecordSink): number {
  const t = stretch.start + Math.floor(random.fraction() * (stretch.end - stretch.start));
  const eventId = random.uuid();
  const [, noise] = NOISES[random.weighted(WEIGHTS)] as (typeof NOISES)[number];
  const made = noise(random, eventId, t, stretch.account);
  sink.add({ eventId, t, session: null, ...made });
  return 1;
}

/** CloudTrail and flow logs deliver into the log bucket, and each delivery is a data event again (F§5.1). */
function logDelivery(random: Random, eventId: string, t: number, account: string): Made {
  const refused = random.chance(0.25);
  const name = refused ? 'delivery.logs.amazonaws.com' : 'cloudtrail.amazonaws.com';
  const day = new Date(t).toISOString().slice(0, 10).replaceAll('-', '/');
  const text = s3Record(random, {
    eventId,
    t,
    precise: random.chance(0.6),
    identity: awsService(name),
    name: 'PutObject',
    region: REGION,
    source: name,
    agent: name,
    bucket: BUCKETS.logs,
    key: refused
      ? `AWSLogs/${account}/vpcflowlogs/${REGION}/${day}/${account}_vpcflowlogs_${REGION}_fl-0${random.hex(2)}_${random.hex(1)}.log.gz`
      : `AWSLogs/${account}/CloudTrail/${REGION}/${day}/${account}_CloudTrail_${REGION}_${random.capitals(16)}.json.gz`,
    readOnly: false,
    recipient: account,
    owner: MAIN_ACCOUNT,
    bytesIn: random.between(900, 60_000),
    denied: refused,
    parameters: ',"x-amz-acl":"bucket-owner-full-control","x-amz-server-side-encryption":"AES256"',
    sharedEventId: random.uuid(),
    endpoint: random.chance(0.5) ? random.pick(AWS_ENDPOINTS) : null,
  });
  return { text, kind: 'noise', expected: null };
}

/** An administrator at the console or on the office network: never through a fleet. */
function administrator(random: Random, eventId: string, t: number, account: string): Made {
  const console = random.chance(0.5);
  const name = random.pick(['GetObject', 'ListObjects', 'PutObject', 'GetObjectAcl']);
  const text = s3Record(random, {
    eventId,
    t,
    precise: random.chance(0.6),
    identity: administratorIdentity(account, random.pick(['alice.admin', 'bob.admin']), t),
    name,
    region: REGION,
    source: console ? '198.51.100.7' : '192.168.44.10',
    agent: console ? CONSOLE : TERRAFORM,
    bucket: account === MAIN_ACCOUNT ? random.pick([BUCKETS.research, BUCKETS.trading, BUCKETS.archive]) : BUCKETS.night,
    key: name === 'ListObjects' ? null : `admin/inventory/2026/${random.uuid()}.json`,
    readOnly: name !== 'PutObject',
    recipient: account,
    bytesOut: name === 'GetObject' ? random.between(500, 90_000) : 0,
    bytesIn: name === 'PutObject' ? random.between(500, 90_000) : 0,
    // the console has an AWS-owned endpoint, the office an endpoint of its own: neither is a fleet's
    endpoint: console ? random.pick(AWS_ENDPOINTS) : 'vpce-0ff1ce0ff1ce0ff1c',
  });
  return { text, kind: 'admin', expected: 'attributed' };
}

/** Credentials of an administrator who signed in through IAM Identity Center this hour. */
export function administratorIdentity(account: string, name: string, t: number): string {
  const hour = Math.floor(t / 3_600_000);
  return assumedRole({
    account,
    role: 'AWSReservedSSO_AdministratorAccess_7243976e43c75fc5',
    path: `/aws-reserved/sso.amazonaws.com/${REGION}/`,
    roleId: 'AROAVADM1N1STRAT0RSSO',
    session: name,
    accessKey: `ASIA${new Random(hour, 'administrator', name).capitals(16)}`,
    created: hour * 3_600_000,
  });
}

/** A managed service that acts for a role: a DNS name for an address. */
function servicePut(random: Random, eventId: string, t: number, account: string): Made {
  const text = s3Record(random, {
    eventId,
    t,
    precise: random.chance(0.6),
    identity: assumedRole({
      account,
      role: 'PartnerTransferRole',
      roleId: 'AROAVTR4NSF3RPARTNER1',
      session: 'partner-feed',
      accessKey: `ASIA${random.capitals(16)}`,
      created: t - 400_000,
      mfa: true,
      invokedBy: 'transfer.amazonaws.com',
    }),
    name: 'PutObject',
    region: REGION,
    source: 'transfer.amazonaws.com',
    agent: 'transfer.amazonaws.com',
    bucket: account === MAIN_ACCOUNT ? BUCKETS.exchange : BUCKETS.night,
    key: `feeds/partner/${random.uuid()}.csv`,
    readOnly: false,
    recipient: account,
    bytesIn: random.between(1000, 9_000_000),
    parameters: ',"x-amz-onBehalfOf":"partner.feed@s-0d1e2m3o4x5y6z7a8"',
    endpoint: random.pick(AWS_ENDPOINTS),
  });
  return { text, kind: 'service', expected: 'not_joinable' };
}

/** S3 itself, within AWS. */
function internalHead(random: Random, eventId: string, t: number, account: string): Made {
  const text = s3Record(random, {
    eventId,
    t,
    precise: random.chance(0.6),
    identity: assumedRole({
      account,
      role: 'ReplicationRole',
      roleId: 'AROAVR3PL1C4T10NR0L31',
      session: 's3-replication',
      accessKey: `ASIA${random.capitals(16)}`,
      created: t - 100_000,
      invokedBy: 'AWS Internal',
    }),
    name: 'HeadObject',
    region: REGION,
    source: 'AWS Internal',
    agent: 'AWS Internal',
    bucket: account === MAIN_ACCOUNT ? BUCKETS.research : BUCKETS.night,
    key: `replica/${random.uuid()}.parquet`,
    readOnly: true,
    recipient: account,
    endpoint: random.pick(AWS_ENDPOINTS),
  });
  return { text, kind: 'service', expected: 'not_joinable' };
}

const MANAGEMENT = [
  { service: 'ec2.amazonaws.com', name: 'DescribeInstances', readOnly: true, parameters: '{"instancesSet":{},"filterSet":{}}' },
  { service: 'appstream.amazonaws.com', name: 'DescribeFleets', readOnly: true, parameters: '{"names":["analytics","trading"]}' },
  {
    service: 'appstream.amazonaws.com',
    name: 'DescribeSessions',
    readOnly: true,
    parameters: '{"stackName":"analytics-stack","fleetName":"analytics","limit":50}',
  },
  {
    service: 's3.amazonaws.com',
    name: 'GetBucketEncryption',
    readOnly: true,
    parameters: `{"bucketName":"${BUCKETS.research}","Host":"${BUCKETS.research}.s3.${REGION}.amazonaws.com","encryption":""}`,
  },
  { service: 'kms.amazonaws.com', name: 'Decrypt', readOnly: true, parameters: '{"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}' },
  {
    service: 'logs.amazonaws.com',
    name: 'CreateLogStream',
    readOnly: false,
    parameters: '{"logGroupName":"/acme/automation","logStreamName":"run"}',
  },
] as const;

function management(random: Random, eventId: string, t: number, account: string): Made {
  const { service, name, readOnly, parameters } = random.pick(MANAGEMENT);
  const text = otherRecord(random, {
    eventId,
    t,
    identity: random.chance(0.3)
      ? iamUser(account, 'deploy-bot', 'AKIAQ7ACMEDEPLOYBOT1')
      : assumedRole({
          account,
          role: 'AutomationRole',
          roleId: 'AROAV4UT0M4T10NR0L3AC',
          session: 'automation',
          accessKey: `ASIA${random.capitals(16)}`,
          created: t - 60_000,
        }),
    service,
    name,
    region: REGION,
    source: '198.51.100.20',
    agent: TERRAFORM,
    readOnly,
    recipient: account,
    parameters,
    additional: `{"SignatureVersion":"SigV4","x-amz-id-2":"${random.base64(76)}"}`,
  });
  return { text, kind: 'management', expected: null };
}

/** A data event of another service, whose `key` is no text. */
function database(random: Random, eventId: string, t: number, account: string): Made {
  const text = otherRecord(random, {
    eventId,
    t,
    identity: assumedRole({
      account,
      role: 'OrdersFunctionRole',
      roleId: 'AROAV0RD3RSFUNCT10NR0',
      session: 'orders',
      accessKey: `ASIA${random.capitals(16)}`,
      created: t - 60_000,
    }),
    service: 'dynamodb.amazonaws.com',
    name: 'GetItem',
    region: REGION,
    source: '198.51.100.21',
    agent: 'aws-sdk-nodejs/2.1692.0 linux/v20.18.1 exec-env/AWS_Lambda_nodejs20.x promise',
    readOnly: true,
    recipient: account,
    parameters: `{"tableName":"orders","key":{"id":"${random.uuid()}","part":${random.between(1, 9)}},"consistentRead":false}`,
    resources: `[{"accountId":"${account}","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:${REGION}:${account}:table/orders"}]`,
    additional: `{"SignatureVersion":"SigV4","x-amz-id-2":"${random.base64(76)}"}`,
    category: 'Data',
  });
  return { text, kind: 'management', expected: null };
}

/** A service takes on a role; the response carries a session token. */
function serviceRole(random: Random, eventId: string, t: number, account: string): Made {
  const role = `arn:aws:iam::${account}:role/AutomationRole`;
  const text = otherRecord(random, {
    eventId,
    t,
    identity: awsService('lambda.amazonaws.com'),
    service: 'sts.amazonaws.com',
    name: 'AssumeRole',
    region: REGION,
    source: 'lambda.amazonaws.com',
    agent: 'lambda.amazonaws.com',
    readOnly: true,
    recipient: account,
    parameters: `{"roleArn":"${role}","roleSessionName":"automation","durationSeconds":3600}`,
    response:
      `{"credentials":{"accessKeyId":"ASIA${random.capitals(16)}","sessionToken":"IQoJb3JpZ2luX2VjE${FAKE_TOKEN_MARK}${random.base64(200)}==",` +
      `"expiration":"Mar 3, 2026, 2:39:57 AM"},"assumedRoleUser":{"assumedRoleId":"AROAV4UT0M4T10NR0L3AC:automation","arn":"arn:aws:sts::${account}:assumed-role/AutomationRole/automation"}}`,
    resources: `[{"accountId":"${account}","type":"AWS::IAM::Role","ARN":"${role}"}]`,
  });
  return { text, kind: 'management', expected: null };
}
