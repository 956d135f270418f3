/** What the argument of `accept` names, whatever a location looks like. */
import { describe, expect, test } from '@jest/globals';
import { namedUnreadable } from '../../../lib/answer/acceptance.ts';
import { UNREADABLE } from '../../../lib/answer/acceptance-queries.ts';
import { lakeOf } from '../../helpers/answers.ts';

const row = (location: string, source_index: number | null) => ({ location, version: 'v', source_index, reason: 'r', report_day: null });

const lake = (...rows: ReturnType<typeof row>[]) => lakeOf(new Map([[UNREADABLE, rows]]));
const named = async (text: string, ...rows: ReturnType<typeof row>[]) =>
  (await namedUnreadable(lake(...rows), text, (path) => (path.startsWith('./') ? `/here/${path.slice(2)}` : path))).open.map((each) => [
    each.location,
    each.line,
  ]);

describe('the argument of accept', () => {
  test.each([
    ['C:\\in\\a.csv:12', 'C:\\in\\a.csv', 12],
    ['C:\\in\\a.csv', 'C:\\in\\a.csv', null],
    ['a.csv:12', 'C:\\in\\a.csv', 12],
    ['s3://b/k/a.csv:12', 's3://b/k/a.csv', 12],
    ['s3://b/k/2026-03-02T10:15:00', 's3://b/k/2026-03-02T10:15:00', null],
    ['2026-03-02T10:15:30', 's3://b/k/2026-03-02T10:15:30', null],
    ['2026-03-02T10:15:30:12', 's3://b/k/2026-03-02T10:15:30', 12],
    ['./a.csv', '/here/a.csv', null],
    ['./a.csv:3', '/here/a.csv', 3],
  ])('%s is a place and a line', async (text, location, line) => {
    expect(await named(text, row(location, null), row(location, 3), row(location, 12))).toEqual([[location, line]]);
  });

  test('names one line once, however many flaws it has, and every content of which it was set aside', async () => {
    const other = { ...row('/a.csv', 3), version: 'w' };
    expect(await named('/a.csv:3', row('/a.csv', 3), row('/a.csv', 3), other)).toHaveLength(2);
  });

  test('is refused where it is a location as it stands and a line of another one', async () => {
    await expect(named('a:12', row('/x/a:12', null), row('/x/a', 12))).rejects.toThrow('names several inputs: /x/a:12, line 12 of /x/a');
    // the whole of one of them is that one
    expect(await named('/x/a:12', row('/x/a:12', null), row('/y/a', 12))).toEqual([['/x/a:12', null]]);
  });
});
