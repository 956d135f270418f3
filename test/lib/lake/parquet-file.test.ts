import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { ParquetFile, parquetSchema, ROW_GROUP_ROWS } from '../../../lib/lake/parquet-file.ts';
import type { Table } from '../../../schemas/table.ts';
import { removeFolder, temporaryFolder } from '../../helpers/input-files.ts';

const table = {
  name: 'things',
  doc: 'A thing.',
  key: ['id'],
  kind: 'landing',
  dt: 'the thing',
  columns: {
    id: { type: 'text', required: true, doc: '' },
    seen: { type: 'timestamp', doc: '' },
    seen_ms: { type: 'bigint', doc: '' },
    yes: { type: 'boolean', doc: '' },
    names: { type: 'text[]', doc: '' },
  },
} as const satisfies Table;

const ROWS = [
  { id: 'a', seen_ms: Date.parse('2026-03-02T10:15:30.123Z'), yes: true, names: ['x', '', 'ä 🙂'] },
  { id: '', seen_ms: null, yes: null, names: null },
  { id: 'ключ "q", \u0000\n', seen_ms: -1, yes: false, names: [] },
  { id: 'big', seen_ms: Number.MAX_SAFE_INTEGER },
];

let folder: string;
let lake: Lake;

beforeAll(async () => {
  folder = temporaryFolder('parquet');
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
});

afterAll(async () => {
  await lake.close();
  removeFolder(folder);
});

function write(rows: readonly Readonly<Record<string, unknown>>[]): Uint8Array {
  const file = new ParquetFile(table);
  for (const row of rows) file.append(row);
  return file.finish();
}

/** What DuckDB makes of a file. */
async function readWithEngine(bytes: Uint8Array, select = '*'): Promise<Record<string, unknown>[]> {
  const path = join(folder, 'file.parquet');
  writeFileSync(path, bytes);
  return lake.database.rows(`SELECT ${select} FROM read_parquet('${path}')`);
}

const bufferOf = (bytes: Uint8Array) => bytes.slice().buffer as ArrayBuffer;

describe('a Parquet file', () => {
  test('gives every value back, an empty text as null', async () => {
    expect(await readWithEngine(write(ROWS), 'id, epoch_ms(seen) AS seen, seen_ms, yes, names')).toEqual([
      { id: 'a', seen: ROWS[0]?.seen_ms, seen_ms: ROWS[0]?.seen_ms, yes: true, names: ['x', '', 'ä 🙂'] },
      { id: null, seen: null, seen_ms: null, yes: null, names: null },
      { id: 'ключ "q", \u0000\n', seen: -1, seen_ms: -1, yes: false, names: [] },
      expect.objectContaining({ id: 'big', seen_ms: Number.MAX_SAFE_INTEGER, yes: null, names: null }),
    ]);
  });

  test('gives the same to a reader that is no engine', async () => {
    const rows = await parquetReadObjects({ file: bufferOf(write(ROWS.slice(0, 3))), compressors });
    expect(rows).toEqual([
      { id: 'a', seen: new Date('2026-03-02T10:15:30.123Z'), seen_ms: BigInt(ROWS[0]?.seen_ms ?? 0), yes: true, names: ['x', '', 'ä 🙂'] },
      // no list is undefined to this reader
      { id: null, seen: null, seen_ms: null, yes: null, names: undefined },
      { id: 'ключ "q", \u0000\n', seen: new Date(-1), seen_ms: -1n, yes: false, names: [] },
    ]);
  });

  test('has times of milliseconds without a zone', async () => {
    expect(parquetSchema(table.columns).find(({ name }) => name === 'seen')).toMatchObject({
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' },
    });
    expect(await readWithEngine(write(ROWS), 'DISTINCT typeof(seen) AS seen, typeof(names) AS names')).toEqual([
      { seen: 'TIMESTAMP', names: 'VARCHAR[]' },
    ]);
  });

  test('without rows can be read', async () => {
    expect(await readWithEngine(write([]))).toEqual([]);
  });

  test('of many rows has several row groups, and is the same bytes whenever it is written', async () => {
    const rows = Array.from({ length: ROW_GROUP_ROWS + 1 }, (_, n) => ({ id: `id-${n % 97}`, seen_ms: n, yes: n % 2 === 0, names: [] }));
    const bytes = write(rows);
    expect(parquetMetadata(bufferOf(bytes)).row_groups.map((group) => Number(group.num_rows))).toEqual([ROW_GROUP_ROWS, 1]);
    expect(await readWithEngine(bytes, 'count(*) AS n, sum(seen_ms) AS s, count(DISTINCT id) AS ids')).toEqual([
      { n: ROW_GROUP_ROWS + 1, s: (ROW_GROUP_ROWS * (ROW_GROUP_ROWS + 1)) / 2, ids: 97 },
    ]);
    expect(Buffer.from(write(rows)).equals(Buffer.from(bytes))).toBe(true);
  });
});
