import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InputError } from '../../../lib/errors.ts';
import { readUsageReport } from '../../../lib/ingest/usage-report-reader.ts';
import { storedColumns } from '../../../schemas/table.ts';
import { tableNamed } from '../../../schemas/tables.ts';
import { contextFor, INGESTED_MS, inPieces, MODIFIED_MS, readAll } from './read-text.ts';

const COLUMNS = (
  'user_session_id,aws_account_id,region,session_start_time,session_end_time,session_duration_in_seconds,user_id,user_arn,' +
  'authentication_type,authentication_type_user_id,fleet_name,stack_name,instance_type,eni_private_ip_address,connected_at_least_once,' +
  'client_ip_addresses,google_drive_enabled,one_drive_enabled,home_folders_storage_location,user_settings_clipboard_copy_from_local_device,' +
  'user_settings_clipboard_copy_to_local_device,user_settings_file_upload,user_settings_file_download,user_settings_printing_to_local_device,' +
  'application_settings_enabled,domain_joined,max_session_duration,session_type,stream_view,streaming_experience_settings_protocol,' +
  'instance_id,is_multisession'
).split(',');

const ROW: Readonly<Record<string, string>> = {
  user_session_id: '0b7d1391-4805-4da6-a498-76f5e6746016',
  aws_account_id: '111122223333',
  region: 'eu-west-1',
  session_start_time: '2026-03-02T08:00:01Z',
  session_end_time: '2026-03-02T16:30:00Z',
  session_duration_in_seconds: '30599',
  user_id: 'Ann@Example.com',
  user_arn: 'arn:aws:appstream:eu-west-1:111122223333:user/userpool/abc',
  authentication_type: 'SAML',
  authentication_type_user_id: 'Ann@Example.com_SAML',
  fleet_name: 'Analytics',
  stack_name: 'AnalyticsStack',
  instance_type: 'stream.standard.large',
  eni_private_ip_address: '10.0.1.25',
  connected_at_least_once: 'true',
  client_ip_addresses: '203.0.113.7;2001:DB8:0::1;203.0.113.7',
  google_drive_enabled: 'false',
  one_drive_enabled: 'TRUE',
  home_folders_storage_location: 'appstream2-36fb080bb8-eu-west-1-111122223333',
  user_settings_clipboard_copy_from_local_device: 'ENABLED',
  user_settings_clipboard_copy_to_local_device: 'DISABLED',
  user_settings_file_upload: 'enabled',
  user_settings_file_download: 'Disabled',
  user_settings_printing_to_local_device: 'N',
  application_settings_enabled: 'true',
  domain_joined: 'Y',
  max_session_duration: '57600',
  session_type: 'ALWAYS_ON',
  stream_view: 'DESKTOP',
  streaming_experience_settings_protocol: 'TCP',
  instance_id: 'i-0123456789abcdef0',
  is_multisession: 'N',
};

const NAMED =
  '/logs/appstream-logs-eu-west-1-111122223333-sik1hnxe/sessions/schedule=DAILY/year=2026/month=03/day=02/daily-session-report-2026-03-02.csv';
const LOOSE = '/cases/sessions.csv';

function csv(rows: readonly Readonly<Record<string, string>>[], columns: readonly string[] = COLUMNS): string {
  return `${[columns.join(','), ...rows.map((row) => columns.map((name) => row[name] ?? '').join(','))].join('\n')}\n`;
}

function read(text: string | Uint8Array, location = NAMED, limits = {}) {
  return readAll(readUsageReport, inPieces(text), contextFor(location, limits));
}

/** The one row that a report of one changed row gives. */
async function rowWith(changes: Readonly<Record<string, string>>, location = NAMED) {
  const { rows } = await read(csv([{ ...ROW, ...changes }]), location);
  return rows.sessions[0]?.row;
}

/** Why a report of one changed row sets it aside. */
async function reasonFor(changes: Readonly<Record<string, string>>, location = NAMED) {
  const { outcome, rows } = await read(csv([ROW, { ...ROW, ...changes }]), location);
  expect(rows.sessions).toHaveLength(1);
  expect(outcome.rejected).toHaveLength(1);
  expect(outcome.rejected[0]?.index).toBe(3);
  return outcome.rejected[0]?.reason;
}

describe('a sessions report', () => {
  test('gives every column of a row', async () => {
    const { outcome, rows } = await read(csv([ROW]));
    expect(rows.sessions).toEqual([
      {
        dt: '2026-03-02',
        row: {
          session_id: '0b7d1391-4805-4da6-a498-76f5e6746016',
          origin: 'report',
          account_id: '111122223333',
          region: 'eu-west-1',
          user_id: 'Ann@Example.com',
          authentication_type: 'SAML',
          user_key: '111122223333/SAML/Ann@Example.com',
          user_hash: createHash('sha256').update('Ann@Example.com').digest('hex'),
          user_arn: 'arn:aws:appstream:eu-west-1:111122223333:user/userpool/abc',
          fleet_name: 'Analytics',
          stack_name: 'AnalyticsStack',
          instance_type: 'stream.standard.large',
          instance_id: 'i-0123456789abcdef0',
          eni_id: null,
          private_addresses: ['10.0.1.25'],
          session_start_ms: Date.UTC(2026, 2, 2, 8, 0, 1),
          session_end_ms: Date.UTC(2026, 2, 2, 16, 30),
          end_precision: 's',
          connected: true,
          is_multisession: false,
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
          state: null,
          observed_at_ms: null,
          report_day: '2026-03-02',
          source_modified_ms: MODIFIED_MS,
          record_sha256: createHash('sha256')
            .update(JSON.stringify(COLUMNS.map((name) => ROW[name])))
            .digest('hex'),
          source_file: NAMED,
          source_index: 2,
          ingested_at_ms: INGESTED_MS,
        },
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

  test('says of the whole input what its rows agree on', async () => {
    const other = { ...ROW, aws_account_id: '444455556666' };
    expect((await read(csv([other, other]))).outcome).toMatchObject({ accountId: '444455556666', region: 'eu-west-1' });
    expect((await read(csv([ROW, other, other]))).outcome).toMatchObject({ accountId: null, region: 'eu-west-1' });
    expect((await read(csv([ROW]), LOOSE)).outcome).toMatchObject({ accountId: '111122223333', reportDay: null });
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

describe('a bad row is set aside with its line and the reason, the rest is kept:', () => {
  test.each([
    [{ user_session_id: ' ' }, 'user_session_id is empty'],
    [{ aws_account_id: '11112222333' }, 'aws_account_id is not 12 digits; spreadsheets cut leading zeros: use the file as AWS wrote it'],
    [{ user_id: '  ' }, 'user_id is empty'],
    [{ authentication_type: '' }, 'authentication_type is empty'],
    [{ session_start_time: '02/03/2026 08:00' }, 'session_start_time is not a time such as 2026-03-02T10:05:00Z'],
    [{ session_end_time: '2026-02-30T10:00:00Z' }, 'session_end_time is not a time such as 2026-03-02T10:05:00Z'],
    [{ session_end_time: '' }, 'session_end_time is not a time such as 2026-03-02T10:05:00Z'],
    [{ session_end_time: '2026-03-02T08:00:00Z' }, 'session_end_time is before session_start_time'],
    [{ connected_at_least_once: 'maybe' }, 'connected_at_least_once is neither true nor false'],
    [{ connected_at_least_once: '' }, 'connected_at_least_once is neither true nor false'],
    [{ is_multisession: 'fal' }, 'is_multisession is neither true nor false'],
    [{ fleet_name: 'a,b' }, '33 columns, where the header has 32'],
    [{ fleet_name: '"a"b' }, 'text follows a closing quote'],
  ])('%j', async (changes, reason) => {
    expect(await reasonFor(changes as Record<string, string>)).toBe(reason);
  });

  test.each([
    [{ aws_account_id: '' }, 'aws_account_id is empty, and the location names no account'],
    [{ region: '' }, 'region is empty, and the location names none'],
  ])('%j in a loose file', async (changes, reason) => {
    expect(await reasonFor(changes as Record<string, string>, LOOSE)).toBe(reason);
  });

  test('a quote that is never closed costs its own line only', async () => {
    const rows = [ROW, { ...ROW, fleet_name: '"open' }, { ...ROW, fleet_name: '"closed"' }, ROW];
    const { outcome } = await read(csv(rows));
    expect(outcome).toMatchObject({ kept: 3, rejected: [{ index: 3, reason: 'text follows a closing quote' }] });
    const last = await read(csv([ROW, { ...ROW, fleet_name: '"open' }, ROW, ROW]));
    expect(last.outcome).toMatchObject({ kept: 3, rejected: [{ index: 3, reason: 'a quote is opened and never closed' }] });
  });

  test.each([
    ['too few columns', -40, 'columns, where the header has 32'],
    ['half a last column', -2, 'is_multisession is neither true nor false'],
  ])('half a line at the end: %s', async (_, cut, reason) => {
    const text = csv([ROW, { ...ROW, is_multisession: 'false' }]).trimEnd();
    const { outcome, rows } = await read(text.slice(0, cut));
    expect(rows.sessions).toHaveLength(1);
    expect(outcome.rejected).toEqual([{ index: 3, reason: expect.stringContaining(reason) }]);
  });

  test('a row longer than the limit, and one that is not UTF-8', async () => {
    const long = { ...ROW, fleet_name: 'x'.repeat(5000) };
    const { outcome } = await read(csv([ROW, long, ROW]), NAMED, { maxRecordBytes: 4096 });
    expect(outcome).toMatchObject({ kept: 2, rejected: [{ index: 3, reason: 'longer than 4096 bytes' }] });
    const damaged = Buffer.from(csv([ROW, ROW]));
    damaged[damaged.lastIndexOf('Ann@')] = 0xff;
    expect((await read(damaged)).outcome).toMatchObject({ kept: 1, rejected: [{ index: 3, reason: 'not UTF-8 text' }] });
  });

  test('no reason quotes the row', async () => {
    const secret = 'AQoDYXdzEJr-secret';
    const cells = COLUMNS.map((name) => ({ ...ROW, [name]: secret }));
    const { outcome } = await read(csv(cells));
    expect(outcome.malformed).toBeGreaterThan(3);
    expect(JSON.stringify(outcome)).not.toContain(secret);
  });
});

describe('an input is set aside whole, with the remedy, when', () => {
  const wanted =
    'give a daily-session-report or daily-app-report file as AppStream wrote it into its appstream-logs bucket, with its header line';

  test.each([
    'user_session_id',
    'aws_account_id',
    'region',
    'session_start_time',
    'session_end_time',
    'user_id',
    'authentication_type',
    'eni_private_ip_address',
    'connected_at_least_once',
  ])('its header lacks %s', async (column) => {
    const { outcome } = await read(
      csv(
        [ROW, ROW],
        COLUMNS.filter((name) => name !== column),
      ),
    );
    expect(outcome).toMatchObject({
      content: 'sessions_report',
      recordsRead: 0,
      kept: 0,
      problem: `${NAMED} lacks the column ${column}; ${wanted}`,
    });
  });

  test('its header lacks several columns, which are all named', async () => {
    const { outcome } = await read(
      csv(
        [ROW],
        COLUMNS.filter((name) => name !== 'region' && name !== 'user_id'),
      ),
    );
    expect(outcome.problem).toBe(`${NAMED} lacks the columns region, user_id; ${wanted}`);
  });

  test('its header names a column twice', async () => {
    const { outcome } = await read(csv([ROW], [...COLUMNS, 'user_id']));
    expect(outcome).toMatchObject({ recordsRead: 0, problem: `${NAMED} has the column user_id more than once; ${wanted}` });
  });

  test('it is empty', async () => {
    for (const text of ['', '\ufeff', '\n \r\n']) {
      expect((await read(text)).outcome).toMatchObject({ content: 'empty', recordsRead: 0, problem: `${NAMED} is empty; ${wanted}` });
    }
  });

  test('it is something else', async () => {
    for (const text of ['{"Records":[]}', 'a,b\n1,2\n', csv([ROW]).split('\n').slice(1).join('\n')]) {
      expect((await read(text)).outcome).toMatchObject({
        content: 'unknown',
        recordsRead: 0,
        problem: `${NAMED} is no usage report: its first line names no columns of one; ${wanted}`,
      });
    }
  });

  test('it is something else, of which no more is read than needed', async () => {
    const bytes = inPieces('a,b\n1,2\n', 4, new TypeError('read on'));
    const { outcome } = await readAll(readUsageReport, bytes, contextFor(NAMED));
    expect(outcome.content).toBe('unknown');
  });

  test('it is UTF-16', async () => {
    const { outcome } = await read(Buffer.from(`\ufeff${csv([ROW])}`, 'utf16le'));
    expect(outcome).toMatchObject({
      content: 'unknown',
      problem: `${NAMED} is no usage report: of its first line: not UTF-8 text; ${wanted}`,
    });
  });
});

describe('an input that ends too soon', () => {
  test('keeps what came before, and says so', async () => {
    const text = csv([ROW, ROW, ROW]);
    const cut = text.slice(0, -20);
    const { outcome } = await readAll(
      readUsageReport,
      inPieces(cut, 100, new InputError('the gzip stream is cut off', { remedy: 'fetch it again' })),
      contextFor(NAMED),
    );
    expect(outcome).toMatchObject({
      kept: 2,
      rejected: [{ index: 4, reason: 'the input ends in the middle of this line' }],
      problem: 'the gzip stream is cut off; fetch it again',
    });
  });

  test('does not take a broken program for a broken input', async () => {
    await expect(readAll(readUsageReport, inPieces(csv([ROW]), 10, new TypeError('bug')), contextFor(NAMED))).rejects.toThrow('bug');
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

test('whatever the bytes, the counts add up and nothing but the rows of the file is kept', async () => {
  const damage = fc.record({
    at: fc.nat(),
    insert: fc.constantFrom('"', ',', '\n', '\r\n', '"",', '\u0000', '\ufeff', 'x'),
    drop: fc.nat(30),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { maxLength: 6 }), fc.integer({ min: 1, max: 500 }), async (damages, size) => {
      let text = csv([ROW, { ...ROW, user_id: '"quoted, ""user"""' }, ROW]);
      for (const { at, insert, drop } of damages) {
        const place = at % (text.length + 1);
        text = text.slice(0, place) + insert + text.slice(place + drop);
      }
      const { outcome } = await readAll(readUsageReport, inPieces(text, size), contextFor(NAMED));
      expect(outcome.recordsRead).toBeLessThanOrEqual(text.split('\n').length);
      if (damages.length === 0) expect(outcome.kept).toBe(3);
    }),
    { numRuns: 300 },
  );
});
