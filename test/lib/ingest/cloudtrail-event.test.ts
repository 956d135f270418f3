import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dtOf, readEvent, whyMalformed } from '../../../lib/ingest/cloudtrail-event.ts';
import { DAY_MS, formatDt, parseTime } from '../../../lib/time.ts';
import { type EventRow, events } from '../../../schemas/events-table.ts';
import { storedColumns } from '../../../schemas/table.ts';
import { type Json, s3Record } from './cloudtrail-fixtures.ts';

const ORIGIN = { sha256: 'ab', sourceFile: '/x.json', sourceIndex: 3, ingestedAtMs: 5 };

/** The row of a record, after the way through JSON that every record has behind it. */
function row(over: Json = {}): EventRow {
  const record = JSON.parse(JSON.stringify(s3Record(over))) as Json;
  expect(whyMalformed(record)).toBeNull();
  return readEvent(record, ORIGIN);
}

const s3Identity = s3Record()['userIdentity'] as Json;

describe('a record', () => {
  test('becomes a row with exactly the columns of the table, in order', () => {
    expect(Object.keys(row())).toEqual(storedColumns(events));
  });

  test('is taken over column by column', () => {
    expect(row()).toEqual({
      event_id: 'event-1',
      event_time_ms: Date.UTC(2026, 2, 2, 10, 15, 30),
      join_time_ms: Date.UTC(2026, 2, 2, 10, 15, 30),
      time_precision: 's',
      event_source: 's3.amazonaws.com',
      event_name: 'GetObject',
      event_category: 'Data',
      event_type: 'AwsApiCall',
      event_version: '1.09',
      action: 'read',
      read_only: true,
      multipart_step: null,
      upload_id: null,
      account_id: '111122223333',
      recipient_account_id: '111122223333',
      region: 'eu-west-1',
      source_address: '10.0.1.25',
      source_address_kind: 'private',
      source_address_hex: '0a000119',
      vpc_endpoint_id: 'vpce-0123',
      vpc_endpoint_account_id: '111122223333',
      principal_type: 'AssumedRole',
      principal_id: 'AROAEXAMPLE:i-0aaa',
      principal_arn: 'arn:aws:sts::111122223333:assumed-role/FleetRole/i-0aaa',
      principal_name: null,
      principal_role: 'FleetRole',
      principal_role_arn: 'arn:aws:iam::111122223333:role/teams/FleetRole',
      role_session_name: 'i-0aaa',
      access_key_id: 'ASIAEXAMPLE',
      source_identity: null,
      invoked_by: null,
      bucket: 'analytics',
      object_key: 'a/b.csv',
      copy_source: null,
      key_account_id: null,
      key_authentication_type: null,
      key_user_hash: null,
      bytes_in: 0,
      bytes_out: 1376,
      request_id: 'REQ1',
      error_code: null,
      tls_version: 'TLSv1.3',
      resource_account_id: '444455556666',
      user_agent: '[aws-cli/2]',
      shared_event_id: null,
      corrects_event_id: null,
      correction_reason: null,
      record_sha256: 'ab',
      source_file: '/x.json',
      source_index: 3,
      ingested_at_ms: 5,
    });
  });

  test.each([
    ['eventID', 'no eventID'],
    ['eventTime', 'no eventTime'],
    ['eventSource', 'no eventSource'],
    ['eventName', 'no eventName'],
  ])('without %s is malformed, also when it is empty or no text', (member, reason) => {
    for (const value of [undefined, null, '', 5, {}, ['x']]) expect(whyMalformed(s3Record({ [member]: value }))).toBe(reason);
  });

  test.each([
    '2026-02-30T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-03-02T25:00:00Z',
    '2026-03-02T10:60:00Z',
    '2026-03-02T10:00:0xZ',
    '0000-00-00T00:00:00Z',
    'yesterday',
    '1772445600',
  ])('of the impossible time %s is malformed', (eventTime) => {
    for (let again = 0; again < 2; again++) expect(whyMalformed(s3Record({ eventTime }))).toBe('impossible eventTime');
  });

  test('survives any wrong type anywhere: what has one is absent', () => {
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom({}, [], [[]], [null], 0, true, ''));
    const required = ['eventID', 'eventTime', 'eventSource', 'eventName'];
    const optional = Object.keys(s3Record()).filter((member) => !required.includes(member));
    const nested = fc.dictionary(
      fc.constantFrom(
        'bucketName',
        'key',
        'type',
        'arn',
        'accountId',
        'sessionContext',
        'sessionIssuer',
        'userName',
        'startTime',
        'bytesTransferredIn',
      ),
      anything,
    );
    fc.assert(
      fc.property(fc.constantFrom(...optional, 'addendum'), fc.oneof(anything, nested, fc.array(nested)), (member, value) => {
        const written = row({ [member]: value });
        for (const [name, column] of Object.entries(events.columns)) {
          if (column.type === 'timestamp') continue;
          const cell = written[name as keyof EventRow];
          if (cell === null) expect('required' in column).toBe(false);
          else expect(typeof cell).toBe({ text: 'string', bigint: 'number', boolean: 'boolean' }[column.type]);
          expect(cell).not.toBe('');
          if (typeof cell === 'number') expect(Number.isSafeInteger(cell)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('times', () => {
  test('are read as parseTime reads them', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const text = fc
      .tuple(
        fc.constantFrom('1969', '1970', '2024', '2026', '9999', 'x026'),
        two(13),
        two(32),
        fc.constantFrom('T', ' '),
        two(25),
        two(61),
        two(61),
        fc.constantFrom('Z', 'z', '', '.5Z', '+01:00'),
      )
      .map(([y, mo, d, t, h, mi, s, z]) => `${y}-${mo}-${d}${t}${h}:${mi}:${s}${z}`);
    fc.assert(
      fc.property(text, (eventTime) => {
        const expected = parseTime(eventTime);
        expect(whyMalformed(s3Record({ eventTime }))).toBe(expected === null ? 'impossible eventTime' : null);
        if (expected !== null) expect(row({ eventTime }).event_time_ms).toBe(expected.ms);
      }),
      { numRuns: 1000 },
    );
  });

  test('of the last second of a leap day and of the year are of their own day', () => {
    expect(dtOf(row({ eventTime: '2028-02-29T23:59:59Z' }).event_time_ms)).toBe('2028-02-29');
    expect(dtOf(row({ eventTime: '2026-12-31T23:59:59Z' }).event_time_ms)).toBe('2026-12-31');
    expect(dtOf(row({ eventTime: '2027-01-01T00:00:00Z' }).event_time_ms)).toBe('2027-01-01');
  });

  test('have days as formatDt gives them', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => expect(dtOf(ms)).toBe(formatDt(ms))));
  });

  const end = Date.UTC(2026, 2, 2, 10, 15, 30);
  test.each<[unknown, number]>([
    [end - 41, end - 41],
    [String(end - 41), end - 41],
    [`${end - 41}.0`, end - 41],
    [end - 7 * DAY_MS, end - 7 * DAY_MS],
  ])('take startTime %p as the time to join at, known to the millisecond', (startTime, joinTime) => {
    expect(row({ additionalEventData: { startTime } })).toMatchObject({ event_time_ms: end, join_time_ms: joinTime, time_precision: 'ms' });
  });

  test.each([end - 7 * DAY_MS - 1, end + 8 * DAY_MS, end / 1000, 0, -1, 'soon', '2026-03-02T10:15:29Z', null, {}, [end]])(
    'do not take startTime %p, which is none of this call',
    (startTime) => {
      expect(row({ additionalEventData: { startTime } })).toMatchObject({ join_time_ms: end, time_precision: 's' });
    },
  );

  test('that Logstash moved to @timestamp are read there, its empty milliseconds left out', () => {
    const moved = { eventTime: undefined, '@timestamp': '2026-03-02T10:15:30.000Z', '@version': '1' };
    expect(row(moved)).toMatchObject({ event_time_ms: end, join_time_ms: end, time_precision: 's' });
    expect(whyMalformed(s3Record({ ...moved, '@version': undefined }))).toBe('no eventTime');
    expect(whyMalformed(s3Record({ ...moved, '@timestamp': 'x' }))).toBe('impossible eventTime');
    expect(whyMalformed(s3Record({ ...moved, '@timestamp': 5 }))).toBe('no eventTime');
  });

  test('with a fraction are known to the millisecond', () => {
    expect(row({ eventTime: '2026-03-02T10:15:30.250Z' })).toMatchObject({
      event_time_ms: end + 250,
      join_time_ms: end + 250,
      time_precision: 'ms',
    });
  });
});

describe('byte counts', () => {
  test.each<[string, number | null]>([
    ['1376.0', 1376],
    ['0.0', 0],
    ['1.2345E7', 12_345_000],
    ['"25701.0"', 25_701],
    ['"17"', 17],
    ['5497558138880', 5_497_558_138_880],
    ['-1', null],
    ['1e300', null],
    ['"many"', null],
    ['""', null],
    ['null', null],
    ['[3]', null],
  ])('written as %s are %p', (written, count) => {
    const additionalEventData = JSON.parse(`{"bytesTransferredIn":${written},"bytesTransferredOut":${written}}`) as Json;
    expect(row({ additionalEventData })).toMatchObject({ bytes_in: count, bytes_out: count });
  });
});

describe('bucket and key', () => {
  const object = { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::analytics/x/y+z %20é' };
  const bucket = { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::analytics', accountId: '444455556666' };

  test.each([
    ['object first', [object, bucket]],
    ['bucket first', [bucket, object]],
  ])('come from the resources, %s, when the request does not say', (_, resources) => {
    expect(row({ requestParameters: null, resources })).toMatchObject({
      bucket: 'analytics',
      object_key: 'x/y+z %20é',
      resource_account_id: '444455556666',
    });
  });

  test('come from the request before the resources, the key raw', () => {
    const requestParameters = { bucketName: 'b', key: 'a%20b+c//é' };
    expect(row({ requestParameters, resources: [bucket, object] })).toMatchObject({ bucket: 'b', object_key: 'a%20b+c//é' });
  });

  test('keep a key that contains the separators of an ARN', () => {
    const resources = [{ ...object, ARN: 'arn:aws-us-gov:s3:::analytics/a:b/bucket/c' }];
    expect(row({ requestParameters: {}, resources })).toMatchObject({ bucket: 'analytics', object_key: 'a:b/bucket/c' });
  });

  test('read a bucket that is called bucket', () => {
    const resources = [{ ...object, ARN: 'arn:aws:s3:::bucket/a/b' }];
    expect(row({ requestParameters: {}, resources })).toMatchObject({ bucket: 'bucket', object_key: 'a/b' });
  });

  test('take a prefix for no key, neither as ARNPrefix nor in the request of a list', () => {
    const resources = [{ type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::analytics/x/' }, bucket];
    const requestParameters = { bucketName: 'analytics', prefix: 'x/', 'list-type': '2' };
    expect(row({ eventName: 'ListObjects', requestParameters, resources })).toMatchObject({
      bucket: 'analytics',
      object_key: null,
      action: 'list',
    });
    expect(row({ eventName: 'ListObjects', requestParameters, resources: [object] }).object_key).toBeNull();
    expect(row({ requestParameters: null, resources: resources.slice(0, 1) })).toMatchObject({ bucket: 'analytics', object_key: null });
  });

  test('know no key of DeleteObjects', () => {
    const resources = [{ type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::analytics/' }, bucket];
    expect(
      row({ eventName: 'DeleteObjects', readOnly: false, requestParameters: { bucketName: 'analytics', delete: '' }, resources }),
    ).toMatchObject({
      bucket: 'analytics',
      object_key: null,
      action: 'delete',
    });
  });

  test('never take the key of another service, text or object', () => {
    const resources = [
      { type: 'AWS::DynamoDB::Table', ARN: 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders', accountId: '111122223333' },
    ];
    for (const key of [{ id: 'x' }, 'x']) {
      expect(
        row({ eventSource: 'dynamodb.amazonaws.com', eventName: 'GetItem', requestParameters: { tableName: 'orders', key }, resources }),
      ).toMatchObject({
        bucket: null,
        object_key: null,
        resource_account_id: '111122223333',
      });
    }
    expect(row({ requestParameters: { bucketName: 'analytics', key: { a: 1 } }, resources: [] }).object_key).toBeNull();
  });

  test('are those of the destination of a copy; the source is kept as it came', () => {
    const source = { ...object, ARN: 'arn:aws:s3:::analytics/from here' };
    const target = { ...object, ARN: 'arn:aws:s3:::analytics/to' };
    const copy = (over: Json) => row({ eventName: 'CopyObject', readOnly: false, ...over });
    for (const copySource of ['analytics/from%20here', '/analytics/from%20here?versionId=3', ['analytics/from here']]) {
      const requestParameters = { bucketName: 'analytics', 'x-amz-copy-source': copySource };
      for (const resources of [
        [target, bucket, source],
        [bucket, source, target],
      ]) {
        expect(copy({ requestParameters, resources })).toMatchObject({
          object_key: 'to',
          copy_source: Array.isArray(copySource) ? copySource[0] : copySource,
          action: 'write',
        });
      }
    }
    // which of the two was written is not known
    expect(copy({ requestParameters: { bucketName: 'analytics' }, resources: [target, source] }).object_key).toBeNull();
    expect(copy({ requestParameters: { bucketName: 'analytics', 'x-amz-copy-source': '%zz' }, resources: [target] }).object_key).toBe('to');
  });

  test('are read of S3 Express and table buckets', () => {
    const directory = 'arn:aws:s3express:us-west-2:111122223333:bucket/b--usw2-az1--x-s3';
    const resources = [
      { type: 'AWS::S3Express::Object', ARN: `${directory}/k/v` },
      { type: 'AWS::S3Express::DirectoryBucket', ARN: directory, accountId: '111122223333' },
    ];
    expect(row({ eventSource: 's3express.amazonaws.com', requestParameters: null, resources })).toMatchObject({
      bucket: 'b--usw2-az1--x-s3',
      object_key: 'k/v',
      resource_account_id: '111122223333',
      action: 'read',
    });
    const tables = [
      { type: 'AWS::S3Tables::TableBucket', ARN: 'arn:aws:s3tables:us-east-1:111122223333:bucket/tables', accountId: '111122223333' },
    ];
    expect(row({ eventSource: 's3tables.amazonaws.com', requestParameters: { key: 'p.json' }, resources: tables })).toMatchObject({
      bucket: 'tables',
      object_key: 'p.json',
    });
  });

  test('name the owner of a home folder, whoever calls', () => {
    const hash = 'a0bcb1da11f480d9b5b3e90f91243143eac04cfccfbdc777e740fab628a1cd13';
    const requestParameters = { bucketName: 'appstream2-36fb080bb8-eu-west-1-111122223333', key: `user/federated/${hash}/x` };
    expect(row({ requestParameters })).toMatchObject({
      key_account_id: '111122223333',
      key_authentication_type: 'SAML',
      key_user_hash: hash,
    });
  });

  test('are empty where the record has empty texts', () => {
    expect(row({ requestParameters: { bucketName: '', key: '' }, resources: undefined })).toMatchObject({ bucket: null, object_key: null });
  });
});

describe('what kind of call it is', () => {
  test.each([
    ['s3.amazonaws.com', 'GetObject', true, 'Data', 'read'],
    ['s3.amazonaws.com', 'HeadBucket', true, 'Data', 'read'],
    ['s3.amazonaws.com', 'ListObjects', true, 'Data', 'list'],
    ['s3.amazonaws.com', 'ListObjectVersions', true, 'Data', 'list'],
    ['s3.amazonaws.com', 'PutObject', false, 'Data', 'write'],
    ['s3.amazonaws.com', 'DeleteObject', false, 'Data', 'delete'],
    ['s3.amazonaws.com', 'DeleteBucket', false, 'Management', 'delete'],
    ['s3.amazonaws.com', 'PutBucketPolicy', false, 'Management', 'write'],
    ['s3express.amazonaws.com', 'PutObject', false, 'Data', 'write'],
    ['dynamodb.amazonaws.com', 'GetItem', true, 'Data', 'read'],
    ['dynamodb.amazonaws.com', 'DeleteItem', false, 'Data', 'write'],
    ['iam.amazonaws.com', 'ListUsers', true, 'Management', 'list'],
    ['iam.amazonaws.com', 'DeleteUser', false, 'Management', 'admin'],
  ])('%s %s, read-only %p, %s: %s', (eventSource, eventName, readOnly, eventCategory, action) => {
    expect(row({ eventSource, eventName, readOnly, eventCategory }).action).toBe(action);
  });

  test.each([
    ['GetObject', true],
    ['HeadObject', true],
    ['ListBuckets', true],
    ['DescribeSessions', true],
    ['SelectObjectContent', true],
    ['PutObject', false],
    ['DeleteObject', false],
    ['CreateStreamingURL', false],
  ])('%s without readOnly is read-only: %p', (eventName, readOnly) => {
    for (const missing of [undefined, null, 'maybe', 1]) expect(row({ eventName, readOnly: missing }).read_only).toBe(readOnly);
    expect(row({ eventName, readOnly: String(!readOnly) }).read_only).toBe(!readOnly);
  });

  test.each<[string, Json, string]>([
    ['the management flag decides first', { managementEvent: true }, 'Management'],
    ['also when it is false', { managementEvent: false, eventName: 'CreateBucket', resources: [] }, 'Data'],
    ['then an object among the resources', { managementEvent: undefined, eventName: 'SomethingNew' }, 'Data'],
    ['then an object-level name of S3', { managementEvent: undefined, resources: undefined }, 'Data'],
    ['else it is management', { managementEvent: undefined, resources: undefined, eventName: 'PutBucketAcl' }, 'Management'],
    [
      'names of S3 mean nothing elsewhere',
      { managementEvent: undefined, resources: undefined, eventSource: 'codecommit.amazonaws.com' },
      'Management',
    ],
  ])('a record without category is placed: %s', (_, over, category) => {
    expect(row({ eventCategory: undefined, ...over }).event_category).toBe(category);
  });

  test.each([
    ['CreateMultipartUpload', 'create'],
    ['UploadPart', 'part'],
    ['UploadPartCopy', 'part'],
    ['CompleteMultipartUpload', 'complete'],
    ['AbortMultipartUpload', 'abort'],
    ['ListParts', 'list'],
    ['ListMultipartUploads', null],
    ['PutObject', null],
  ])('%s is step %p of a multipart upload', (eventName, step) => {
    const requestParameters = { bucketName: 'b', key: 'k', uploadId: 'up', partNumber: 1 };
    expect(row({ eventName, requestParameters })).toMatchObject({
      multipart_step: step,
      upload_id: step === null ? null : 'up',
      object_key: 'k',
    });
    expect(row({ eventName, eventSource: 'glacier.amazonaws.com', requestParameters }).multipart_step).toBeNull();
  });
});

describe('the caller', () => {
  test.each([
    ['an account with blanks', { accountId: ' 111122223333 ' }, '111122223333'],
    ['the account of the ARN', { arn: 'arn:aws:iam::111122223333:user/a' }, '111122223333'],
    ['the account of an ARN with a blank', { arn: 'arn:aws:sts:: 111122223333:assumed-role/R/s' }, '111122223333'],
    ['no account of a service', { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' }, null],
    ['no account of an anonymous call', { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' }, null],
    ['no account of an empty identity', { accountId: '', arn: '' }, null],
  ])('has %s', (_, userIdentity, account) => {
    expect(row({ userIdentity }).account_id).toBe(account);
  });

  test('has no access key where it is empty', () => {
    expect(row({ userIdentity: { ...s3Identity, accessKeyId: '' } }).access_key_id).toBeNull();
  });

  test('has its role from the assumed-role ARN when the session issuer is missing or empty', () => {
    for (const sessionContext of [undefined, {}, { sessionIssuer: {} }, { attributes: {} }]) {
      expect(row({ userIdentity: { ...s3Identity, sessionContext } })).toMatchObject({
        principal_role: 'FleetRole',
        principal_role_arn: null,
        role_session_name: 'i-0aaa',
      });
    }
  });

  test('has its role by name, path left out', () => {
    const sessionIssuer = { type: 'Role', arn: 'arn:aws:iam::111122223333:role/a/b/R' };
    expect(row({ userIdentity: { ...s3Identity, sessionContext: { sessionIssuer } } }).principal_role).toBe('R');
    const named = { ...sessionIssuer, userName: 'a/b/Named' };
    expect(row({ userIdentity: { ...s3Identity, sessionContext: { sessionIssuer: named } } }).principal_role).toBe('Named');
  });

  test('has its session name from the principal id where the ARN was taken out', () => {
    expect(row({ userIdentity: { type: 'AssumedRole', principalId: 'AROA:AppStream2.0' } })).toMatchObject({
      role_session_name: 'AppStream2.0',
      principal_role: null,
    });
  });

  test('has no role when it is a user, also one with a session', () => {
    const sessionContext = { sessionIssuer: {}, attributes: {} };
    const userIdentity = { type: 'IAMUser', principalId: 'AIDA:x', arn: 'arn:aws:iam::1:user/u', userName: 'u', sessionContext };
    expect(row({ userIdentity })).toMatchObject({
      principal_role: null,
      principal_role_arn: null,
      role_session_name: null,
      principal_name: 'u',
    });
  });

  test('has source identity and invoking service', () => {
    const sessionContext = { ...(s3Identity['sessionContext'] as Json), sourceIdentity: 'anna' };
    expect(row({ userIdentity: { ...s3Identity, sessionContext, invokedBy: 'AWS Internal' } })).toMatchObject({
      source_identity: 'anna',
      invoked_by: 'AWS Internal',
    });
  });
});

describe('the rest', () => {
  test.each([
    ['10.0.1.25', '10.0.1.25', 'private'],
    ['198.51.100.7', '198.51.100.7', 'public'],
    ['2001:DB8:0:0::1', '2001:db8::1', 'ipv6'],
    ['cloudtrail.amazonaws.com', 'cloudtrail.amazonaws.com', 'service'],
    ['AWS Internal', 'AWS Internal', 'internal'],
    ['10.0.0.1, 10.0.0.2', '10.0.0.1, 10.0.0.2', 'none'],
    ['-', null, 'none'],
    ['', null, 'none'],
    [undefined, null, 'none'],
    [7, null, 'none'],
  ])('address %p', (sourceIPAddress, text, kind) => {
    for (let again = 0; again < 2; again++)
      expect(row({ sourceIPAddress })).toMatchObject({ source_address: text, source_address_kind: kind });
  });

  test('a correction names the event it supersedes', () => {
    const addendum = { reason: 'UPDATED_DATA', updatedFields: 'x', originalRequestID: 'r', originalEventID: 'event-0' };
    expect(row({ addendum })).toMatchObject({ corrects_event_id: 'event-0', correction_reason: 'UPDATED_DATA' });
  });

  test('the owner of the bucket comes before the owners of other resources', () => {
    const resources = [
      { type: 'AWS::KMS::Key', accountId: '999999999999', ARN: 'arn:aws:kms:x:999999999999:key/1' },
      ...(s3Record()['resources'] as Json[]),
    ];
    expect(row({ resources }).resource_account_id).toBe('444455556666');
    expect(row({ resources: [{ ARN: 'arn:aws:iam::777788889999:role/R', type: 'AWS::IAM::Role' }] }).resource_account_id).toBe(
      '777788889999',
    );
  });

  test('error, shared id and correction are null when they are empty', () => {
    expect(row({ errorCode: '', sharedEventID: '', addendum: {} })).toMatchObject({
      error_code: null,
      shared_event_id: null,
      corrects_event_id: null,
    });
    expect(row({ errorCode: 'AccessDenied', sharedEventID: 's' })).toMatchObject({ error_code: 'AccessDenied', shared_event_id: 's' });
  });
});
