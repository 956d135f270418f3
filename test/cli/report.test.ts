import { describe, expect, test } from '@jest/globals';
import { type ReportFlags, reportRequest } from '../../cli/report.ts';
import { cli } from './fake-io.ts';

const NOW = Date.parse('2026-03-10T03:00:00Z');
const flags = (more: Partial<ReportFlags> = {}): ReportFlags => ({ out: 'r.html', rows: 50_000, maxMb: 5, ...more });

describe('report', () => {
  test.each([
    [['--user', 'a', '--session', 'b'], 'a report is about one thing, and --user and --session were given; make a report for each'],
    [['--key', 'a'], '--key needs --bucket; give the bucket that the object is in'],
    [['--user', ''], '--user is empty'],
    [['--from', '2026-03-02', '--to', '2026-03-01'], 'the window from 2026-03-02 to 2026-03-01 is empty'],
    [['--from', 'yesterday'], '--from "yesterday" is not a time'],
    [['--redact', 'users,names'], 'There is no kind "names": give users, addresses, keys, buckets, accounts or all.'],
    [['--rows', '1000001'], 'More than 1,000,000 rows are for query and export.'],
    [['--rows', '0'], 'Not a number above 0.'],
  ])('refuses %j before a lake is opened', async (given, message) => {
    const { code, err } = await cli(['report', '--lake', 'none', '--out', 'r.html', ...given]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('needs to be told where to write', async () => {
    const { code, err } = await cli(['report', '--lake', 'none']);
    expect([code, err]).toEqual([2, expect.stringContaining("required option '--out <file>' not specified")]);
  });

  test('takes a date as an end with its day, a time as an end without it', () => {
    const window = (to: string) => reportRequest(flags({ from: '-2d', to }), NOW);
    expect(window('2026-03-09')).toMatchObject({ fromMs: NOW - 2 * 86_400_000, toMs: Date.parse('2026-03-10T00:00:00Z') });
    expect(window('2026-03-09T12:00:00Z').toMs).toBe(Date.parse('2026-03-09T12:00:00Z'));
  });

  test('counts spans back from the time that it is made at', () => {
    expect(reportRequest(flags({ from: '-1d', asOf: '2026-03-05' }), NOW).fromMs).toBe(Date.parse('2026-03-04T00:00:00Z'));
  });

  test('says the command that makes it again, whatever the clock says then', () => {
    const first = reportRequest(flags({ user: "o'neil", from: '-2d', rows: 10, redact: ['users'], tz: 'Europe/Berlin' }), NOW);
    expect(first.command).toEqual([
      ...['--out', 'report.html', '--user', "o'neil", '--from', '2026-03-08T03:00:00Z', '--as-of', '2026-03-10T03:00:00Z'],
      ...['--rows', '10', '--redact', 'users', '--tz', 'Europe/Berlin'],
    ]);
    const again = reportRequest(
      flags({
        user: "o'neil",
        from: '2026-03-08T03:00:00Z',
        asOf: '2026-03-10T03:00:00Z',
        rows: 10,
        redact: ['users'],
        tz: 'Europe/Berlin',
      }),
      NOW + 1e9,
    );
    expect(again).toEqual(first);
  });
});
