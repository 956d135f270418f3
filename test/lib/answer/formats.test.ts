import { describe, expect, test } from '@jest/globals';
import { formatRows, type OutputFormat } from '../../../lib/answer/formats.ts';
import type { QueryResult } from '../../../lib/lake/ports.ts';

const RESULT: QueryResult = {
  columns: [
    { name: 'user_id', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
    { name: 'ids', type: 'VARCHAR[]' },
  ],
  rows: [
    ['ada', 7, ['x', 'y']],
    [null, 1200, []],
  ],
};
const NONE: QueryResult = { columns: RESULT.columns, rows: [] };

function text(result: QueryResult, format: OutputFormat, width?: number): string {
  return [...formatRows(result, format, width === undefined ? {} : { width })].join('');
}

describe('rows', () => {
  test('are one JSON array of objects', () => {
    expect(JSON.parse(text(RESULT, 'json'))).toEqual([
      { user_id: 'ada', n: 7, ids: ['x', 'y'] },
      { user_id: null, n: 1200, ids: [] },
    ]);
  });

  test('stay valid JSON when there are none', () => {
    expect(text(NONE, 'json')).toBe('[]\n');
    expect(text(NONE, 'ndjson')).toBe('');
    expect(text(NONE, 'csv')).toBe('user_id,n,ids\n');
  });

  test('are one object a line in NDJSON', () => {
    expect(
      text(RESULT, 'ndjson')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).n),
    ).toEqual([7, 1200]);
  });

  test('are CSV with a header', () => {
    expect(text(RESULT, 'csv')).toBe('user_id,n,ids\nada,7,x;y\n,1200,\n');
  });

  test('are a table with numbers on the right and no trailing blanks', () => {
    expect(text(RESULT, 'table')).toBe('user_id     n  ids\nada         7  x, y\n         1200\n');
  });

  test('become one block a row, without the empty columns, when the terminal is too narrow', () => {
    expect(text(RESULT, 'table', 12)).toBe('row 1\n  user_id  ada\n  n        7\n  ids      x, y\nrow 2\n  n        1200\n');
  });

  test('keep both of two columns of one name', () => {
    const twice = { columns: [RESULT.columns[0], RESULT.columns[0]], rows: [['a', 'b']] } as QueryResult;
    expect(JSON.parse(text(twice, 'json'))).toEqual([{ user_id: 'a', user_id_2: 'b' }]);
  });

  test('keep a column whose name is __proto__', () => {
    const odd = { columns: [{ name: '__proto__', type: 'VARCHAR' }], rows: [['a']] } as QueryResult;
    expect(text(odd, 'ndjson')).toBe('{"__proto__":"a"}\n');
  });
});
