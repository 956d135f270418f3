/** Usage reports as people save them: other separators, line ends and times than those of AWS. */
import { describe, expect, test } from '@jest/globals';
import { COLUMNS, csv, NAMED, ROW, read, reasonFor, rowWith } from './report-fixtures.ts';

const OTHER: Readonly<Record<string, string>> = {
  ...ROW,
  user_session_id: '9c0d1391-4805-4da6-a498-76f5e6746016',
  user_id: 'bob, the builder',
};

/** The two rows as a program writes them: a field is quoted where it has to be, or always. */
function saved(separator: string, ending: string, always = false): string {
  const field = (text: string) => (always || text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [COLUMNS, ...[ROW, OTHER].map((row) => COLUMNS.map((name) => row[name] ?? ''))];
  return lines.map((fields) => fields.map(field).join(separator) + ending).join('');
}

const SEPARATORS = [',', ';', '\t', '|'];
const ENDINGS = ['\n', '\r\n', '\r'];

describe('a report that was saved again', () => {
  test.each(SEPARATORS.flatMap((separator) => ENDINGS.map((ending) => [separator, ending] as const)))(
    'with %j between columns and %j behind lines is read in whole',
    async (separator, ending) => {
      const expected = (await read(saved(',', '\n'))).rows.sessions.map(({ row }) => ({ ...row, source_index: 0 }));
      expect(expected).toHaveLength(2);
      for (const always of [false, true]) {
        for (const first of ['', `sep=${separator}${ending}`, `${ending}${ending}`]) {
          const { outcome, rows } = await read(`\ufeff${first}${saved(separator, ending, always)}`);
          expect(outcome).toMatchObject({ recordsRead: 2, kept: 2, problem: null, content: 'sessions_report' });
          expect(rows.sessions.map(({ row }) => ({ ...row, source_index: 0 }))).toEqual(expected);
        }
      }
    },
  );

  test('keeps the number of the line that a row stands on', async () => {
    const { rows } = await read(`sep=;\r${saved(';', '\r')}`);
    expect(rows.sessions.map(({ row }) => row.source_index)).toEqual([3, 4]);
  });

  test('with two columns of one name is refused, whichever column it is', async () => {
    for (const name of ['user_id', 'fleet_name', 'instance_id']) {
      const columns = COLUMNS.map((each) => (each === 'stack_name' ? name : each));
      const { outcome } = await read(csv([ROW], columns));
      expect(outcome).toMatchObject({ recordsRead: 0, kept: 0 });
      expect(outcome.problem).toContain(`${NAMED} has the column ${name} more than once`);
    }
  });
});

describe('a time that a spreadsheet wrote', () => {
  const START = Date.UTC(2026, 2, 13, 8, 0, 1);

  test.each([
    ...[
      '13/03/2026 08:00:01',
      '3/13/2026 8:00:01 AM',
      '13.03.2026 08:00:01',
      '2026/03/13 08:00:01',
      '13-03-2026 8:00:01',
      '2026-03-13 08:00:01',
    ],
  ])('%s is read, for it can mean one instant only', async (text) => {
    const row = await rowWith({ session_start_time: text, session_end_time: '13.03.2026 16:30:00' });
    expect(row).toMatchObject({ session_start_ms: START, session_end_ms: Date.UTC(2026, 2, 13, 16, 30) });
  });

  test('is read in the afternoon', async () => {
    const row = await rowWith({ session_start_time: '3/13/2026 12:00:01 AM', session_end_time: '3/13/2026 12:00:01 PM' });
    expect(row).toMatchObject({ session_start_ms: Date.UTC(2026, 2, 13, 0, 0, 1), session_end_ms: Date.UTC(2026, 2, 13, 12, 0, 1) });
  });

  test.each([
    ['02/03/2026 08:00:01', 'session_start_time does not tell day from month; '],
    ['3/2/2026 8:00:01 AM', 'session_start_time does not tell day from month; '],
    ['13/03/2026 08:00', 'session_start_time was cut to the minute by a spreadsheet; '],
    ['02.03.2026 08:00', 'session_start_time was cut to the minute by a spreadsheet; '],
    ['46083.33334', 'session_start_time is not a time such as '],
    ['31.02.2026 08:00:01', 'session_start_time is not a time such as '],
    ['13/03/2026 13:00:01 PM', 'session_start_time is not a time such as '],
  ])('%s is set aside', async (text, reason) => {
    const told = await reasonFor({ session_start_time: text });
    expect(told).toContain(reason);
    if (/day|minute/.test(reason)) expect(told).toContain('save it as CSV UTF-8');
  });
});
