/** Values and orders as they come through Athena's API, whose own text of nested values is ambiguous. */

import { AthenaClient } from '@aws-sdk/client-athena';
import { CreateTableCommand, GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AthenaReader, isMistakeInAthenaSql } from '../../../lib/athena/athena-reader.ts';
import { glueTables } from '../../../lib/athena/table-ddl.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import { makeBucket, makeDatabase, removeBucket, removeDatabase, s3Client, useLocalCloud } from '../helpers/local-cloud.ts';
import { setFaults } from '../helpers/shim-control.ts';

useLocalCloud();
const s3 = s3Client();
const glue = new GlueClient({});
let bucket: string;
let database: string;
let lake: AthenaReader;

const open = (signal?: AbortSignal) =>
  new AthenaReader(new AthenaClient({}), {
    bucket,
    database,
    workgroup: 'primary',
    outputLocation: `s3://${bucket}/athena-results/`,
    listDays: async () => [],
    sql: readSqlFile,
    ...(signal === undefined ? {} : { signal }),
  });

beforeAll(async () => {
  bucket = await makeBucket(s3, 'cli-dev-values');
  database = await makeDatabase(glue, 'cli_dev_values', `s3://${bucket}/database/`);
  for (const TableInput of glueTables((path) => `s3://${bucket}/${path}`)) {
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: TableInput as TableInput }));
  }
  lake = open();
});

afterAll(async () => {
  await lake.close();
  await removeDatabase(glue, database);
  await removeBucket(s3, bucket);
});

const rows = async (sql: string, parameters = {}) => (await lake.query(sql, parameters)).rows;

describe('values', () => {
  test('of every plain type are those of the embedded engine', async () => {
    const { columns, rows } =
      await lake.query(`SELECT 'a''b' AS t, '' AS empty, CAST(NULL AS varchar) AS nothing, BIGINT '9007199254740993' AS big, 7 AS small,
      1.50 AS exact, DECIMAL '12345678901234567.10' AS long, 1e0 AS approximate, nan() AS nan, true AS yes, DATE '2026-03-02' AS day,
      TIMESTAMP '2026-03-02 10:05:00.120' AS at, TIMESTAMP '2026-03-02 10:05:00' AS whole, TIMESTAMP '2026-03-02 10:05:00.000 Europe/Berlin' AS zoned,
      X'610a5c' AS bytes`);

    expect(rows).toEqual([
      [
        "a'b",
        '',
        null,
        9007199254740993n,
        7,
        1.5,
        '12345678901234567.1',
        1,
        Number.NaN,
        true,
        '2026-03-02',
        '2026-03-02T10:05:00.120Z',
        '2026-03-02T10:05:00Z',
        '2026-03-02T09:05:00Z',
        'a\\x0A\\x5C',
      ],
    ]);
    expect(columns.map(({ name, type }) => `${name} ${type}`).slice(3, 8)).toEqual([
      'big BIGINT',
      'small INTEGER',
      'exact DECIMAL(3,2)',
      'long DECIMAL(19,2)',
      'approximate DOUBLE',
    ]);
  });

  test.each([
    [`ARRAY['a, b', 'c']`, ['a, b', 'c']],
    [`ARRAY['a', 'b, c']`, ['a', 'b, c']],
    [`ARRAY['[', ']', '"', 'x\ny', '\\', 'null', '']`, ['[', ']', '"', 'x\ny', '\\', 'null', '']],
    [`CAST(ARRAY[] AS array(varchar))`, []],
    [`ARRAY['']`, ['']],
    [`CAST(NULL AS array(varchar))`, null],
    [`ARRAY[NULL, 'null']`, [null, 'null']],
    [`ARRAY[9007199254740993, 1]`, [9007199254740993n, 1]],
    [`ARRAY[1.50, 2.25]`, [1.5, 2.25]],
    [`ARRAY[true, NULL]`, [true, null]],
    [`ARRAY[TIMESTAMP '2026-03-02 10:05:00.120']`, ['2026-03-02T10:05:00.120Z']],
    [`ARRAY[ARRAY['a, b'], ARRAY[]]`, [['a, b'], []]],
    [`MAP(ARRAY['k=1', 'l'], ARRAY[ARRAY[1], NULL])`, { 'k=1': [1], l: null }],
    [`CAST(ROW(1, 'x, y') AS ROW(a bigint, "B c" varchar))`, { a: 1, 'B c': 'x, y' }],
    [`CAST(ARRAY[ROW('x', NULL)] AS array(ROW(a varchar, b array(bigint))))`, [{ a: 'x', b: null }]],
  ])('of %s are sure', async (sql, value) => {
    expect(await rows(`SELECT ${sql} AS nested, 'beside' AS other`)).toEqual([[value, 'beside']]);
  });

  test('of rows without names are refused', async () => {
    await expect(rows(`SELECT ARRAY[ROW(1, 'x')] AS nested`)).rejects.toThrow(/nested holds rows whose fields have no names/);
  });

  test('come with the names of their columns, also when two have the same and one is odd', async () => {
    const { columns } = await lake.query(`SELECT 1 AS a, ARRAY[1] AS a, ARRAY['x'] AS "odd "" one"`);
    expect(columns).toEqual([
      { name: 'a', type: 'INTEGER' },
      { name: 'a', type: 'INTEGER[]' },
      { name: 'odd " one', type: 'VARCHAR[]' },
    ]);
  });
});

describe('the order of rows beside an array', () => {
  const data = `(VALUES (1, 'b', ARRAY['x', 'y']), (2, 'a', ARRAY['z']), (3, 'C', ARRAY[])) AS t (n, s, list)`;
  const order = async (sql: string) => (await rows(sql)).map((row) => row[0]);

  test.each([
    [`SELECT n, list FROM ${data} ORDER BY n DESC`, [3, 2, 1]],
    [`SELECT n AS x, list FROM ${data} ORDER BY 1 DESC LIMIT 2`, [3, 2]],
    [`SELECT n, list FROM ${data} ORDER BY s`, [3, 2, 1]],
    [`SELECT n, list FROM ${data} ORDER BY lower(s) DESC`, [3, 1, 2]],
    [`SELECT n, list FROM ${data} ORDER BY cardinality(list), s`, [3, 2, 1]],
    [`SELECT n, list FROM ${data} ORDER BY list DESC`, [2, 1, 3]],
    [`SELECT t.n, t.list FROM ${data} ORDER BY t.s OFFSET 1 ROWS LIMIT 1`, [2]],
    [`SELECT * FROM ${data} ORDER BY -n`, [3, 2, 1]],
    [`SELECT count(*) AS many, array_agg(n ORDER BY n) AS ns FROM ${data} GROUP BY cardinality(list) % 2 ORDER BY sum(n) DESC`, [2, 1]],
    [`WITH w AS (SELECT * FROM ${data}) SELECT n, list FROM w WHERE n < 3 UNION ALL SELECT 9, ARRAY['q'] ORDER BY n DESC`, [9, 2, 1]],
    [`SELECT DISTINCT n, list FROM ${data} ORDER BY n DESC`, [3, 2, 1]],
    [`(SELECT n, list FROM ${data} ORDER BY n DESC LIMIT 2)`, [3, 2]],
  ])('is kept: %s', async (sql, expected) => {
    expect(await order(sql)).toEqual(expected);
  });

  test('is refused where it cannot be kept, with what to write instead', async () => {
    await expect(rows(`SELECT n AS x, list FROM ${data} ORDER BY x + 1`)).rejects.toThrow(
      /the order by x \+ 1 cannot be kept.+order by columns of the answer/,
    );
  });
});

describe('a question', () => {
  test('gives thousands of rows in pages, once each', async () => {
    const found = await rows('SELECT n, ARRAY[n] AS list FROM UNNEST(sequence(1, 2500)) AS t (n) ORDER BY n');
    expect(found.map(([n]) => n)).toEqual(Array.from({ length: 2500 }, (_, at) => at + 1));
    expect(found.at(-1)).toEqual([2500, [2500]]);
  });

  test('takes parameters as literals', async () => {
    expect(await rows('SELECT :text AS t, :list AS list, contains(:list, :text) AS has', { text: "o'k", list: ["o'k", ','] })).toEqual([
      ["o'k", ["o'k", ','], true],
    ]);
  });

  test('that does more than read is refused before it is asked', async () => {
    await expect(rows('CREATE TABLE x AS SELECT 1 AS a')).rejects.toMatchObject({ name: 'UsageError' });
  });

  test('that is wrong says where, by the lines of the one who wrote it', async () => {
    const wrong = (sql: string) =>
      lake.query(sql).then(
        () => null,
        (error: unknown) => error as Error,
      );
    for (const sql of [
      'SELECT 1 AS a,\n  nope FROM (VALUES 1) AS t (x)',
      'SELECT ARRAY[1] AS a,\n  nope FROM runs',
      'SELECT *,\n  nope FROM resolved_sessions',
    ]) {
      const error = await wrong(sql);
      expect(error?.message).toMatch(/line 2:3: Column 'nope' cannot be resolved/);
      expect(isMistakeInAthenaSql(error)).toBe(true);
    }
  });

  test('of tables that no run has made yet has an empty answer', async () => {
    expect(await lake.query('SELECT run_id, as_of FROM runs JOIN day_counts USING (run_id)')).toEqual({
      columns: [
        { name: 'run_id', type: 'VARCHAR' },
        { name: 'as_of', type: 'TIMESTAMP' },
      ],
      rows: [],
    });
    await expect(rows('SELECT * FROM nothing_of_ours')).rejects.toThrow(/nothing_of_ours/);
  });

  test('is asked again when Athena is busy or fails by itself', async () => {
    await setFaults('athena', [
      { operation: 'StartQueryExecution', error: 'TooManyRequestsException', times: 4, containing: 'patience' },
      { operation: 'Run', error: 'GENERIC_INTERNAL_ERROR', message: 'GENERIC_INTERNAL_ERROR: once', containing: 'patience' },
    ]);
    try {
      expect(await rows(`SELECT 'patience' AS x`)).toEqual([['patience']]);
    } finally {
      await setFaults('athena', []);
    }
  });

  test('is stopped when nobody waits any more', async () => {
    const stop = new AbortController();
    const slow = open(stop.signal);
    setTimeout(() => stop.abort(), 1500);
    const sql =
      'SELECT count(*) FROM UNNEST(sequence(1, 10000)) a (x) CROSS JOIN UNNEST(sequence(1, 10000)) b (y) CROSS JOIN UNNEST(sequence(1, 100)) c (z) WHERE x * y * z % 7 = 3';
    await expect(slow.query(sql)).rejects.toThrow('interrupted');
    await slow.close();
  });
});
