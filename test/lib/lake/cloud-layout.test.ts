import { describe, expect, test } from '@jest/globals';
import {
  claimKey,
  inputId,
  inputRecordKey,
  inputRecordPrefix,
  isShortened,
  landingKey,
  ledgerKey,
  locationOf,
  parseLandingKey,
  rawKey,
  sweepKey,
} from '../../../lib/lake/cloud-layout.ts';

const source = { bucket: 'trail', key: 'AWSLogs/1 + ü/a.json.gz', etag: '0cc175b9c0f1b6a831c399e269772661' };

describe('keys of the central bucket', () => {
  test('hold the key of the source as it is', () => {
    expect(rawKey(source, 'ab')).toBe('raw/trail/AWSLogs/1 + ü/a.json.gz/ab');
    expect(claimKey(source)).toBe(`control/claims/trail/AWSLogs/1 + ü/a.json.gz/${source.etag}.json`);
    expect(inputRecordKey(source)).toBe(`control/inputs/trail/AWSLogs/1 + ü/a.json.gz/${source.etag}.json`);
    expect(locationOf(source)).toBe('s3://trail/AWSLogs/1 + ü/a.json.gz');
  });

  test('begin with the prefix under which reconcile lists them', () => {
    expect(inputRecordKey(source).startsWith(inputRecordPrefix('trail', 'AWSLogs/1 + ü/'))).toBe(true);
    expect(isShortened(source)).toBe(false);
  });

  test('hold a digest of a source key that would make them too long, counted in bytes of UTF-8', () => {
    const long = { ...source, key: 'ü'.repeat(480) };
    expect(inputRecordKey(long)).toMatch(/^control\/inputs\/trail\/[0-9a-f]{64}\/0cc175b9c0f1b6a831c399e269772661\.json$/);
    expect(isShortened(long)).toBe(true);
    expect(inputRecordKey({ ...source, key: 'u'.repeat(480) })).toContain('u'.repeat(480));
    expect(inputRecordKey({ ...long, key: `${'ü'.repeat(479)}uu` })).not.toBe(inputRecordKey(long));
  });

  test('make no folders of an ETag that is no hash', () => {
    expect(inputRecordKey({ ...source, etag: 'a/b' })).toMatch(/\/[0-9a-f]{64}\.json$/);
    expect(inputRecordKey({ ...source, etag: `${source.etag}-12` })).toContain(`/${source.etag}-12.json`);
  });

  test('of a sweep say where it was taken', () => {
    expect(sweepKey('111122223333', 'eu-west-1', '2026-03-02T10:05:00Z')).toBe(
      'raw/describe-sessions/111122223333/eu-west-1/2026-03-02T10:05:00Z.jsonl',
    );
  });
});

describe('the id of an input', () => {
  test('differs by bucket, key and ETag', () => {
    const ids = [source, { ...source, bucket: 'other' }, { ...source, key: 'b' }, { ...source, etag: 'e' }].map(inputId);
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(inputId({ ...source })).toBe(ids[0]);
  });
});

describe('a landing key', () => {
  test('says its table, day, input and rows', () => {
    const key = landingKey('events', '2026-03-02', inputId(source), 1234);
    expect(key).toBe(`events/dt=2026-03-02/${inputId(source)}-1234.parquet`);
    expect(parseLandingKey(key)).toEqual({ table: 'events', dt: '2026-03-02', inputId: inputId(source), rows: 1234 });
  });

  test.each([
    ledgerKey('inputs', '2026-03-02', inputId(source)),
    'events/dt=2026-03-02/',
    'raw/trail/a-1.parquet',
    'events/dt=2026-03-02/x-1.parquet',
  ])('is not %s', (key) => {
    expect(parseLandingKey(key)).toBeNull();
  });
});
