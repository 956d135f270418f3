import { describe, expect, test } from '@jest/globals';
import { formatRows, formatStream, OUTPUT_FORMATS, type OutputFormat } from '../../../lib/answer/formats.ts';
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

describe('rows as they come', () => {
  async function* chunks(): AsyncGenerator<QueryResult['rows']> {
    for (const row of RESULT.rows) yield [row];
  }
  async function* none(): AsyncGenerator<QueryResult['rows']> {}
  async function streamed(from: () => AsyncGenerator<QueryResult['rows']>, format: OutputFormat): Promise<string> {
    let all = '';
    for await (const chunk of formatStream({ columns: RESULT.columns, chunks: from() }, format)) all += chunk;
    return all;
  }

  test.each([...OUTPUT_FORMATS])('are the same %s as rows that are all there', async (format) => {
    expect(await streamed(chunks, format)).toBe(text(RESULT, format));
    expect(await streamed(none, format)).toBe(text(NONE, format));
  });

  test.each(['json', 'ndjson', 'csv'] as const)('are written as %s before the next ones are asked for', async (format) => {
    let asked = 0;
    async function* endless(): AsyncGenerator<QueryResult['rows']> {
      for (;;) {
        asked += 1;
        yield [['ada', asked, []]];
      }
    }
    let written = '';
    for await (const chunk of formatStream({ columns: RESULT.columns, chunks: endless() }, format)) {
      written += chunk;
      if (written.includes('3') || asked === 100) break;
    }
    expect(asked).toBe(3);
  });
});

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

  test('have only numbers on the right', () => {
    const types = ['DECIMAL(10,2)', 'INTERVAL', 'INTEGER[]', 'HUGEINT', 'STRUCT("n" INTEGER)', 'UINTEGER'];
    const result = { columns: types.map((type, at) => ({ name: `column${at}`, type })), rows: [types.map(() => '1')] };
    expect(text(result, 'table').split('\n')[1]).toBe('      1  1        1              1  1              1');
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
