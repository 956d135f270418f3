/** Tables for people: what a terminal of a given width shows of an answer. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shortenedTo, widthOf } from '../../../lib/answer/shortened-text.ts';
import { type TableOptions, tableText } from '../../../lib/answer/table-text.ts';
import type { QueryResult, QueryValue } from '../../../lib/lake/ports.ts';

const COLUMNS = ['event_time', 'object_key', 'bytes_out', 'verdict', 'event_id'];
const TYPES = ['TIMESTAMP', 'VARCHAR', 'BIGINT', 'VARCHAR', 'VARCHAR'];
const ROWS: QueryValue[][] = [
  ['2026-03-02T02:46:00Z', 'projects/orion/2026/results/measurement-0000.parquet', 12_466_201_631, 'attributed', id(1)],
  ['2026-03-02T02:46:09Z', 'projects/orion/2026/results/measurement-0013.parquet', 412, 'attributed', id(2)],
  ['2026-03-02T02:47:03Z', 'projects/vega/index.json', 0, 'attributed', id(3)],
];

function id(n: number): string {
  return `0d5ab28a-b785-48dd-ae01-63163${n}e70eaa`;
}

function show(rows: QueryValue[][], options: TableOptions, names = COLUMNS, types = TYPES) {
  const result: QueryResult = { columns: names.map((name, at) => ({ name, type: types[at] ?? 'VARCHAR' })), rows };
  return tableText(result, names, options);
}

describe('a table', () => {
  test('that fits shows every column as it is, bytes with their unit', () => {
    const { text, hidden } = show(ROWS, { width: 200 });
    expect(text.split('\n')[1]).toBe(
      `2026-03-02T02:46:00Z  projects/orion/2026/results/measurement-0000.parquet    12.5 GB  attributed  ${id(1)}`,
    );
    expect(hidden).toEqual([]);
  });

  test('says once what all rows share, shortens keys in the middle and ids at their end', () => {
    expect(show(ROWS, { width: 80 }).text).toBe(
      [
        'in every row shown:',
        '  verdict attributed',
        'event_time            object_key                  bytes_out  event_id',
        '2026-03-02T02:46:00Z  projects…ment-0000.parquet    12.5 GB  0d5ab28a-b785-48dd…',
        '2026-03-02T02:46:09Z  projects…ment-0013.parquet      412 B  0d5ab28a-b785-48dd…',
        '2026-03-02T02:47:03Z  projects/vega/index.json          0 B  0d5ab28a-b785-48dd…',
        '',
      ].join('\n'),
    );
  });

  test('leaves out the least important columns first and names them', () => {
    const { text, hidden } = show(ROWS, { width: 50, important: ['object_key', 'event_id'] });
    expect(text.split('\n')[2]).toMatch(/^object_key +event_id$/);
    expect(hidden).toEqual(['event_time', 'bytes_out']);
  });

  test('never hides a column without naming it, nor breaks a line', () => {
    const value = fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 0 }));
    const rows = fc.array(fc.tuple(value, value, value, value, value), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 40, max: 200 }), (values, width) => {
        const { text, hidden } = show(values, { width }, COLUMNS, []);
        const lines = text.trimEnd().split('\n');
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        for (const [at, name] of COLUMNS.entries()) {
          const isFilled = values.some((row) => row[at] !== null && row[at] !== '');
          if (isFilled) expect(text.includes(name) || hidden.includes(name)).toBe(true);
        }
        const grid = lines.length - lines.findLastIndex((line) => line.startsWith('in every row') || line.startsWith('  ')) - 1;
        expect(grid).toBeLessThanOrEqual(values.length + 1 + lines.length);
      }),
    );
  });

  test('shows everything, however wide, where that is asked for', () => {
    const { text, hidden } = show(ROWS, { width: 40, wide: true });
    expect(text).toContain(id(3));
    expect(text).toContain('results/measurement-0013.parquet');
    expect(hidden).toEqual([]);
  });

  test('is one block a row, without the empty values, where that is asked for', () => {
    const rows = [
      ['ada', 7],
      [null, 1200],
    ];
    expect(show(rows, { blocks: true }, ['user_id', 'n'], ['VARCHAR', 'BIGINT']).text).toBe(
      'row 1\n  user_id  ada\n  n        7\nrow 2\n  n        1200\n',
    );
  });

  test('paints severities without changing what they say', () => {
    const { text } = show([['critical']], { paint: (column, word) => `<${column}:${word}>` }, ['severity'], ['VARCHAR']);
    expect(text).toBe('severity\n<severity:critical>\n');
  });
});

describe('a text', () => {
  test.each([
    ['keeps its start', 'a long sentence', 8, 'start', 'a long …'],
    ['keeps more of its end than of its start', 'projects/vega/index.json', 12, 'ends', 'pro…dex.json'],
    ['counts wide characters twice', '日本語テキスト', 7, 'start', '日本語…'],
    ['stays as it is where it fits', 'abc', 3, 'ends', 'abc'],
    ['is a mark alone where there is no room', 'abc', 1, 'ends', '…'],
  ] as const)('%s', (_, text, width, kept, shown) => {
    expect(shortenedTo(text, width, kept)).toBe(shown);
  });

  test('never takes more columns than it may', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('start', 'ends'),
        (text, width, kept) => {
          expect(widthOf(shortenedTo(text, width, kept as 'start' | 'ends'))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
