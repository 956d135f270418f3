/** What the embedded engine answers, as values of an answer; and how an answer that comes bit by bit ends. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cellText, csvField, jsonValue } from '../../../lib/answer/cell.ts';
import { Database, isMistakeInSql } from '../../../lib/engine/database.ts';
import { DiskFullError, QueryError, UsageError } from '../../../lib/errors.ts';
import type { RowStream } from '../../../lib/lake/ports.ts';
import { removeFolder, temporaryFolder } from '../../helpers/input-files.ts';

const folder = temporaryFolder('database');
let database: Database;

beforeAll(async () => {
  database = await openDatabase('a.duckdb', 200);
});
afterAll(() => {
  database.close();
  removeFolder(folder);
});

function openDatabase(name: string, memoryLimitMb: number): Promise<Database> {
  return Database.open(join(folder, name), { readOnly: false, threads: 2, memoryLimitMb, spillFolder: join(folder, '.spill') });
}

/** A value in every form: table, CSV and JSON. */
async function shown(expression: string): Promise<{ cell: string; csv: string; json: unknown }> {
  const { columns, rows } = await database.query(`SELECT ${expression} AS v`);
  const value = rows[0]?.[0] ?? null;
  const json = JSON.stringify(jsonValue(value));
  return { cell: cellText(value), csv: csvField(value, columns[0]?.type), json: JSON.parse(json) };
}

/** Text that is the same in a table and in JSON. */
const same = (text: string) => ({ cell: text, csv: text, json: text });

describe('a value of the engine', () => {
  test('keeps a leading U+FEFF, in a short text, a long one and a list', async () => {
    const { rows } = await database.query(
      "SELECT chr(65279) || 'bob', chr(65279) || 'bob@long.example.org', [chr(65279) || 'bob'], chr(65279)",
    );
    expect(rows[0]).toEqual(['\ufeffbob', '\ufeffbob@long.example.org', ['\ufeffbob'], '\ufeff']);
  });

  test.each([
    ["TIMESTAMP '2026-03-02 10:00:00'", '2026-03-02T10:00:00Z'],
    ["TIMESTAMP '2026-03-02 10:00:00.120'", '2026-03-02T10:00:00.120Z'],
    ["TIMESTAMP '2026-03-02 10:00:00.123456'", '2026-03-02T10:00:00.123456Z'],
    ["TIMESTAMP '1969-12-31 23:59:59.9999'", '1969-12-31T23:59:59.9999Z'],
    ["TIMESTAMPTZ '2026-03-02 10:00:00+02'", '2026-03-02T08:00:00Z'],
    ["TIMESTAMP_NS '2026-03-02 10:00:00.000000001'", '2026-03-02T10:00:00.000000001Z'],
    ["TIMESTAMP_S '2026-03-02 10:00:00'", '2026-03-02T10:00:00Z'],
    ["TIMESTAMP_MS '2026-03-02 10:00:00.001'", '2026-03-02T10:00:00.001Z'],
    ["TIMESTAMP 'infinity'", 'infinity'],
    ["TIMESTAMP '294246-12-31 10:00:00'", '294246-12-31 10:00:00'],
    ["DATE '2026-03-02'", '2026-03-02'],
    ["DATE 'infinity'", 'infinity'],
    ["TIME '10:00:00.5'", '10:00:00.5'],
    ["TIMETZ '10:00:00+02'", '10:00:00+02'],
    ["INTERVAL '1 month 2 days 3 hours'", '1 month 2 days 03:00:00'],
    ["'\\xAA\\x00a\\x5C'::BLOB", '\\xAA\\x00a\\x5C'],
    ["'7dc7b5cc-0ec4-4a3d-a2d2-1d1a5f9cf6b4'::UUID", '7dc7b5cc-0ec4-4a3d-a2d2-1d1a5f9cf6b4'],
    ["'101'::BIT", '101'],
    ["'a'::ENUM('a')", 'a'],
    ['170141183460469231731687303715884105727::HUGEINT', '170141183460469231731687303715884105727'],
    ['12345678901234567890.123::DECIMAL(38,3)', '12345678901234567890.123'],
    ["'NaN'::DOUBLE", 'NaN'],
    ["'-inf'::DOUBLE", '-Infinity'],
    ["'inf'::FLOAT", 'Infinity'],
  ])('%s is written %s', async (expression, text) => {
    expect(await shown(expression)).toEqual(same(text));
  });

  test.each([
    ['1.5::DECIMAL(10,2)', 1.5],
    ['-5::DECIMAL(4,0)', -5],
    ['9007199254740991', 9007199254740991],
    ['5::HUGEINT', 5],
    ['1e300', 1e300],
  ])('%s is a number', async (expression, number) => {
    expect(await shown(expression)).toEqual({ cell: String(number), csv: String(number), json: number });
  });

  test.each([
    ["{'a': 1, 'b': [1, NULL]}", { a: 1, b: [1, null] }],
    ["MAP {'x': TIMESTAMP '2026-03-02 10:00:00'}", { x: '2026-03-02T10:00:00Z' }],
    ["MAP {[1, 2]: 'x'}", { '1, 2': 'x' }],
    ['[[1, 2], [3]]', [[1, 2], [3]]],
    ["[{'a': 'NaN'::DOUBLE}]", [{ a: 'NaN' }]],
    ["['a', NULL]", ['a', null]],
    ['union_value(k := 5)', { k: 5 }],
    ["{'deep': {'d': 1.10::DECIMAL(4,2), 'n': 9007199254740993}}", { deep: { d: 1.1, n: '9007199254740993' } }],
  ])('%s is JSON in JSON, and as JSON text elsewhere', async (expression, json) => {
    const text = JSON.stringify(json);
    const csv = `"${text.replaceAll('"', '""')}"`;
    expect(await shown(expression)).toEqual({ cell: text, csv: /[",]/.test(text) ? csv : text, json });
  });

  test('that is a list of scalars is joined in a table and in CSV', async () => {
    expect(await shown("['a', 'b']")).toEqual({ cell: 'a, b', csv: 'a;b', json: ['a', 'b'] });
    expect(await shown('[1, 2]::BIGINT[2]')).toEqual({ cell: '1, 2', csv: '1;2', json: [1, 2] });
  });

  test.each(['row(1, 2)', '[row(1, 2)]', "MAP {'a': row(1)}", "{'__proto__': 5}"])(
    '%s is refused: the binding loses its fields',
    async (expression) => {
      await expect(database.query(`SELECT ${expression} AS v`)).rejects.toThrow(UsageError);
      await expect(database.stream(`SELECT ${expression} AS v`)).rejects.toThrow('the column v holds structs whose fields have no names');
    },
  );
});

async function count(stream: RowStream, most = Number.POSITIVE_INFINITY): Promise<number> {
  let rows = 0;
  for await (const chunk of stream.chunks) {
    rows += chunk.length;
    if (rows >= most) break;
  }
  return rows;
}

describe('an answer that comes bit by bit', () => {
  test('has all rows, in their order', async () => {
    const { columns, chunks } = await database.stream('SELECT range AS n FROM range(5000) ORDER BY n DESC');
    const rows: unknown[] = [];
    for await (const chunk of chunks) rows.push(...chunk.map((row) => row[0]));
    expect([columns.map((each) => each.name), rows.length, rows[0], rows.at(-1)]).toEqual([['n'], 5000, 4999, 0]);
  });

  test('is not computed further when nobody reads on, and another can be asked for', async () => {
    const started = performance.now();
    const without = await database.stream('SELECT * FROM range(1000000000000) a');
    expect(await count(without, 1)).toBeLessThanOrEqual(2048);
    expect(await count(await database.stream('SELECT 1'))).toBe(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test.each([
    ["CASE WHEN range = 299999 THEN error('told') ELSE 'a' END", 'told'],
    ["CAST(CASE WHEN range = 299999 THEN 'x' ELSE '5' END AS INTEGER)", "Could not convert string 'x'"],
  ])('fails with what went wrong when it ends on the way: %s', async (expression, reason) => {
    const stream = await database.stream(`SELECT ${expression} AS v FROM range(300000) -- the end`);
    await expect(count(stream)).rejects.toThrow(reason);
    expect(await database.count('SELECT 5')).toBe(5);
  });

  test('stops when the signal fires, also between two statements', async () => {
    const controller = new AbortController();
    const long = await database.stream('SELECT * FROM range(1000000000000)', controller.signal);
    setTimeout(() => controller.abort(), 50);
    await expect(count(long)).rejects.toThrow(QueryError);
    await expect(database.stream('SELECT 1', controller.signal)).rejects.toThrow('interrupted');
    expect(await database.count('SELECT 5')).toBe(5);
  });
});

describe('an error of the engine', () => {
  test.each(['SELEC 1', 'SELECT * FROM nowhere', 'SELECT nothing', "SELECT CAST('x' AS INTEGER)", "SELECT sum('a')", 'SELECT (1'])(
    'is a mistake in the SQL: %s',
    async (sql) => {
      const error = await database.query(sql).catch((cause: unknown) => cause);
      expect([isMistakeInSql(error), (error as Error).message]).toEqual([true, expect.stringMatching(/^\w+ Error: /)]);
    },
  );

  test('that is not in the text is none: a file that is gone, memory that is not there', async () => {
    const gone = await database.query(`SELECT * FROM read_parquet('${join(folder, 'gone.parquet')}')`).catch((cause: unknown) => cause);
    expect([gone instanceof QueryError, isMistakeInSql(gone)]).toEqual([true, false]);
    expect(isMistakeInSql(new DiskFullError('Parser Error: '))).toBe(false);
  });
});

describe('a database that is confined to a folder', () => {
  let confined: Database;
  const elsewhere = temporaryFolder('elsewhere');
  beforeAll(async () => {
    confined = await openDatabase('b.duckdb', 60);
    await database.run(`COPY (SELECT 7 AS n) TO '${join(folder, 'in.parquet')}'`);
    await database.run(`COPY (SELECT 7 AS n) TO '${join(elsewhere, 'out.parquet')}'`);
    await confined.confine(folder);
    await confined.confine(folder);
  });
  afterAll(() => {
    confined.close();
    removeFolder(elsewhere);
  });

  test('reads the folder', async () => {
    expect(await confined.count(`SELECT n FROM read_parquet('${join(folder, 'in.parquet')}')`)).toBe(7);
  });

  test.each([
    () => `SELECT * FROM read_parquet('${join(elsewhere, 'out.parquet')}')`,
    () => `SELECT * FROM read_parquet('${join(folder, '..', 'x.parquet')}')`,
    () => "SELECT * FROM read_text('/etc/hostname')",
    () => "SELECT * FROM glob('/etc/*')",
    () => `ATTACH '${join(elsewhere, 'c.duckdb')}'`,
    () => `COPY (SELECT 1) TO '${join(elsewhere, 'c.csv')}'`,
    () => "SELECT * FROM read_csv('https://example.invalid/a.csv')",
    () => 'SET enable_external_access = true',
  ])('reaches nothing else: %#', async (sql) => {
    await expect(confined.run(sql())).rejects.toThrow(/Permission Error|configuration has been locked|Missing Extension Error/);
  });

  test('still spills what does not fit into memory', async () => {
    const many = 'SELECT count(*) FROM (SELECT md5(range::VARCHAR) AS m FROM range(3000000) ORDER BY m)';
    expect(await confined.count(many)).toBe(3000000);
  });
});
