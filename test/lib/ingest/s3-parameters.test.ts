/** What is kept of calls on S3 for findings, in the forms that CloudTrail writes it, and nothing else. */
import { describe, expect, test } from '@jest/globals';
import { readS3Parameters } from '../../../lib/ingest/s3-parameters.ts';

const ACCOUNT = '111122223333';
const of = (eventName: string, parameters: unknown, readOnly = false) =>
  readS3Parameters(parameters, { event_name: eventName, account_id: ACCOUNT, read_only: readOnly });
const key = (account: string) => `arn:aws:kms:eu-west-1:${account}:key/1`;
const grants = (Grant: unknown) => ({ AccessControlPolicy: { AccessControlList: { Grant } } });
const ALL = 'http://acs.amazonaws.com/groups/global/AllUsers';

describe('parameters of a call on S3', () => {
  test.each<[string, unknown, readonly (readonly [string, string])[]]>([
    ['PutObject', { bucketName: 'b', key: 'k', 'x-amz-acl': 'private' }, []],
    ['PutObject', 'not an object', []],
    [
      'CopyObject',
      { 'x-amz-server-side-encryption-customer-algorithm': ['AES256'] },
      [['x-amz-server-side-encryption-customer-algorithm', 'AES256']],
    ],
    ['PutObject', { 'x-amz-server-side-encryption-aws-kms-key-id': key(ACCOUNT) }, []],
    ['PutObject', { 'x-amz-server-side-encryption-aws-kms-key-id': 'alias/of-ours' }, []],
    [
      'PutObject',
      { 'x-amz-server-side-encryption-aws-kms-key-id': key('999988887777') },
      [
        ['kmsKey', key('999988887777')],
        ['kmsKeyAccount', '999988887777'],
      ],
    ],
    [
      'PutBucketEncryption',
      {
        ServerSideEncryptionConfiguration: {
          Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key('999988887777') } },
        },
      },
      [
        ['kmsKey', key('999988887777')],
        ['kmsKeyAccount', '999988887777'],
      ],
    ],
    ['PutBucketAcl', { 'x-amz-acl': ['public-read-write'] }, [['publicAcl', 'public-read-write']]],
    ['PutObjectAcl', grants({ Grantee: { URI: ALL }, Permission: 'FULL_CONTROL' }), [['publicAcl', 'FULL_CONTROL to AllUsers']]],
    ['PutObjectAcl', grants([{ Grantee: { ID: 'x' }, Permission: 'READ' }]), []],
    ['PutBucketPolicy', { bucketPolicy: { Statement: { Effect: 'Allow', Principal: '*' } } }, [['publicPolicy', 'true']]],
    ['PutBucketPolicy', { bucketPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Condition: { Bool: {} } }] } }, []],
    ['DeleteObject', { versionId: 'v1' }, [['versionId', 'v1']]],
    ['PutObjectTagging', { versionId: 'v1' }, []],
  ])('%s with %j', (name, parameters, expected) => {
    expect(of(name, parameters)).toEqual(expected);
  });

  test('of reads are none', () => {
    expect(of('GetObject', { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }, true)).toEqual([]);
  });
});
