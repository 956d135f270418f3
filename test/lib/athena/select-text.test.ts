import { describe, expect, test } from '@jest/globals';
import { addColumns, oneSelect, ownCtes, splitOrder, withCtes } from '../../../lib/athena/select-text.ts';

describe('one SELECT', () => {
  test.each([
    ['SELECT 1', 'SELECT 1'],
    ['  select 1 ;; -- done', '  select 1'],
    ["WITH a AS (SELECT ';' AS x) SELECT * FROM a;\n", "WITH a AS (SELECT ';' AS x) SELECT * FROM a"],
    ['(SELECT 1) UNION (SELECT 2)', '(SELECT 1) UNION (SELECT 2)'],
    ['-- DROP TABLE x\nVALUES 1', '-- DROP TABLE x\nVALUES 1'],
  ])('%j is one', (sql, select) => {
    expect(oneSelect(sql)).toBe(select);
  });

  test.each([
    'DROP TABLE runs',
    'SELECT 1; DROP TABLE runs',
    'INSERT INTO runs SELECT 1',
    '/* SELECT */ DELETE FROM runs',
    'EXPLAIN SELECT 1',
    '',
    ';',
    "UNLOAD (SELECT 1) TO 's3://x/'",
    'CALL x()',
  ])('%j is not', (sql) => {
    expect(oneSelect(sql)).toBeNull();
  });
});

describe('CTEs', () => {
  test('go before the text, or before its own', () => {
    expect(withCtes('SELECT 1', ['a AS (SELECT 2)'])).toEqual({ sql: 'WITH a AS (SELECT 2)\nSELECT 1', linesBefore: 1 });
    expect(withCtes('with recursive b (n) AS (SELECT 1)\nSELECT 1', ['a AS (\nSELECT 2\n)']).sql).toBe(
      'WITH RECURSIVE a AS (\nSELECT 2\n),\n b (n) AS (SELECT 1)\nSELECT 1',
    );
  });

  test('of the text are known by name, in any spelling', () => {
    expect([...ownCtes('WITH a AS (SELECT x AS y FROM z), "B" (n, m) AS (SELECT 1, 2) SELECT q AS r FROM a')]).toEqual(['a', 'b']);
    expect([...ownCtes('SELECT 1 AS a')]).toEqual([]);
  });
});

describe('the order of a SELECT', () => {
  const split = (sql: string) => {
    const { body, keys, tail } = splitOrder(sql);
    return [body.trim(), ...keys.map(({ expression, direction }) => `${expression}|${direction}`), tail];
  };

  test.each([
    ['SELECT a FROM t', ['SELECT a FROM t', '']],
    ['SELECT a FROM t LIMIT 3', ['SELECT a FROM t LIMIT 3', '']],
    ['SELECT a FROM t ORDER BY b DESC NULLS LAST, f(a, b) asc LIMIT 3', ['SELECT a FROM t', 'b|DESC NULLS LAST', 'f(a, b)|asc', 'LIMIT 3']],
    ['SELECT row_number() OVER (ORDER BY a) FROM t', ['SELECT row_number() OVER (ORDER BY a) FROM t', '']],
    [
      "SELECT ' ORDER BY x' FROM (SELECT 1 ORDER BY 1) -- ORDER BY y",
      ["SELECT ' ORDER BY x' FROM (SELECT 1 ORDER BY 1) -- ORDER BY y", ''],
    ],
    ['((SELECT a FROM t ORDER BY 1))', ['SELECT a FROM t', '1|', '']],
    ['SELECT a FROM t ORDER BY ARRAY[a, b], "x, y" OFFSET 2 ROWS', ['SELECT a FROM t', 'ARRAY[a, b]|', '"x, y"|', 'OFFSET 2 ROWS']],
  ])('of %j', (sql, parts) => {
    expect(split(sql)).toEqual(parts);
  });
});

describe('columns are added', () => {
  const added = (sql: string) => addColumns(sql, ['(x) AS k'])?.replace(/\s+/g, ' ');

  test.each([
    ['SELECT a, count(*) FROM t GROUP BY a', 'SELECT a, count(*) , (x) AS k FROM t GROUP BY a'],
    ['WITH w AS (SELECT 1 FROM y) SELECT * FROM w WHERE z', 'WITH w AS (SELECT 1 FROM y) SELECT * , (x) AS k FROM w WHERE z'],
    [
      'SELECT a IS DISTINCT FROM b AS d, extract(year FROM c) FROM t',
      'SELECT a IS DISTINCT FROM b AS d, extract(year FROM c) , (x) AS k FROM t',
    ],
    ['SELECT 1 AS a', 'SELECT 1 AS a , (x) AS k '],
  ])('to %j', (sql, expected) => {
    expect(added(sql)).toBe(expected);
  });

  test.each(['SELECT DISTINCT a FROM t', 'SELECT 1 UNION SELECT 2', 'VALUES 1'])('not to %j', (sql) => {
    expect(added(sql)).toBeUndefined();
  });
});
