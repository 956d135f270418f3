/**
 * Sweeps of sessions first, their report later, on the deployed stack: what a sweep alone can say is `pending`, and told of; what
 * the report says is `attributed`, and told of once more. At both times the command line says the same. Once a day on a stack: the
 * report of today closes the day.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatDt, formatTime } from '../../lib/time.ts';
import { ACCOUNT, REGION } from '../../scripts/local-cloud/settings.ts';
import { type Alert, takeAlerts } from './helpers/deployed-stack.ts';
import { s3Client, useLocalCloud } from './helpers/local-cloud.ts';
import { type Days, SameAnswers } from './helpers/same-answers.ts';
import { setWorld } from './helpers/shim-control.ts';

const stack = useLocalCloud();
const alertQueue = stack['APPSTREAM_AUDIT_ALERT_QUEUE_URL'] ?? '';
const MINUTES = 60_000;
const HOURS = 60 * MINUTES;
const USER = 'ada@example.org';
const ADDRESS = `10.20.${randomInt(256)}.${randomInt(1, 255)}`;
const FLEET = 'analytics';

/** An hour ago: sweeps see the present. */
const written = Math.floor((Date.now() - HOURS) / 1000) * 1000;
const began = written - 10 * MINUTES;
const ended = written + 2 * HOURS;
const dt = formatDt(written);
const eventId = randomUUID();
const sessionId = randomUUID();
const days: Days = { from: dt, to: dt };
const trail = `AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/${dt.replaceAll('-', '/')}`;
let folder: string;
let sides: SameAnswers;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapshots-first-'));
  sides = new SameAnswers(folder, stack);
  await takeAlerts(alertQueue);
}, 2 * MINUTES);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function put(bucket: string | undefined, key: string, body: string | Buffer): Promise<void> {
  await s3Client().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
}

/** The fleet's role writes an object; nothing in the event says for whom. */
function putTrail(): Promise<void> {
  const role = { type: 'Role', principalId: 'AROAEXAMPLE', arn: `arn:aws:iam::${ACCOUNT}:role/AnalyticsFleetRole`, accountId: ACCOUNT };
  const record = {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:machine',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AnalyticsFleetRole/machine`,
      accountId: ACCOUNT,
      accessKeyId: 'ASIAEXAMPLE',
      sessionContext: { sessionIssuer: { ...role, userName: 'AnalyticsFleetRole' } },
    },
    eventTime: formatTime(written),
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    awsRegion: REGION,
    sourceIPAddress: ADDRESS,
    requestParameters: { bucketName: 'research-data', key: `snapshots-first/${eventId}` },
    responseElements: null,
    additionalEventData: { bytesTransferredIn: 7, bytesTransferredOut: 0 },
    requestID: eventId,
    eventID: eventId,
    readOnly: false,
    resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::research-data', accountId: ACCOUNT }],
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: ACCOUNT,
    vpcEndpointId: 'vpce-0a1b2c3d4e5f60718',
    eventCategory: 'Data',
    tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: 's3.eu-west-1.amazonaws.com' },
  };
  const name = `${ACCOUNT}_CloudTrail_${REGION}_${dt.replaceAll('-', '')}T0000Z_${eventId.slice(0, 8)}.json.gz`;
  return put(stack['APPSTREAM_AUDIT_TRAIL_BUCKET'], `${trail}/${name}`, gzipSync(JSON.stringify({ Records: [record] })));
}

async function sweep(): Promise<void> {
  const session = {
    Id: sessionId,
    UserId: USER,
    StackName: 'research',
    FleetName: FLEET,
    State: 'ACTIVE',
    ConnectionState: 'CONNECTED',
    AuthenticationType: 'SAML',
    StartTime: began / 1000,
    MaxExpirationTime: ended / 1000,
    NetworkAccessConfiguration: { EniPrivateIpAddress: ADDRESS },
    InstanceId: 'i-0feedfacefeedface',
  } as const;
  await setWorld({ places: [{ account: ACCOUNT, region: REGION, stacks: [{ name: 'research', fleets: [FLEET] }], sweeps: [[session]] }] });
  const lambda = new LambdaClient({});
  const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: stack['APPSTREAM_AUDIT_SNAPSHOT_FUNCTION'] }));
  lambda.destroy();
  expect(FunctionError).toBeUndefined();
}

function putReport(): Promise<void> {
  const row: Readonly<Record<string, string>> = {
    user_session_id: sessionId,
    aws_account_id: ACCOUNT,
    region: REGION,
    session_start_time: formatTime(began),
    session_end_time: formatTime(ended),
    session_duration_in_seconds: String((ended - began) / 1000),
    user_id: USER,
    user_arn: '',
    authentication_type: 'SAML',
    authentication_type_user_id: `SAML_${USER}`,
    fleet_name: FLEET,
    stack_name: 'research',
    instance_type: 'stream.standard.medium',
    eni_private_ip_address: ADDRESS,
    connected_at_least_once: 'true',
    client_ip_addresses: '198.51.100.9',
    google_drive_enabled: 'false',
    one_drive_enabled: 'false',
    home_folders_storage_location: '',
    user_settings_clipboard_copy_from_local_device: 'DISABLED',
    user_settings_clipboard_copy_to_local_device: 'DISABLED',
    user_settings_file_upload: 'DISABLED',
    user_settings_file_download: 'DISABLED',
    user_settings_printing_to_local_device: 'DISABLED',
    application_settings_enabled: 'false',
    domain_joined: 'N',
    max_session_duration: '57600',
    session_type: 'ALWAYS_ON',
    stream_view: 'DESKTOP',
    instance_id: 'i-0feedfacefeedface',
    is_multisession: 'false',
  };
  const [year, month, day] = formatDt(ended).split('-');
  const key = `sessions/schedule=DAILY/year=${year}/month=${month}/day=${day}/daily-session-report-${formatDt(ended)}.csv`;
  return put(stack['APPSTREAM_AUDIT_REPORT_BUCKET'], key, `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n`);
}

/** What was told of the write by itself. */
async function toldOfIt(): Promise<Alert[]> {
  return (await takeAlerts(alertQueue)).filter((alert) => JSON.stringify(alert).includes(eventId));
}

async function expectVerdict(verdict: Readonly<Record<string, unknown>>): Promise<void> {
  const { cloud, local } = await sides.rows('attributions', days);
  expect(cloud).toEqual(local);
  expect(cloud).toContainEqual(expect.objectContaining({ event_id: eventId, ...verdict }));
}

describe('sweeps without a report', () => {
  beforeAll(async () => {
    await sweep();
    await putTrail();
    // a day and a second after the write: it is old enough to be told of, and the reports are not overdue
    await sides.judge({ ...days, sweeps: true }, formatTime(written + 24 * HOURS + 1000));
  }, 25 * MINUTES);

  test(
    'name nobody: the verdict waits, and lists who it may be',
    async () => {
      await expectVerdict({ verdict: 'pending', user_id: null, final: false, candidate_user_ids: [USER] });
    },
    5 * MINUTES,
  );

  test('let the write be told of once', async () => {
    expect(await toldOfIt()).toEqual([expect.objectContaining({ kind: 'finding', rule_id: 'unnamed-write' })]);
  });
});

describe('the report, when it comes', () => {
  beforeAll(async () => {
    await putReport();
    await sides.judge({ ...days, sweeps: true }, formatTime(written + 96 * HOURS));
  }, 25 * MINUTES);

  test(
    'names the user',
    async () => {
      await expectVerdict({ verdict: 'attributed', user_id: USER, session_id: sessionId, final: true });
    },
    5 * MINUTES,
  );

  test('is told of once, to those who heard of the write', async () => {
    expect(await toldOfIt()).toEqual([expect.objectContaining({ kind: 'verdict_change', new_user_id: USER })]);
  });
});
