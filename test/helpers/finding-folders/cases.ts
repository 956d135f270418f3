/** What the golden folders of findings hold, by rule and case. `build.ts` writes them. */
import { createHash } from 'node:crypto';
import {
  ACCOUNT,
  assumed,
  call,
  consoleLogin,
  DENIED,
  FROM_SESSION,
  iamUser,
  type Json,
  type ReportedSession,
  s3,
  saml,
} from './records.ts';
import { SESSION_CHECK_CASES } from './session-checks.ts';

export interface Case {
  readonly title: string;
  readonly configuration?: Json;
  readonly asOf?: string;
  readonly records: readonly Json[];
  /** Sweeps of DescribeSessions that saw nobody: time, and whether each was complete. */
  readonly sweeps?: readonly (readonly [time: string, complete: boolean])[];
  /** Session checks as JSON lines. */
  readonly checks?: string;
  /** One session of alice when nothing is said. */
  readonly sessions?: readonly ReportedSession[];
}

const FLEET = { scope: { fleetRoles: ['FleetRole'], fleetCidrs: ['10.0.0.0/8'] } };
const PUBLIC = { sourceIPAddress: '198.51.100.7', vpcEndpointId: undefined };
const ADMIN = { ...PUBLIC, userIdentity: assumed('AdminRole', 'dave') };
const FOREIGN = '999988887777';
const hash = (user: string) => createHash('sha256').update(user).digest('hex');
const home = (time: string, user: string) =>
  s3(time, 'PutObject', {
    bucket: `appstream2-36fb080bb8-eu-west-1-${ACCOUNT}`,
    key: `user/federated/${hash(user)}/a.txt`,
    userIdentity: assumed('AmazonAppStreamServiceAccess', 'AppStream2.0'),
  });
const url = (time: string, role: string, userId: string, over: Json = {}) =>
  call(
    time,
    'appstream',
    'CreateStreamingURL',
    { stackName: 'analytics-stack', fleetName: 'analytics', userId, validity: 600 },
    { userIdentity: assumed(role, 'portal'), ...over },
  );
const notebook = (time: string, name: string, request: Json, over: Json = {}) =>
  call(time, 'sagemaker', name, { notebookInstanceName: 'research', ...request }, over);
const SAFE = {
  directInternetAccess: 'Disabled',
  rootAccess: 'Disabled',
  kmsKeyId: 'alias/research',
  subnetId: 'subnet-0a1b',
  instanceType: 'ml.t3.medium',
};
const settings = (...open: string[]) =>
  ['CLIPBOARD_COPY_FROM_LOCAL_DEVICE', 'CLIPBOARD_COPY_TO_LOCAL_DEVICE', 'FILE_DOWNLOAD', 'PRINTING_TO_LOCAL_DEVICE'].map((action) => ({
    action,
    permission: open.includes(action) ? 'ENABLED' : 'DISABLED',
  }));

/** By rule, by name of the case. */
export function findingCases(): Record<string, Record<string, Case>> {
  return { ...ofData(), ...ofPeople(), ...ofTheRoom(), ...ofNotebooks(), ...ofEvidence() };
}

function ofData(): Record<string, Record<string, Case>> {
  const days = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-09'];
  const daily = days.map((day, at) => ({ id: `s-${at + 1}`, start: `${day}T10:00:00`, end: `${day}T11:00:00` }));
  return {
    'unattributed-write': {
      found: {
        title: 'A write and a failed delete while nobody was connected',
        records: [s3('12:10:00', 'PutObject'), s3('12:11:00', 'DeleteObject', DENIED)],
      },
      named: { title: 'A write in a session has a name', records: [s3('10:30:00', 'PutObject'), s3('12:10:00', 'GetObject')] },
    },
    'unnamed-write': {
      found: {
        title: 'A write on an instance of two users, more than a day ago',
        records: [s3('10:30:00', 'PutObject')],
        sessions: [{ multi: true }, { id: 's-2', user: 'bob', multi: true }],
      },
      'not-yet': {
        title: 'The same write within its first day',
        asOf: '2026-03-03T10:29:59Z',
        records: [s3('10:30:00', 'PutObject')],
        sessions: [{ multi: true }, { id: 's-2', user: 'bob', multi: true }],
      },
    },
    'unattributed-read': {
      found: {
        title: 'Reads while nobody was connected: two in one hour, one that failed in the next',
        records: [s3('12:10:00', 'GetObject'), s3('12:50:00', 'ListObjects', { key: '' }), s3('13:05:00', 'GetObject', DENIED)],
      },
      named: {
        title: 'Reads in a session have a name, writes are of another rule',
        records: [s3('10:30:00', 'GetObject'), s3('12:10:00', 'PutObject')],
      },
    },
    'fleet-role-outside-fleet': {
      found: {
        title: 'A key seen in a session of alice and then used from a public address, and one nobody saw, which was denied',
        configuration: FLEET,
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:45:00', 'GetObject', { ...PUBLIC, bytes: 5000 }),
          s3('10:46:00', 'GetObject', { ...PUBLIC, key: 'b.csv', bytes: 7000 }),
          s3('10:50:00', 'GetObject', {
            ...DENIED,
            sourceIPAddress: '192.168.7.7',
            userIdentity: assumed('FleetRole', 'elsewhere', 'ASIAEXAMPLE00000002'),
          }),
        ],
      },
      inside: {
        title: 'The fleet in its own range, behind its NAT address, and another role from outside',
        configuration: { scope: { ...FLEET.scope, natAddresses: ['198.51.100.7'] } },
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:45:00', 'GetObject', PUBLIC),
          s3('10:50:00', 'GetObject', { ...ADMIN, sourceIPAddress: '198.51.100.8' }),
        ],
      },
      silent: { title: 'Nobody said which roles are the fleets', records: [s3('10:45:00', 'GetObject', PUBLIC)] },
    },
    'evidence-disagrees': {
      found: {
        title: "An upload into bob's home folder from alice's address",
        records: [home('10:30:00', 'bob')],
        sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.26' }],
      },
      agrees: { title: "An upload into alice's home folder from her address", records: [home('10:30:00', 'alice')] },
    },
    'copy-to-foreign-account': {
      found: {
        title: 'A copy from a session into a bucket of another account, and one that failed elsewhere',
        records: [
          s3('10:30:00', 'CopyObject', {
            bucket: 'elsewhere',
            owner: FOREIGN,
            requestParameters: { 'x-amz-copy-source': 'data/secret.csv' },
          }),
          s3('10:31:00', 'PutObject', { bucket: 'other', owner: FOREIGN, ...DENIED }),
        ],
      },
      ours: {
        title: 'Copies into an account of ours, into the own account, and a read of a foreign bucket',
        configuration: { policy: { accounts: [ACCOUNT, FOREIGN] } },
        records: [
          s3('10:30:00', 'CopyObject', {
            bucket: 'elsewhere',
            owner: FOREIGN,
            requestParameters: { 'x-amz-copy-source': 'data/secret.csv' },
          }),
          s3('10:31:00', 'CopyObject', { requestParameters: { 'x-amz-copy-source': 'data/secret.csv' } }),
          s3('10:32:00', 'GetObject', { bucket: 'public-data', owner: '555566667777' }),
        ],
      },
    },
    'bulk-read': {
      limit: {
        title: 'Three objects in an hour, the limit',
        configuration: { policy: { bulkRead: { objects: 3 } } },
        records: ['a', 'b', 'c'].map((key, at) => s3(`10:3${at}:00`, 'GetObject', { key })),
      },
      bytes: {
        title: 'As many bytes as the limit, in one object',
        configuration: { policy: { bulkRead: { bytes: 5000 } } },
        records: [s3('10:30:00', 'GetObject', { bytes: 5000 })],
      },
      history: {
        title: 'Six objects in an hour after five days of one each, and a tenth of the limit',
        configuration: { policy: { bulkRead: { objects: 60 } } },
        records: [
          ...days.slice(0, 5).map((day) => s3(`${day}T10:30:00`, 'GetObject')),
          ...[1, 2, 3, 4, 5, 6].map((n) => s3(`2026-03-09T10:3${n}:00`, 'GetObject', { key: `${n}.csv` })),
        ],
        sessions: daily,
      },
      usual: {
        title: 'One object three times, two objects and a third that was denied, five after five days of one each',
        configuration: { policy: { bulkRead: { objects: 50 } } },
        records: [
          ...days.slice(0, 5).map((day) => s3(`${day}T10:30:00`, 'GetObject')),
          ...[1, 2, 3, 4, 5].map((n) => s3(`2026-03-09T10:3${n}:00`, 'GetObject', { key: `${n}.csv` })),
          s3('2026-03-09T10:40:00', 'GetObject', { key: '5.csv' }),
          s3('2026-03-09T10:41:00', 'GetObject', { key: '6.csv', ...DENIED }),
        ],
        sessions: daily,
      },
    },
    'access-denied-burst': {
      found: {
        title: 'Three denied calls in ten minutes, of alice and of a stranger',
        configuration: { policy: { deniedBurst: { calls: 3 } } },
        records: [
          ...['10:30:00', '10:35:00', '10:40:00'].map((time) => s3(time, 'GetObject', DENIED)),
          ...['10:30:00', '10:30:01', '10:30:02', '10:30:03'].map((time) => s3(time, 'PutObject', { ...ADMIN, ...DENIED })),
        ],
      },
      slow: {
        title: 'Three denied calls in a second more than ten minutes, and three that failed for another reason',
        configuration: { policy: { deniedBurst: { calls: 3 } } },
        records: [
          ...['10:30:00', '10:35:00', '10:40:01'].map((time) => s3(time, 'GetObject', DENIED)),
          ...['10:50:00', '10:50:01', '10:50:02'].map((time) => s3(time, 'GetObject', { errorCode: 'NoSuchKey' })),
        ],
      },
    },
    'access-outside-appstream': {
      found: {
        title: 'An administrator from outside: a read and a write that failed',
        configuration: { policy: { protectedBuckets: ['data*'] } },
        records: [s3('10:30:00', 'GetObject', ADMIN), s3('10:31:00', 'PutObject', { ...ADMIN, ...DENIED })],
      },
      notebook: {
        title: "A notebook's role: who opened a notebook before is a lead, not the answer",
        configuration: { policy: { protectedBuckets: ['data*'] } },
        records: [
          call('10:15:00', 'sagemaker', 'CreatePresignedNotebookInstanceUrl', { notebookInstanceName: 'research' }, FROM_SESSION),
          s3('10:30:00', 'GetObject', { sourceIPAddress: '10.9.0.4', userIdentity: assumed('NotebookRole', 'SageMaker') }),
        ],
      },
      inside: {
        title: 'The fleet, a service of AWS, and a bucket that is not protected',
        configuration: { policy: { protectedBuckets: ['data*'] } },
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:31:00', 'PutObject', {
            sourceIPAddress: 'transfer.amazonaws.com',
            userIdentity: { type: 'AWSService', invokedBy: 'transfer.amazonaws.com' },
          }),
          s3('10:32:00', 'GetObject', { ...ADMIN, bucket: 'website' }),
        ],
      },
      silent: { title: 'Nobody said which buckets are protected', records: [s3('10:30:00', 'GetObject', ADMIN)] },
    },
  };
}

function ofPeople(): Record<string, Record<string, Case>> {
  const trusted = { logons: { trustedCidrs: ['203.0.113.0/24', '2001:db8:7::/48'] } };
  const streaming = { logons: { roles: ['AppStreamUsers'] } };
  const portal = { policy: { streamingUrlCallers: [`arn:aws:iam::${ACCOUNT}:role/apps/Portal`] } };
  return {
    'logon-from-untrusted-network': {
      found: {
        title: 'A sign-in, a sign-in that failed, and devices of IPv4 and IPv6 from elsewhere',
        configuration: trusted,
        records: [saml('09:55:00', 'alice', '198.51.100.7'), saml('09:56:00', 'bob', '198.51.100.8', DENIED)],
        sessions: [{ devices: '203.0.113.9;198.51.100.9;2001:db8:8::1' }],
      },
      trusted: {
        title: 'Sign-ins and devices in the trusted networks; the address of a streaming URL is the portal',
        configuration: trusted,
        records: [
          saml('09:55:00', 'alice', '203.0.113.255'),
          saml('09:56:00', 'alice', '2001:db8:7:ffff::1'),
          url('09:57:00', 'Portal', 'carol', { sourceIPAddress: '198.51.100.7' }),
        ],
        sessions: [{ devices: '203.0.113.0;2001:db8:7::5' }],
      },
      silent: {
        title: 'Nobody said which networks are trusted',
        records: [saml('09:55:00', 'alice', '198.51.100.7')],
        sessions: [{ devices: '198.51.100.9' }],
      },
    },
    'session-without-logon': {
      found: {
        title: 'bob signs in before his session, alice does not',
        records: [saml('2026-03-01T08:00:00', 'carol'), saml('09:58:00', 'bob'), saml('2026-03-03T08:00:00', 'carol')],
        sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.26' }],
      },
      'with-logon': {
        title: 'alice signed in; the user pool leaves no sign-in; before and after the collection nothing is said',
        records: [saml('2026-03-01T08:00:00', 'carol'), saml('09:55:00', 'alice'), saml('2026-03-03T08:00:00', 'carol')],
        sessions: [
          {},
          { id: 's-2', user: 'erin@example.com', authentication: 'USERPOOL', address: '10.0.1.26' },
          { id: 's-3', user: 'frank', start: '2026-03-01T19:59:00', end: '2026-03-01T20:30:00', address: '10.0.1.27' },
          { id: 's-4', user: 'frank', start: '2026-03-03T08:00:01', end: '2026-03-03T09:00:00', address: '10.0.1.27' },
        ],
      },
    },
    'logon-without-session': {
      found: {
        title: 'alice signs in and comes, bob signs in and does not; a URL for carol that nobody used',
        configuration: streaming,
        records: [saml('09:55:00', 'alice'), saml('09:56:00', 'bob'), url('09:57:00', 'Portal', 'carol')],
        sessions: [{}, { id: 's-0', user: 'bob', start: '08:00:00', end: '08:30:00', address: '10.0.1.26' }],
      },
      used: {
        title: 'A session begins at the end of the twelve hours, one still runs, one sign-in failed, one is not due yet',
        configuration: streaming,
        records: [
          saml('09:55:00', 'alice'),
          saml('10:30:00', 'dora'),
          saml('09:56:00', 'bob', '203.0.113.9', DENIED),
          saml('2026-03-13T00:00:00', 'bob'),
        ],
        sessions: [
          { start: '21:55:00', end: '22:00:00' },
          { id: 's-2', user: 'dora', address: '10.0.1.26' },
        ],
      },
      silent: { title: 'Nobody said which roles may stream', records: [saml('09:56:00', 'bob')] },
    },
    'logon-without-mfa': {
      found: {
        title: 'An IAM user without a second factor',
        configuration: { logons: { requireMfa: true } },
        records: [consoleLogin('09:00:00', iamUser('dave'), '203.0.113.9', 'Success', 'No')],
      },
      'with-mfa': {
        title: 'With a second factor, federated, and one that failed',
        configuration: { logons: { requireMfa: true } },
        records: [
          consoleLogin('09:00:00', iamUser('dave'), '203.0.113.9', 'Success', 'Yes'),
          consoleLogin('09:01:00', assumed('AdminRole', 'dave'), '203.0.113.9', 'Success', 'No'),
          consoleLogin('09:02:00', iamUser('dave'), '203.0.113.9', 'Failure', 'No'),
        ],
      },
      silent: { title: 'Nobody asked for it', records: [consoleLogin('09:00:00', iamUser('dave'), '203.0.113.9', 'Success', 'No')] },
    },
    'streaming-url-by-unknown-caller': {
      found: {
        title: 'A URL by a role that is not the portal, with the session that began with it; another call that failed',
        configuration: portal,
        records: [url('09:58:00', 'Developer', 'alice'), url('09:59:00', 'PortalX', 'bob', DENIED)],
        sessions: [{ authentication: 'CUSTOM' }],
      },
      portal: {
        title: 'The portal',
        configuration: portal,
        records: [url('09:58:00', 'Portal', 'alice')],
        sessions: [{ authentication: 'CUSTOM' }],
      },
      silent: { title: 'Nobody said who may', records: [url('09:58:00', 'Developer', 'alice')] },
    },
    'image-builder-url': {
      found: {
        title: 'Two calls, one of which failed',
        records: [
          call('09:00:00', 'appstream', 'CreateImageBuilderStreamingURL', { name: 'golden-image', validity: 3600 }),
          call('09:01:00', 'appstream', 'CreateImageBuilderStreamingURL', { name: 'golden-image' }, DENIED),
        ],
      },
      session: { title: 'A URL of a stack is none of an image builder', records: [url('09:58:00', 'Portal', 'alice')] },
    },
    'concurrent-networks': {
      found: {
        title: 'A second session from another network while the first runs',
        records: [s3('10:30:00', 'GetObject')],
        sessions: [
          { devices: '203.0.113.9' },
          { id: 's-2', start: '10:40:00', end: '11:30:00', address: '10.0.1.26', devices: '198.51.100.7' },
        ],
      },
      'one-network': {
        title: 'Two sessions of one /24, one after the other from two networks, and two users',
        records: [s3('10:30:00', 'GetObject')],
        sessions: [
          { devices: '203.0.113.9;198.51.100.7' },
          { id: 's-2', start: '10:40:00', end: '10:59:00', address: '10.0.1.26', devices: '203.0.113.77' },
          { id: 's-3', start: '11:00:00', end: '12:00:00', address: '10.0.1.27', devices: '192.0.2.1' },
          { id: 's-4', user: 'bob', start: '10:00:00', end: '12:00:00', address: '10.0.1.28', devices: '192.0.2.200' },
        ],
      },
    },
  };
}

function ofTheRoom(): Record<string, Record<string, Case>> {
  const consoles = { policy: { consoleCidrs: ['203.0.113.0/24'] } };
  const plain = { tlsDetails: undefined };
  const suite = { bytesTransferredOut: 100, CipherSuite: 'ECDHE-RSA-AES128-GCM-SHA256' };
  return {
    'session-allows-data-exit': {
      found: {
        title: 'Download and clipboard out for alice, a drive for two others',
        records: [s3('10:30:00', 'GetObject')],
        sessions: [
          { open: ['file_download', 'clipboard_copy_to_local_device', 'file_upload'] },
          { id: 's-2', user: 'bob', address: '10.0.1.26', open: ['one_drive_enabled'] },
          { id: 's-3', user: 'carol', address: '10.0.1.27', open: ['one_drive_enabled'] },
        ],
      },
      allowed: {
        title: 'What the policy allows',
        configuration: { policy: { session: { fileDownload: 'allowed' } } },
        records: [s3('10:30:00', 'GetObject')],
        sessions: [{ open: ['file_download', 'file_upload', 'clipboard_copy_from_local_device'] }],
      },
    },
    'stack-policy-changed': {
      found: {
        title: 'A change against the policy, one within it, a failed one with a drive, and a new stack that lets data out',
        records: [
          call('09:00:00', 'appstream', 'UpdateStack', {
            name: 'analytics-stack',
            userSettings: settings('FILE_DOWNLOAD', 'PRINTING_TO_LOCAL_DEVICE'),
          }),
          call('09:01:00', 'appstream', 'UpdateStack', { name: 'analytics-stack', userSettings: settings() }),
          call(
            '09:02:00',
            'appstream',
            'UpdateStack',
            { name: 'analytics-stack', storageConnectors: [{ connectorType: 'ONE_DRIVE' }] },
            DENIED,
          ),
          call('09:03:00', 'appstream', 'CreateStack', { name: 'new-stack', userSettings: settings('FILE_DOWNLOAD') }),
        ],
      },
      harmless: {
        title: 'A change of the name shown, and a new stack that lets nothing out',
        records: [
          call('09:00:00', 'appstream', 'UpdateStack', { name: 'analytics-stack', displayName: 'Analytics' }),
          call('09:03:00', 'appstream', 'CreateStack', { name: 'new-stack', userSettings: settings('CLIPBOARD_COPY_FROM_LOCAL_DEVICE') }),
        ],
      },
    },
    'plaintext-or-old-tls': {
      found: {
        title: 'TLS 1.1 in a session, and no TLS at all from outside',
        records: [
          s3('10:30:00', 'GetObject', { tlsDetails: { tlsVersion: 'TLSv1.1' } }),
          s3('10:31:00', 'GetObject', { ...ADMIN, ...plain }),
        ],
      },
      modern: {
        title: 'TLS 1.2, a record with a cipher suite alone, one too old to say, one of a service',
        records: [
          s3('10:30:00', 'GetObject', { tlsDetails: { tlsVersion: 'TLSv1.2' } }),
          s3('10:31:00', 'GetObject', { ...plain, additionalEventData: suite }),
          s3('10:32:00', 'GetObject', { ...plain, eventVersion: '1.07' }),
          s3('10:33:00', 'GetObject', { ...plain, sourceIPAddress: 'transfer.amazonaws.com' }),
        ],
      },
    },
    'console-from-untrusted-network': {
      found: {
        title: 'A failed and a good sign-in, calls told by agent and by mark, and a look at objects in the console',
        configuration: consoles,
        records: [
          consoleLogin('09:00:00', iamUser('dave'), '198.51.100.7', 'Failure', 'No'),
          consoleLogin('09:01:00', iamUser('dave'), '198.51.100.7', 'Success', 'Yes'),
          call('09:02:00', 'ec2', 'DescribeInstances', null, {
            userIdentity: iamUser('dave'),
            sourceIPAddress: '198.51.100.7',
            userAgent: 'console.ec2.amazonaws.com',
          }),
          call('09:03:00', 'iam', 'CreateUser', null, {
            ...DENIED,
            userIdentity: iamUser('dave'),
            sourceIPAddress: '198.51.100.7',
            sessionCredentialFromConsole: 'true',
          }),
          s3('09:04:00', 'GetObject', { ...ADMIN, userAgent: '[S3Console/0.4, aws-internal/3]' }),
        ],
      },
      trusted: {
        title: 'In the trusted network, by AWS itself, and calls from elsewhere that are none of a console',
        configuration: consoles,
        records: [
          consoleLogin('09:01:00', iamUser('dave'), '203.0.113.9', 'Success', 'Yes'),
          call('09:03:00', 'iam', 'CreateUser', null, {
            userIdentity: iamUser('dave'),
            sourceIPAddress: 'AWS Internal',
            userAgent: 'AWS Internal',
            sessionCredentialFromConsole: 'true',
          }),
          call('09:04:00', 'iam', 'CreateUser', null, { userIdentity: iamUser('dave'), sourceIPAddress: '198.51.100.7' }),
        ],
      },
      silent: {
        title: 'Nobody said which networks are trusted',
        records: [consoleLogin('09:01:00', iamUser('dave'), '198.51.100.7', 'Success', 'Yes')],
      },
    },
  };
}

function ofNotebooks(): Record<string, Record<string, Case>> {
  const training = (more: Json) => ({
    trainingJobName: 'train',
    outputDataConfig: { kmsKeyId: 'k', s3OutputPath: 's3://out/' },
    resourceConfig: { volumeKmsKeyId: 'k', instanceCount: 1 },
    ...more,
  });
  const hours = { policy: { notebooks: { hoursUtc: '07:00-19:00' } } };
  return {
    'notebook-unsafe': {
      found: {
        title: 'All defaults from a session, root access given later, an instance type that is not allowed and failed',
        configuration: { policy: { notebooks: { instanceTypes: ['ml.t3.medium'] } } },
        records: [
          notebook('10:30:00', 'CreateNotebookInstance', { instanceType: 'ml.t3.medium' }, FROM_SESSION),
          notebook('10:31:00', 'UpdateNotebookInstance', { rootAccess: 'Enabled' }),
          notebook('10:32:00', 'CreateNotebookInstance', { ...SAFE, instanceType: 'ml.p4d.24xlarge' }, DENIED),
        ],
      },
      safe: {
        title: 'As the policy says, and an update of something else',
        records: [
          notebook('10:30:00', 'CreateNotebookInstance', SAFE),
          notebook('10:31:00', 'UpdateNotebookInstance', { instanceType: 'ml.t3.large' }),
        ],
      },
    },
    'sagemaker-unencrypted': {
      found: {
        title: 'An endpoint without a key, a job without keys, a job of two instances without encryption between them',
        records: [
          call('09:00:00', 'sagemaker', 'CreateEndpointConfig', {
            endpointConfigName: 'serve',
            productionVariants: [{ instanceType: 'ml.m5.large' }],
          }),
          call(
            '09:01:00',
            'sagemaker',
            'CreateTrainingJob',
            { trainingJobName: 'bare', outputDataConfig: {}, resourceConfig: { instanceCount: 1 } },
            DENIED,
          ),
          call('09:02:00', 'sagemaker', 'CreateTrainingJob', training({ resourceConfig: { volumeKmsKeyId: 'k', instanceCount: 2 } })),
        ],
      },
      encrypted: {
        title: 'Keys, and encryption where there are several instances',
        records: [
          call('09:00:00', 'sagemaker', 'CreateEndpointConfig', { endpointConfigName: 'serve', kmsKeyId: 'k' }),
          call('09:01:00', 'sagemaker', 'CreateTrainingJob', training({})),
          call(
            '09:02:00',
            'sagemaker',
            'CreateTrainingJob',
            training({ enableInterContainerTrafficEncryption: true, resourceConfig: { volumeKmsKeyId: 'k', instanceCount: 2 } }),
          ),
        ],
      },
    },
    'notebook-changed': {
      found: {
        title: 'A deletion that failed, a script that a session added, a stop in the evening',
        configuration: hours,
        records: [
          notebook('09:00:00', 'DeleteNotebookInstance', {}, DENIED),
          call(
            '10:30:00',
            'sagemaker',
            'CreateNotebookInstanceLifecycleConfig',
            { notebookInstanceLifecycleConfigName: 'on-start' },
            FROM_SESSION,
          ),
          notebook('19:00:00', 'StopNotebookInstance', {}),
        ],
      },
      'over-midnight': {
        title: 'Hours over midnight',
        configuration: { policy: { notebooks: { hoursUtc: '22:00-06:00' } } },
        records: [
          notebook('05:59:59', 'StartNotebookInstance', {}),
          notebook('06:00:00', 'StartNotebookInstance', {}),
          notebook('22:00:00', 'StopNotebookInstance', {}),
        ],
      },
      'within-hours': {
        title: 'Starts and stops within the hours, and a look at a script',
        configuration: hours,
        records: [
          notebook('07:00:00', 'StartNotebookInstance', {}),
          notebook('18:59:59', 'StopNotebookInstance', {}),
          call('10:30:00', 'sagemaker', 'DescribeNotebookInstanceLifecycleConfig', { notebookInstanceLifecycleConfigName: 'on-start' }),
        ],
      },
      silent: { title: 'Nobody said which hours', records: [notebook('03:00:00', 'StartNotebookInstance', {})] },
    },
    'notebook-url-from-outside': {
      found: {
        title: 'An administrator opens a notebook and, denied, a domain',
        records: [
          notebook('09:00:00', 'CreatePresignedNotebookInstanceUrl', {}),
          call('09:01:00', 'sagemaker', 'CreatePresignedDomainUrl', { domainId: 'd-1', userProfileName: 'dave' }, DENIED),
        ],
      },
      inside: {
        title: 'From a session, and by way of the NAT address',
        configuration: { scope: { natAddresses: ['198.51.100.7'] } },
        records: [
          notebook('10:30:00', 'CreatePresignedNotebookInstanceUrl', {}, FROM_SESSION),
          notebook('10:31:00', 'CreatePresignedNotebookInstanceUrl', {}, { sourceIPAddress: '198.51.100.7' }),
        ],
      },
    },
  };
}

function ofEvidence(): Record<string, Record<string, Case>> {
  const logs = { bucket: 'aws-cloudtrail-logs-111122223333-0a1b' };
  return {
    'evidence-tampering': {
      found: {
        title:
          'A trail stopped and pointed elsewhere, flow logs and reports gone, a lifecycle on logs, a failed policy on the old log bucket, deletes from a session',
        records: [
          call('09:00:00', 'cloudtrail', 'StopLogging', { name: 'audit' }),
          call('09:01:00', 'cloudtrail', 'UpdateTrail', { name: 'audit', s3BucketName: 'old-logs' }),
          call('09:02:00', 'ec2', 'DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-0a1b' } } }),
          call('09:03:00', 'appstream', 'DeleteUsageReportSubscription', {}),
          call('09:04:00', 's3', 'PutBucketLifecycle', { bucketName: logs.bucket }),
          call('09:05:00', 's3', 'PutBucketPolicy', { bucketName: 'old-logs' }, DENIED),
          s3('10:30:00', 'DeleteObject', { ...logs, key: 'AWSLogs/1.json.gz' }),
          s3('10:31:00', 'DeleteObject', { ...logs, key: 'AWSLogs/2.json.gz', ...DENIED }),
        ],
      },
      harmless: {
        title: 'A look at the trail, a policy and deletes of another bucket, tags of the log bucket, a log written',
        records: [
          call('09:00:00', 'cloudtrail', 'DescribeTrails', {}),
          call('09:01:00', 'cloudtrail', 'StartLogging', { name: 'audit' }),
          call('09:05:00', 's3', 'PutBucketPolicy', { bucketName: 'website' }),
          call('09:06:00', 's3', 'PutBucketTagging', { bucketName: logs.bucket }),
          s3('10:30:00', 'DeleteObject'),
          s3('10:31:00', 'PutObject', { ...logs, key: 'AWSLogs/3.json.gz' }),
        ],
      },
    },
    'missing-evidence': {
      found: {
        title: 'The fleet was active on a day without a report; then the trail says nothing for a day',
        configuration: FLEET,
        records: [s3('10:30:00', 'GetObject'), s3('2026-03-03T10:30:00', 'GetObject')],
      },
      sweep: {
        title: 'A day without a complete sweep, then one with',
        records: [s3('10:30:00', 'GetObject'), s3('2026-03-19T10:30:00', 'GetObject')],
        sweeps: [
          ['2026-03-18T10:00:00', false],
          ['2026-03-19T10:00:00', false],
          ['2026-03-19T10:10:00', true],
        ],
      },
      there: {
        title: 'Every day has its report, the last event is of today',
        configuration: FLEET,
        asOf: '2026-03-03T12:00:00Z',
        records: [s3('10:30:00', 'GetObject'), s3('2026-03-03T10:30:00', 'GetObject')],
      },
    },
    'session-id-spoofed': SESSION_CHECK_CASES,
    'event-id-reused': {
      found: {
        title: 'One id on two times',
        records: [s3('10:30:00', 'GetObject', { eventID: 'e-1' }), s3('10:31:00', 'GetObject', { eventID: 'e-1' })],
      },
      delivered: {
        title: 'One record delivered twice',
        records: [s3('10:30:00', 'GetObject', { eventID: 'e-1' }), s3('10:30:00', 'GetObject', { eventID: 'e-1' })],
      },
    },
  };
}
