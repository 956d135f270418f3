/** One record as a row: every column, its times, its counts. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dtOf, whyMalformed } from '../../../lib/ingest/cloudtrail-event.ts';
import { DAY_MS, formatDt, parseTime } from '../../../lib/time.ts';
import { type EventRow, events } from '../../../schemas/events-table.ts';
import { storedColumns } from '../../../schemas/table.ts';
import { type Json, eventOf as row, s3Record } from './cloudtrail-fixtures.ts';

describe('a record', () => {
  test('becomes a row with exactly the columns of the table, in order', () => {
    expect(Object.keys(row())).toEqual(storedColumns(events));
  });

  test('is taken over column by column', () => {
    expect(row()).toEqual({
      event_id: 'event-1',
      event_time_ms: Date.UTC(2026, 2, 2, 10, 15, 30),
      join_time_ms: Date.UTC(2026, 2, 2, 10, 15, 30),
      refused_start_ms: null,
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
      on_behalf_of_user_id: null,
      identity_store_arn: null,
      credential_id: null,
      in_scope_type: null,
      in_scope_resource: null,
      ec2_role_delivery: null,
      invoked_by: null,
      bucket: 'analytics',
      object_key: 'a/b.csv',
      copy_source: null,
      copy_source_bucket: null,
      copy_source_key: null,
      copy_source_version_id: null,
      access_point: null,
      list_prefix: null,
      version_id: null,
      delete_effect: null,
      acl: null,
      encryption: null,
      kms_key_id: null,
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
      corrects_request_id: null,
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
        const wrong = Object.entries(events.columns).filter(([name, column]) => {
          if (column.type === 'timestamp') return false;
          const cell = written[name as keyof EventRow];
          if (cell === null) return 'required' in column;
          if (typeof cell === 'number' && !Number.isSafeInteger(cell)) return true;
          return cell === '' || typeof cell !== { text: 'string', bigint: 'number', boolean: 'boolean' }[column.type];
        });
        expect(wrong.map(([name]) => [name, written[name as keyof EventRow]])).toEqual([]);
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
        const reason = whyMalformed(s3Record({ eventTime }))?.split(':')[0] ?? null;
        const isPossible = expected !== null && ['2024', '2026'].includes(eventTime.slice(0, 4));
        expect(reason).toBe(expected === null ? 'impossible eventTime' : isPossible ? null : 'time_out_of_range');
        if (isPossible) expect(row({ eventTime }).event_time_ms).toBe(expected.ms);
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
  const HOUR = 3_600_000;
  const QUARTER = 900_000;
  test.each<[unknown, number]>([
    [end - 41, end - 41],
    [String(end - 41), end - 41],
    [`${end - 41}.0`, end - 41],
    [end, end],
    [end + 999, end + 999],
    [end - HOUR, end - HOUR],
  ])('take startTime %p as the time to join at, known to the millisecond', (startTime, joinTime) => {
    expect(row({ additionalEventData: { startTime } })).toMatchObject({
      event_time_ms: end,
      join_time_ms: joinTime,
      refused_start_ms: null,
      time_precision: 'ms',
    });
  });

  test.each([end + 1000, end - HOUR - 1, end - 6 * DAY_MS, end + 6 * DAY_MS, Date.UTC(2006, 0, 1)])(
    'do not believe startTime %p, which is after the completion or too long before it, and keep it',
    (startTime) => {
      for (const written of [startTime, String(startTime)]) {
        expect(row({ additionalEventData: { startTime: written } })).toMatchObject({
          join_time_ms: end,
          refused_start_ms: startTime,
          time_precision: 's',
        });
      }
    },
  );

  test.each<[string, string, number]>([
    ['s3.amazonaws.com', 'PutObject', HOUR],
    ['s3.amazonaws.com', 'CompleteMultipartUpload', HOUR],
    ['s3express.amazonaws.com', 'UploadPart', HOUR],
    ['s3-object-lambda.amazonaws.com', 'WriteGetObjectResponse', HOUR],
    ['s3.amazonaws.com', 'HeadObject', QUARTER],
    ['s3.amazonaws.com', 'CreateMultipartUpload', QUARTER],
    ['s3.amazonaws.com', 'ListObjects', QUARTER],
    ['kms.amazonaws.com', 'Decrypt', QUARTER],
    ['dynamodb.amazonaws.com', 'GetObject', QUARTER],
  ])('let %s %s have begun so long before its completion and no longer', (eventSource, eventName, longest) => {
    const begun = (startTime: number) => row({ eventSource, eventName, additionalEventData: { startTime } });
    expect(begun(end - longest)).toMatchObject({ join_time_ms: end - longest, refused_start_ms: null, time_precision: 'ms' });
    expect(begun(end - longest - 1)).toMatchObject({ join_time_ms: end, refused_start_ms: end - longest - 1, time_precision: 's' });
  });

  test('that know their millisecond refuse a start in the next one', () => {
    const begun = (startTime: number) => row({ eventTime: '2026-03-02T10:15:30.250Z', additionalEventData: { startTime } });
    expect(begun(end + 250)).toMatchObject({ join_time_ms: end + 250, refused_start_ms: null });
    expect(begun(end + 251)).toMatchObject({ join_time_ms: end + 250, refused_start_ms: end + 251, time_precision: 'ms' });
  });

  test.each([end / 1000, end * 1000, Date.UTC(2006, 0, 1) - 1, end + DAY_MS + 0.5, 0, -1, 'soon', '2026-03-02T10:15:29Z', null, {}, [end]])(
    'do not take startTime %p, which is no time',
    (startTime) => {
      expect(row({ additionalEventData: { startTime } })).toMatchObject({ join_time_ms: end, refused_start_ms: null, time_precision: 's' });
    },
  );

  test('in a leap second are of the second and the day before it', () => {
    const last = Date.UTC(2026, 11, 31, 23, 59, 59);
    const leap = row({ eventTime: '2026-12-31T23:59:60Z' });
    expect(leap).toMatchObject({ event_time_ms: last, join_time_ms: last, time_precision: 's' });
    expect(dtOf(leap.event_time_ms)).toBe('2026-12-31');
    expect(row({ eventTime: '2026-12-31T23:59:60.250Z' })).toMatchObject({ event_time_ms: last + 999, time_precision: 'ms' });
  });

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
