/** Usage reports as AppStream writes them: what each row becomes. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readUsageReport } from '../../../lib/ingest/usage-report-reader.ts';
import { storedColumns } from '../../../schemas/table.ts';
import { tableNamed } from '../../../schemas/tables.ts';
import { reportedSession } from '../../helpers/rows.ts';
import { contextFor, INGESTED_MS, inPieces, MODIFIED_MS, readAll } from './read-text.ts';
import { COLUMNS, csv, LOOSE, NAMED, ROW, read, rowWith } from './report-fixtures.ts';

describe('a sessions report', () => {
  test('gives every column of a row', async () => {
    const { outcome, rows } = await read(csv([ROW]));
    expect(rows.sessions).toEqual([
      {
        dt: '2026-03-02',
        row: reportedSession({
          session_id: '0b7d1391-4805-4da6-a498-76f5e6746016',
          user_id: 'Ann@Example.com',
          user_arn: 'arn:aws:appstream:eu-west-1:111122223333:user/federated/ann@example.com',
          fleet_name: 'Analytics',
          stack_name: 'AnalyticsStack',
          instance_type: 'stream.standard.large',
          instance_id: 'i-0123456789abcdef0',
          session_start_ms: Date.UTC(2026, 2, 2, 8, 0, 1),
          session_end_ms: Date.UTC(2026, 2, 2, 16, 30),
          client_addresses: ['203.0.113.7', '2001:db8::1'],
          clipboard_from_device: true,
          clipboard_to_device: false,
          file_upload: true,
          file_download: false,
          printing: false,
          google_drive: false,
          one_drive: true,
          max_session_seconds: 57600,
          session_type: 'ALWAYS_ON',
          source_modified_ms: MODIFIED_MS,
          record_sha256: createHash('sha256')
            .update(JSON.stringify(COLUMNS.map((name) => ROW[name])))
            .digest('hex'),
          source_file: NAMED,
          source_index: 2,
          ingested_at_ms: INGESTED_MS,
        }),
      },
    ]);
    expect(Object.keys(rows.sessions[0]?.row ?? {})).toEqual(storedColumns(tableNamed('sessions')));
    expect(outcome).toEqual({
      content: 'sessions_report',
      recordsRead: 1,
      kept: 1,
      malformed: 0,
      notRecords: 0,
      rejected: [],
      problem: null,
      accountId: '111122223333',
      region: 'eu-west-1',
      reportDay: '2026-03-02',
    });
  });

  test.each([
    ['2022, 29 columns', 29],
    ['2023, 30 columns', 30],
    ['2026, 32 columns', 32],
  ])('of %s is read alike, what it lacks is null', async (_, width) => {
    const { outcome, rows } = await read(csv([ROW], COLUMNS.slice(0, width)));
    expect(outcome.problem).toBeNull();
    expect(rows.sessions[0]?.row).toMatchObject({
      user_id: 'Ann@Example.com',
      instance_id: width >= 31 ? 'i-0123456789abcdef0' : null,
      is_multisession: width >= 32 ? false : null,
    });
  });

  test('means the same in any order of columns, with columns nobody knows, in any case of names', async () => {
    const plain = (await read(csv([ROW]))).rows.sessions[0]?.row;
    const columns = ['future_column', ...COLUMNS.toReversed()];
    const text = csv([{ ...ROW, future_column: 'x' }], columns).replace('user_id', ' User_Id ');
    const shuffled = (await read(text)).rows.sessions[0]?.row;
    expect({ ...shuffled, record_sha256: '' }).toEqual({ ...plain, record_sha256: '' });
  });

  test('may have a byte order mark, carriage returns, quotes, and line breaks in quotes, in pieces of any size', async () => {
    const odd = { ...ROW, fleet_name: '"An ""odd"",\r\nfleet"', user_id: '"DOMAIN\\ann, the 1st"' };
    const text = `\ufeff${csv([odd, ROW]).replaceAll(/(?<!\r)\n/g, '\r\n')}`.replace('user_session_id', '"user_session_id"');
    for (const size of [1, 7, 65_536]) {
      const { outcome, rows } = await readAll(readUsageReport, inPieces(text, size), contextFor(NAMED));
      expect(outcome).toMatchObject({ kept: 2, malformed: 0, problem: null });
      expect(rows.sessions.map(({ row }) => [row.fleet_name, row.user_id, row.source_index])).toEqual([
        ['An "odd",\r\nfleet', 'DOMAIN\\ann, the 1st', 2],
        ['Analytics', 'Ann@Example.com', 4],
      ]);
    }
  });

  test('keeps the exact user id: blanks, case, letters of any script', async () => {
    for (const user of [' Ann ', 'ANN', 'Åsa😀', 'a"b']) {
      const row = await rowWith({ user_id: `"${user.replaceAll('"', '""')}"` });
      expect(row).toMatchObject({
        user_id: user,
        user_key: `111122223333/SAML/${user}`,
        user_hash: createHash('sha256').update(user).digest('hex'),
      });
    }
  });

  test('has the hash that the documentation shows for its example user', async () => {
    expect((await rowWith({ user_id: 'testuser@mydomain.com' }))?.user_hash).toBe(
      'a0bcb1da11f480d9b5b3e90f91243143eac04cfccfbdc777e740fab628a1cd13',
    );
  });

  test.each([
    ['API', 'CUSTOM'],
    ['custom', 'CUSTOM'],
    ['saml', 'SAML'],
    ['UserPool', 'USERPOOL'],
    ['aws_ad', 'AWS_AD'],
    [' Passkey ', 'Passkey'],
  ])('calls the authentication type %s %s', async (written, stored) => {
    expect(await rowWith({ authentication_type: written })).toMatchObject({
      authentication_type: stored,
      user_key: `111122223333/${stored}/Ann@Example.com`,
    });
  });

  test.each([
    ['2026-03-02 16:30:00', Date.UTC(2026, 2, 2, 16, 30), 's'],
    ['2026-03-02T16:30:00.250Z', Date.UTC(2026, 2, 2, 16, 30, 0, 250), 'ms'],
    ['2026-03-02T16:30:00.000', Date.UTC(2026, 2, 2, 16, 30), 'ms'],
    ['2026-03-02T18:30:00+02:00', Date.UTC(2026, 2, 2, 16, 30), 's'],
  ])('reads the end %s', async (written, ms, precision) => {
    expect(await rowWith({ session_end_time: written })).toMatchObject({ session_end_ms: ms, end_precision: precision });
  });

  test('keeps a session that ended in the moment it started', async () => {
    expect(await rowWith({ session_end_time: ROW['session_start_time'] as string })).toBeDefined();
  });

  test('keeps a never-connected session without an address', async () => {
    for (const address of ['', 'N/A', '-']) {
      expect(await rowWith({ eni_private_ip_address: address, connected_at_least_once: 'False' })).toMatchObject({
        private_addresses: [],
        connected: false,
      });
    }
  });

  test('stores an empty text as null, and a setting that is neither yes nor no as unknown', async () => {
    const row = await rowWith({
      fleet_name: '',
      instance_id: '  ',
      google_drive_enabled: 'N/A',
      max_session_duration: 'long',
      is_multisession: '',
    });
    expect(row).toMatchObject({
      fleet_name: null,
      instance_id: null,
      google_drive: null,
      max_session_seconds: null,
      is_multisession: null,
    });
  });

  test('keeps a device address that is no IP address as it was written', async () => {
    expect((await rowWith({ client_ip_addresses: 'unknown; 2001:0DB8::2' }))?.client_addresses).toEqual(['unknown', '2001:db8::2']);
  });

  test('puts a row without a named day into the UTC day of its end, in any time zone', async () => {
    const text = csv([
      { ...ROW, session_end_time: '2026-03-02T23:59:59.999Z' },
      { ...ROW, session_end_time: '2026-03-03T00:00:00Z' },
    ]);
    const { outcome, rows } = await read(text, LOOSE);
    expect(rows.sessions.map(({ dt, row }) => [dt, row.report_day])).toEqual([
      ['2026-03-02', '2026-03-02'],
      ['2026-03-03', '2026-03-03'],
    ]);
    expect(outcome.reportDay).toBeNull();
  });

  test('puts every row into the day that the name says, also one that ended on another', async () => {
    const { rows } = await read(csv([{ ...ROW, session_end_time: '2026-03-03T00:00:00Z' }]));
    expect(rows.sessions[0]).toMatchObject({ dt: '2026-03-02', row: { report_day: '2026-03-02' } });
  });

  test('believes the row before the location, and the location where the row is silent', async () => {
    expect(await rowWith({ aws_account_id: '444455556666', region: 'us-east-1' })).toMatchObject({
      account_id: '444455556666',
      region: 'us-east-1',
    });
    expect(await rowWith({ aws_account_id: '', region: '' })).toMatchObject({ account_id: '111122223333', region: 'eu-west-1' });
  });

  test('says of the whole input what its place says, whatever its rows say', async () => {
    const other = { ...ROW, aws_account_id: '444455556666', region: 'us-east-1' };
    for (const rows of [[other], [ROW, other], [ROW], []]) {
      expect((await read(csv(rows))).outcome).toMatchObject({ accountId: '111122223333', region: 'eu-west-1' });
    }
  });

  test('says of the whole input what its rows agree on, where its place names no bucket', async () => {
    const other = { ...ROW, aws_account_id: '444455556666' };
    expect((await read(csv([ROW]), LOOSE)).outcome).toMatchObject({ accountId: '111122223333', reportDay: null });
    expect((await read(csv([ROW, other, other]), LOOSE)).outcome).toMatchObject({ accountId: null, region: 'eu-west-1' });
    expect((await read(csv([]), LOOSE)).outcome).toMatchObject({ accountId: null, region: null });
  });

  test('counts a leap second as the second before it, and starts a session at its end', async () => {
    const before = Date.UTC(2026, 11, 31, 23, 59, 59);
    const leap = '2026-12-31T23:59:60Z';
    const place = NAMED.replace('03/day=02', '12/day=31').replace('2026-03-02', '2026-12-31');
    const spanOf = async (start: string, end: string) => {
      const row = await rowWith({ session_start_time: start, session_end_time: end }, place);
      return [row?.session_start_ms, row?.session_end_ms, row?.end_precision];
    };
    expect(await spanOf('2026-12-31T23:00:00Z', leap)).toEqual([before - 3_599_000, before, 's']);
    expect(await spanOf(leap, '2027-01-01T01:00:00Z')).toEqual([before + 999, before + 3_601_000, 's']);
    expect(await spanOf(leap, leap)).toEqual([before, before, 's']);
    expect(await spanOf(leap, '2026-12-31T23:59:60.5Z')).toEqual([before + 999, before + 999, 'ms']);
  });

  test('may be several put together, whose headers are no records', async () => {
    const { outcome } = await read(csv([ROW]) + csv([ROW, ROW]));
    expect(outcome).toMatchObject({ recordsRead: 4, kept: 3, malformed: 0, notRecords: 1 });
  });

  test('with nothing but a header is a report of no sessions', async () => {
    for (const text of [csv([]), csv([]).trimEnd(), `${csv([])}\r\n\n`]) {
      expect((await read(text)).outcome).toEqual({
        content: 'sessions_report',
        recordsRead: 0,
        kept: 0,
        malformed: 0,
        notRecords: 0,
        rejected: [],
        problem: null,
        accountId: '111122223333',
        region: 'eu-west-1',
        reportDay: '2026-03-02',
      });
    }
  });
});

describe('an applications report', () => {
  const text = 'user_session_id,application_name\ns1,Excel\ns1,Firefox\ns2,Excel\ns1,Excel\n,Excel\ns1,\n';

  test('gives one row a launch, numbered within session and application', async () => {
    const location = NAMED.replace('daily-session-report', 'daily-app-report').replace('sessions/', 'applications/');
    const { outcome, rows } = await read(text, location);
    expect(rows.applications.map(({ dt, row }) => [dt, row.session_id, row.application_name, row.n, row.source_index])).toEqual([
      ['2026-03-02', 's1', 'Excel', 1, 2],
      ['2026-03-02', 's1', 'Firefox', 1, 3],
      ['2026-03-02', 's2', 'Excel', 1, 4],
      ['2026-03-02', 's1', 'Excel', 2, 5],
    ]);
    expect(Object.keys(rows.applications[0]?.row ?? {})).toEqual(storedColumns(tableNamed('applications')));
    expect(outcome).toMatchObject({
      content: 'applications_report',
      accountId: '111122223333',
      reportDay: '2026-03-02',
      rejected: [
        { index: 6, reason: 'user_session_id is empty' },
        { index: 7, reason: 'application_name is empty' },
      ],
    });
  });

  test('without a day in its name lies in the UTC day it was modified', async () => {
    const { rows } = await read(text, LOOSE);
    expect(rows.applications[0]).toMatchObject({ dt: '2026-03-03', row: { report_day: null } });
  });

  test('is known by its header, whatever its name', async () => {
    expect((await read(text)).outcome.content).toBe('applications_report');
    expect((await read(csv([ROW]), '/x/daily-app-report-2026-03-02.csv')).outcome.content).toBe('sessions_report');
  });

  test('needs the session', async () => {
    expect((await read('application_name\nExcel\n')).outcome.problem).toMatch(/ lacks the column user_session_id; give/);
  });
});
