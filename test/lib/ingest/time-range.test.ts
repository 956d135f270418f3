/** Times that cannot be true are set aside by every reader: S3 is of 2006, and nobody logs the day after tomorrow. */
import { describe, expect, test } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../../lib/ingest/reader.ts';
import { readSnapshots } from '../../../lib/ingest/snapshot-reader.ts';
import { limitsAt } from '../../../lib/ingest/time-range.ts';
import { ids, read as readLog, s3Record } from './cloudtrail-fixtures.ts';
import { contextFor, inPieces, readAll } from './read-text.ts';
import { csv, NAMED, ROW, read as readReport } from './report-fixtures.ts';

const NOW_MS = Date.parse('2026-03-03T12:00:00Z');
const LIMITS = limitsAt(NOW_MS);
const reasonOf = (what: string) => `time_out_of_range: ${what} is not between 2006-01-01T00:00:00Z and 2026-03-05T12:00:00Z`;

const IMPOSSIBLE = ['1970-01-01T00:00:00Z', '2005-12-31T23:59:59Z', '2026-03-05T12:00:01Z', '9999-12-31T23:59:59Z'];
const POSSIBLE = ['2006-01-01T00:00:00Z', '2026-03-02T10:00:00Z', '2026-03-05T12:00:00Z'];

describe('a record of CloudTrail', () => {
  const log = (eventTime: string) =>
    readLog(JSON.stringify({ Records: [s3Record({ eventID: 'odd', eventTime }), s3Record({ eventID: 'beside' })] }), { limits: LIMITS });

  test.each(IMPOSSIBLE)('of %s is set aside and counted', async (eventTime) => {
    const { recordsRead, kept, malformed, notRecords, rejected, rows } = await log(eventTime);
    expect({ recordsRead, kept, malformed, notRecords }).toEqual({ recordsRead: 2, kept: 1, malformed: 1, notRecords: 0 });
    expect(rejected).toEqual([{ index: 0, reason: reasonOf('eventTime') }]);
    expect(rows.events.map(({ row }) => row.event_id)).toEqual(['beside']);
  });

  test.each(POSSIBLE)('of %s is kept', async (eventTime) => {
    expect(ids(await log(eventTime))).toEqual(['odd', 'beside']);
  });

  test('that is a sign-in is set aside with its logon', async () => {
    const login = { eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Success' } };
    const at = async (eventTime: string) =>
      (await readLog(JSON.stringify({ Records: [s3Record({ ...login, eventTime })] }), { limits: LIMITS })).rows.logons.length;
    expect([await at('9999-01-01T00:00:00Z'), await at('2026-03-02T10:00:00Z')]).toEqual([0, 1]);
  });
});

describe('a row of a report', () => {
  const report = (times: Readonly<Record<string, string>>) => readReport(csv([{ ...ROW, ...times }, ROW]), NAMED, LIMITS);

  test.each([
    ['session_start_time', '1970-01-01T00:00:00Z'],
    ['session_start_time', '9999-01-01T00:00:00Z'],
    ['session_end_time', '2026-03-05T12:00:01Z'],
    ['session_end_time', '9999-01-01T00:00:00Z'],
  ])('with %s %s is set aside and counted', async (column, time) => {
    const { outcome } = await report({ [column]: time });
    expect(outcome).toMatchObject({ recordsRead: 2, kept: 1, malformed: 1, rejected: [{ index: 2, reason: reasonOf(column) }] });
  });

  test('within the bounds is kept', async () => {
    const { outcome } = await report({ session_start_time: '2006-01-01T00:00:00Z', session_end_time: '2026-03-05T12:00:00Z' });
    expect(outcome).toMatchObject({ kept: 2, malformed: 0 });
  });

  test.each(['1970-01-01', '9999-12-31'])('is not read when the name of the report has the day %s, which would speak last', async (day) => {
    const { outcome, rows } = await readReport(csv([ROW]), `/cases/daily-session-report-${day}.csv`, LIMITS);
    expect(rows.sessions).toEqual([]);
    expect(outcome).toMatchObject({ recordsRead: 0, problem: expect.stringContaining(reasonOf(`the day in the name, ${day},`)) });
  });
});

describe('a sweep', () => {
  const session = { Id: 's', UserId: 'ann', AuthenticationType: 'SAML', InstanceId: 'i-1' };
  const sweep = async (time: string, StartTime: string) => {
    const page = {
      time,
      account: '111122223333',
      region: 'eu-west-1',
      fleets: ['f'],
      complete: true,
      Sessions: [{ ...session, StartTime }],
    };
    return readAll(readSnapshots, inPieces(`${JSON.stringify(page)}\n`), contextFor('/cases/sweeps.jsonl', LIMITS));
  };

  test.each(IMPOSSIBLE)('of %s is set aside with its sessions', async (time) => {
    const { outcome, rows } = await sweep(time, '2026-03-02T10:00:00Z');
    expect(outcome).toMatchObject({ recordsRead: 1, kept: 0, rejected: [{ index: 1, reason: reasonOf('time') }] });
    expect([rows.snapshots, rows.sessions]).toEqual([[], []]);
  });

  test.each(IMPOSSIBLE)('that lists a session of %s sets the session aside, and proves no absence', async (start) => {
    const { outcome, rows } = await sweep('2026-03-02T10:05:00Z', start);
    expect(outcome).toMatchObject({
      recordsRead: 2,
      kept: 1,
      rejected: [{ index: 1, reason: `session 1 of the page: ${reasonOf('StartTime')}` }],
    });
    expect(rows.snapshots[0]?.row.complete).toBe(false);
  });

  test.each(POSSIBLE)('of %s with a session of that time is kept', async (time) => {
    expect((await sweep(time, time)).outcome).toMatchObject({ kept: 2, malformed: 0 });
  });
});

test('without a clock, times up to 2100 are taken', async () => {
  const at = async (eventTime: string) =>
    (await readLog(JSON.stringify({ Records: [s3Record({ eventTime })] }), { limits: DEFAULT_LIMITS })).kept;
  expect([await at('2099-12-31T00:00:00Z'), await at('2100-01-02T00:00:00Z')]).toEqual([1, 0]);
});
