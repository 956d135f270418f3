import { describe, expect, test } from '@jest/globals';
import { logons } from '../../../schemas/logons-table.ts';
import { storedColumns } from '../../../schemas/table.ts';
import { type Json, read, s3Record } from './cloudtrail-fixtures.ts';

const SAML: Json = {
  eventVersion: '1.11',
  userIdentity: { type: 'SAMLUser', principalId: 'abc=:CORP\\anna', userName: 'CORP\\anna', identityProvider: 'abc=' },
  eventTime: '2026-03-02T08:00:00Z',
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRoleWithSAML',
  awsRegion: 'us-east-1',
  sourceIPAddress: '203.0.113.7',
  requestParameters: {
    sAMLAssertionID: '_1',
    roleSessionName: 'anna',
    roleArn: 'arn:aws:iam::111122223333:role/path/StreamRole',
    principalArn: 'arn:aws:iam::111122223333:saml-provider/Idp',
    durationSeconds: 3600,
  },
  responseElements: {
    credentials: {
      accessKeyId: 'ASIAISSUED',
      sessionToken: 'SECRETTOKEN',
      secretAccessKey: 'SECRETKEY',
      expiration: 'Mar 2, 2026, 9:00:00 AM',
    },
    subject: 'CORP\\anna',
    subjectType: 'persistent',
  },
  eventID: 'saml-1',
  eventType: 'AwsApiCall',
  recipientAccountId: '111122223333',
};

async function logonOf(record: Json) {
  const { rows, kept } = await read(JSON.stringify({ Records: [record] }));
  expect(kept).toBe(1);
  expect(rows.logons.length).toBeLessThanOrEqual(1);
  return rows.logons[0] ?? null;
}

describe('a SAML sign-in', () => {
  test('gives user, role, provider and issued key', async () => {
    const logon = await logonOf(SAML);
    expect(logon?.dt).toBe('2026-03-02');
    expect(logon?.row).toMatchObject({
      event_id: 'saml-1',
      logon_time_ms: Date.UTC(2026, 2, 2, 8),
      kind: 'saml',
      account_id: '111122223333',
      region: 'us-east-1',
      user_id: 'CORP\\anna',
      authentication_type: 'SAML',
      source_address: '203.0.113.7',
      role_arn: 'arn:aws:iam::111122223333:role/path/StreamRole',
      identity_provider: 'arn:aws:iam::111122223333:saml-provider/Idp',
      subject_type: 'persistent',
      issued_access_key_id: 'ASIAISSUED',
      success: true,
      mfa: null,
      valid_seconds: null,
      caller_arn: null,
      error_code: null,
    });
  });

  test('has exactly the columns of the table, in order', async () => {
    expect(Object.keys((await logonOf(SAML))?.row ?? {})).toEqual(storedColumns(logons));
  });

  test('is of the account of the role, in whosever trail it is', async () => {
    const logon = await logonOf({ ...SAML, recipientAccountId: '999999999999' });
    expect(logon?.row.account_id).toBe('111122223333');
  });

  test('takes the subject where the user name is missing', async () => {
    expect((await logonOf({ ...SAML, userIdentity: { type: 'SAMLUser' } }))?.row.user_id).toBe('CORP\\anna');
  });

  test('has failed when it has an error', async () => {
    const logon = await logonOf({ ...SAML, errorCode: 'AccessDenied', responseElements: null });
    expect(logon?.row).toMatchObject({ success: false, error_code: 'AccessDenied', issued_access_key_id: null });
  });

  test('lets no token and no secret key out, neither as event nor as logon', async () => {
    const { rows } = await read(JSON.stringify({ Records: [SAML] }));
    expect(JSON.stringify(rows)).not.toMatch(/SECRET/);
    expect(JSON.stringify(rows)).toContain('ASIAISSUED');
  });
});

describe('a streaming URL', () => {
  const url = (requestParameters: unknown, over: Json = {}) =>
    s3Record({ eventSource: 'appstream.amazonaws.com', eventName: 'CreateStreamingURL', requestParameters, resources: undefined, ...over });

  test('gives user, stack, fleet, caller and validity', async () => {
    const logon = await logonOf(url({ stackName: 'st', fleetName: 'fl', userId: 'Bob@x.org', validity: 3600 }));
    expect(logon?.row).toMatchObject({
      kind: 'streaming_url',
      account_id: '111122223333',
      user_id: 'Bob@x.org',
      authentication_type: 'CUSTOM',
      stack_name: 'st',
      fleet_name: 'fl',
      valid_seconds: 3600,
      caller_arn: 'arn:aws:sts::111122223333:assumed-role/FleetRole/i-0aaa',
      success: true,
    });
  });

  test.each([
    [undefined, 60],
    ['900', 900],
    [604_800, 604_800],
    [604_801, 60],
    [0, 60],
    [-5, 60],
    ['long', 60],
    [{}, 60],
  ])('with validity %p is valid for %d seconds', async (validity, seconds) => {
    expect((await logonOf(url({ userId: 'b', validity })))?.row.valid_seconds).toBe(seconds);
  });

  test('without readable parameters is still a logon, of nobody', async () => {
    expect((await logonOf(url(null)))?.row).toMatchObject({ kind: 'streaming_url', user_id: null, valid_seconds: 60 });
  });
});

describe('a certificate', () => {
  const certificate = (eventName: string, userIdentity: Json) =>
    s3Record({ eventSource: 'acm-pca.amazonaws.com', eventName, userIdentity, requestParameters: {}, resources: undefined });
  const session = { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/R/EcmAssumeRoleSession', accountId: '111122223333' };

  test.each(['IssueCertificate', 'GetCertificate'])(
    'asked for by EcmAssumeRoleSession (%s) is a logon of an unknown user',
    async (name) => {
      for (const identity of [session, { type: 'IAMUser', userName: 'EcmAssumeRoleSession', accountId: '111122223333' }]) {
        expect((await logonOf(certificate(name, identity)))?.row).toMatchObject({
          kind: 'certificate',
          user_id: null,
          account_id: '111122223333',
        });
      }
    },
  );

  test('asked for by anybody else, or another call, is none', async () => {
    expect(await logonOf(certificate('IssueCertificate', { type: 'IAMUser', userName: 'anna' }))).toBeNull();
    expect(await logonOf(certificate('ListTags', session))).toBeNull();
  });
});

describe('the error code', () => {
  test.each([
    ['AccessDenied', 'AccessDenied'],
    ['Client.UnauthorizedOperation', 'Client.UnauthorizedOperation'],
    ['aws:Denied#x_1', 'aws:Denied#x_1'],
    ['User: arn:aws:iam::111122223333:user/x is not authorized', 'Failure'],
    ['hunter2 was wrong', 'Failure'],
    ['x'.repeat(200), 'Failure'],
  ])('%p is kept as %s', async (errorCode, kept) => {
    const failed = { ...SAML, errorCode, errorMessage: 'a message with a secret' };
    expect((await logonOf(failed))?.row).toMatchObject({ success: false, error_code: kept });
  });

  test('is there exactly where a sign-in failed', async () => {
    expect((await logonOf(SAML))?.row).toMatchObject({ success: true, error_code: null });
    expect((await logonOf({ ...SAML, errorMessage: 'no' }))?.row).toMatchObject({ success: false, error_code: 'Failure' });
  });
});

describe('a console sign-in', () => {
  const login = (over: Json) =>
    s3Record({
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      eventType: 'AwsConsoleSignIn',
      userIdentity: {
        type: 'IAMUser',
        arn: 'arn:aws:iam::111122223333:user/anaya',
        accountId: '111122223333',
        userName: 'anaya',
        accessKeyId: '',
      },
      requestParameters: null,
      responseElements: { ConsoleLogin: 'Success' },
      additionalEventData: { MFAUsed: 'Yes' },
      resources: undefined,
      ...over,
    });

  test('gives user, caller and MFA', async () => {
    expect((await logonOf(login({})))?.row).toMatchObject({
      kind: 'console',
      user_id: 'anaya',
      caller_arn: 'arn:aws:iam::111122223333:user/anaya',
      authentication_type: null,
      success: true,
      mfa: true,
    });
  });

  test('has failed when the response or a message says so, and the message stays out', async () => {
    const failure = { responseElements: { ConsoleLogin: 'Failure' }, additionalEventData: { MFAUsed: 'No' } };
    for (const over of [{ ...failure, errorMessage: 'Failed authentication' }, failure]) {
      expect((await logonOf(login(over)))?.row).toMatchObject({ success: false, mfa: false, error_code: 'Failure' });
    }
    expect((await logonOf(login({ errorMessage: 'hunter2' })))?.row).toMatchObject({ success: false, error_code: 'Failure' });
  });

  test('never takes the placeholder of a hidden name for a user', async () => {
    const hidden = { type: 'IAMUser', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS', accountId: '111122223333' };
    expect((await logonOf(login({ userIdentity: hidden })))?.row.user_id).toBeNull();
  });

  test('of a role session is of its session name', async () => {
    const userIdentity = { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/Admin/jane' };
    expect((await logonOf(login({ userIdentity, additionalEventData: {} })))?.row).toMatchObject({
      user_id: 'jane',
      mfa: null,
      account_id: '111122223333',
    });
  });
});

test('calls of the same names in other services, and all others, are no logons', async () => {
  expect(await logonOf({ ...SAML, eventSource: 'other.amazonaws.com' })).toBeNull();
  expect(await logonOf(s3Record({ eventName: 'ConsoleLogin' }))).toBeNull();
  expect(await logonOf(s3Record({ eventName: 'CreateStreamingURL' }))).toBeNull();
  expect(await logonOf(s3Record({ eventName: 'IssueCertificate' }))).toBeNull();
  expect(await logonOf(s3Record())).toBeNull();
});
