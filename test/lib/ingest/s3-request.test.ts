import { describe, expect, test } from '@jest/globals';
import { bucketName, readCopySource } from '../../../lib/ingest/s3-request.ts';
import { eventOf } from './cloudtrail-fixtures.ts';

describe('the source of a copy', () => {
  const KEY = 'reports/Q1 plan (final).xlsx';
  const POINT = 'arn:aws:s3:eu-west-1:123456789012:accesspoint/team-ap';
  const OUTPOST = 'arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/ap';

  test.each([
    ['/b/reports/Q1%20plan%20%28final%29.xlsx', 'b', KEY, null],
    ['b/reports/Q1+plan+(final).xlsx', 'b', KEY, null],
    ['b%2Freports%2FQ1%20plan%20%28final%29.xlsx', 'b', KEY, null],
    ['%2Fb%2Freports%2FQ1%20plan%20(final).xlsx?versionId=v%2F1', 'b', KEY, 'v/1'],
    [`${POINT}/object/reports/Q1%20plan%20%28final%29.xlsx`, POINT, KEY, null],
    [`${encodeURIComponent(POINT)}/object/a/object/b`, POINT, 'a/object/b', null],
    [`${OUTPOST}/object/k`, OUTPOST, 'k', null],
    ['b/m%C3%BCsli.txt?versionId=abc', 'b', 'müsli.txt', 'abc'],
    ['b/100%', 'b', '100%', null],
    ['b/a%2Bb', 'b', 'a+b', null],
    ['b/what%3FversionId=1', 'b', 'what?versionId=1', null],
    ['b', null, null, null],
    ['b/', null, null, null],
  ])('%s', (header, bucket, key, versionId) => {
    expect(readCopySource(header)).toEqual({ bucket, key, versionId });
  });
});

test.each([
  ['b', 'other', 'b'],
  [null, 'b', 'b'],
  ['arn:aws:s3:eu-west-1:1:accesspoint/ap', 'b', 'b'],
  ['team-ap-hrz-s3alias', 'b', 'b'],
  ['HIDDEN_DUE_TO_SECURITY_REASONS', 'b', 'b'],
  ['arn:aws:s3-object-lambda:eu-west-1:1:accesspoint/ol-ap', null, 'ol-ap'],
  ['team-ap-hrz-s3alias', null, 'team-ap-hrz-s3alias'],
])('a bucket called %s, with %s among the resources, is %s', (requested, owned, name) => {
  expect(bucketName(requested, owned)).toBe(name);
});

describe('an S3 call', () => {
  const call = (eventName: string, request: object, response: object | null = null) =>
    eventOf({ eventName, requestParameters: { bucketName: 'b', ...request }, responseElements: response });

  test('keeps the prefix of a listing only', () => {
    expect(call('ListObjects', { prefix: 'hr/' }).list_prefix).toBe('hr/');
    expect(call('ListObjects', { prefix: '' }).list_prefix).toBeNull();
    expect(call('GetObject', { prefix: 'hr/' }).list_prefix).toBeNull();
  });

  test('tells a removed version from a delete marker, and neither where nothing tells', () => {
    expect(call('DeleteObject', { key: 'k', versionId: 'v' })).toMatchObject({ delete_effect: 'version', version_id: 'v' });
    const marked = call('DeleteObject', { key: 'k' }, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'm' });
    expect(marked).toMatchObject({ delete_effect: 'marker', version_id: 'm' });
    expect(call('DeleteObject', { key: 'k' })).toMatchObject({ delete_effect: null, version_id: null });
  });

  test('keeps ACL, grants and encryption', () => {
    expect(call('PutObject', { 'x-amz-acl': 'public-read' }).acl).toBe('public-read');
    expect(call('PutObject', { 'x-amz-grant-read': 'uri=x' }).acl).toBe('x-amz-grant-read');
    expect(call('PutObject', { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }).encryption).toBe('SSE-C');
    const kms = { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': 'arn:k' };
    expect(call('PutObject', kms)).toMatchObject({ encryption: 'aws:kms', kms_key_id: 'arn:k' });
  });
});
