/** What a record says was done: to which object, by what kind of call, as whom. */
import { describe, expect, test } from '@jest/globals';
import { type Json, eventOf as row, s3Record } from './cloudtrail-fixtures.ts';

const s3Identity = s3Record()['userIdentity'] as Json;

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
