import { describe, expect, test } from '@jest/globals';
import { readNotice, writeNotice } from '../../../lib/cloud/notice.ts';

const eventBridge = (more: object = {}, object: object = {}) =>
  JSON.stringify({
    version: '0',
    source: 'aws.s3',
    'detail-type': 'Object Created',
    account: '111122223333',
    region: 'eu-west-1',
    detail: { bucket: { name: 'trail' }, object: { key: 'a b+c%20ä.json.gz', size: 5, etag: 'e1', 'version-id': 'v1', ...object } },
    ...more,
  });

const notification = (...records: object[]) => JSON.stringify({ Records: records });
const record = (key: string, more: object = {}) => ({
  eventSource: 'aws:s3',
  eventName: 'ObjectCreated:Put',
  s3: { bucket: { name: 'trail' }, object: { key, size: 5, eTag: 'e1', versionId: 'v1' } },
  ...more,
});

const OBJECT = { bucket: 'trail', key: 'a b+c%20ä.json.gz', etag: 'e1', versionId: 'v1', sizeBytes: 5 };

describe('a message names objects', () => {
  test('as an event of EventBridge, whose key is as it is', () => {
    expect(readNotice(eventBridge())).toEqual([OBJECT]);
  });

  test('as a notification of S3, whose key is URL-encoded', () => {
    expect(readNotice(notification(record('a+b%2Bc%2520%C3%A4.json.gz')))).toEqual([OBJECT]);
    expect(readNotice(notification(record('a'), record('b'))).map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('by way of a topic, and of another', () => {
    const once = JSON.stringify({ Type: 'Notification', Message: eventBridge() });
    expect(readNotice(JSON.stringify({ Type: 'Notification', Message: once }))).toEqual([OBJECT]);
  });

  test("as CloudTrail's own notice", () => {
    const notice = JSON.stringify({ s3Bucket: 'trail', s3ObjectKey: ['a', 'b'] });
    expect(readNotice(notice)).toEqual(['a', 'b'].map((key) => ({ bucket: 'trail', key, etag: null, versionId: null, sizeBytes: null })));
  });

  test('as one of our own', () => {
    expect(readNotice(writeNotice({ bucket: 'trail', key: 'a b+ä', etag: 'e1' }))).toMatchObject([{ key: 'a b+ä', etag: 'e1' }]);
    expect(readNotice('{"bucket":"trail","key":"a"}')).toMatchObject([{ bucket: 'trail', key: 'a', etag: null, versionId: null }]);
  });

  test('without the quotes of an ETag, and without the version of a bucket that has none', () => {
    expect(readNotice(eventBridge({}, { etag: '"e1"', 'version-id': 'null' }))).toMatchObject([{ etag: 'e1', versionId: null }]);
  });

  test('that were restored from an archive', () => {
    expect(readNotice(eventBridge({ 'detail-type': 'Object Restore Completed' }))).toEqual([OBJECT]);
  });
});

describe('a message names none', () => {
  test.each([
    ['S3 tries a notification out', '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"trail"}'],
    ['an object was removed', eventBridge({ 'detail-type': 'Object Deleted' })],
    ['an object was removed, as S3 says it', notification(record('a', { eventName: 'ObjectRemoved:Delete' }))],
  ])('when %s', (_, body) => {
    expect(readNotice(body)).toEqual([]);
  });
});

describe('a message that cannot be understood', () => {
  test.each([
    ['no JSON', 'secret'],
    ['no object', '"secret"'],
    ['something else', '{"secret":1}'],
    ['no key', '{"bucket":"secret"}'],
    ['an event of another service', eventBridge({ source: 'aws.secret' })],
    ['a record of another service', '{"Records":[{"dynamodb":"secret"}]}'],
    ['a key with half an escape', notification(record('secret%E4%'))],
  ])('(%s) is refused, and not quoted', (_, body) => {
    expect(() => readNotice(body)).toThrow(/^(?!.*secret).*; send an EventBridge "Object Created" event/);
  });
});
