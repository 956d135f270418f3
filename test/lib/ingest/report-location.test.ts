import { describe, expect, test } from '@jest/globals';
import { readReportLocation } from '../../../lib/ingest/report-location.ts';

const BUCKET = 'appstream-logs-eu-west-1-111122223333-sik1hnxe';
const KEY = 'sessions/schedule=DAILY/year=2026/month=03/day=02/daily-session-report-2026-03-02.csv';

describe('a report location', () => {
  test('names day, account and region in a bucket', () => {
    expect(readReportLocation(`s3://${BUCKET}/${KEY}`)).toEqual({
      reportDay: '2026-03-02',
      accountId: '111122223333',
      region: 'eu-west-1',
    });
  });

  test.each([
    ['us-gov-west-1', `/x/appstream-logs-us-gov-west-1-111122223333-abc/${KEY}`],
    ['ap-southeast-2', `/x/appstream-logs-ap-southeast-2-111122223333/${KEY}`],
    ['us-isob-east-1', `C:/x/appstream-logs-us-isob-east-1-111122223333-a-b/loose.csv`],
  ])('names the region %s, dashes and all', (region, location) => {
    expect(readReportLocation(location)).toMatchObject({ region, accountId: '111122223333' });
  });

  test.each([
    ['appstream-logs-us-west-2-1234567890123-abcdefg', '13 digits'],
    ['appstream-logs-us-west-2-11112222333-abcdefg', '11 digits'],
    ['my-appstream-logs-us-west-2-111122223333-abcdefg', 'another name'],
    ['appstream-logs', 'no parts'],
  ])('%s names no account (%s)', (folder) => {
    expect(readReportLocation(`/x/${folder}/a.csv`)).toMatchObject({ accountId: null, region: null });
  });

  test('takes the innermost of two buckets', () => {
    const location = `/x/appstream-logs-us-west-2-444455556666-abc/copy/${BUCKET}/${KEY}`;
    expect(readReportLocation(location)).toMatchObject({ accountId: '111122223333', region: 'eu-west-1' });
  });

  test.each([
    ['/x/daily-session-report-2026-03-02.csv', '2026-03-02'],
    ['daily-session-report-2026-03-02.csv', '2026-03-02'],
    ['/x/daily-app-report-2026-03-02.csv', '2026-03-02'],
    ['/x/daily-session-report-2026-03-02 (1).csv', '2026-03-02'],
    ['/x/daily-session-report-2026-03-02.csv.gz', '2026-03-02'],
    ['/x/year=2026/month=03/day=02/anything.csv', '2026-03-02'],
    ['/x/year=2026/month=03/day=01/daily-session-report-2026-03-02.csv', '2026-03-02'],
    ['/x/year=2026/month=03/day=02/daily-session-report-2026-02-30.csv', '2026-03-02'],
    ['/x/daily-session-report-2026-13-02.csv', null],
    ['/x/daily-session-report-2026-03-021.csv', null],
    ['/x/2026-03-02/sessions.csv', null],
    ['/x/daily-session-report-2026-03-02/sessions.csv', null],
  ])('%s is about %s', (location, day) => {
    expect(readReportLocation(location).reportDay).toBe(day);
  });
});
