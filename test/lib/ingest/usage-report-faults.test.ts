import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InputError } from '../../../lib/errors.ts';
import { readUsageReport } from '../../../lib/ingest/usage-report-reader.ts';
import { contextFor, inPieces, readAll } from './read-text.ts';
import { COLUMNS, csv, LOOSE, NAMED, ROW, read, reasonFor } from './report-fixtures.ts';

describe('a bad row is set aside with its line and the reason, the rest is kept:', () => {
  test.each([
    [{ user_session_id: ' ' }, 'user_session_id is empty'],
    [{ aws_account_id: '11112222333' }, 'aws_account_id is not 12 digits; spreadsheets cut leading zeros: use the file as AWS wrote it'],
    [{ user_id: '  ' }, 'user_id is empty'],
    [{ authentication_type: '' }, 'authentication_type is empty'],
    [{ session_start_time: 'Monday' }, 'session_start_time is not a time such as 2026-03-02T10:05:00Z'],
    [{ session_end_time: '2026-02-30T10:00:00Z' }, 'session_end_time is not a time such as 2026-03-02T10:05:00Z'],
    [{ session_end_time: '' }, 'session_end_time is not a time such as 2026-03-02T10:05:00Z'],
    [{ session_end_time: '2026-03-02T08:00:00Z' }, 'session_end_time is before session_start_time'],
    [{ connected_at_least_once: 'maybe' }, 'connected_at_least_once is neither true nor false'],
    [{ connected_at_least_once: '' }, 'connected_at_least_once is neither true nor false'],
    [{ is_multisession: 'fal' }, 'is_multisession is neither true nor false'],
    [{ eni_private_ip_address: '10.0.0.5.' }, 'eni_private_ip_address is not an IP address'],
    [{ eni_private_ip_address: '10.0.0.5;10.0.0.999' }, 'eni_private_ip_address is not an IP address'],
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
