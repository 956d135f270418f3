/** Every table of a lake as Parquet, Hive-partitioned by day where the table is, for other tools to read. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { databaseTables, parquetTables } from '../../schemas/tables.ts';
import { quotePath } from './ddl.ts';
import type { Lake } from './lake.ts';

export interface ExportedTable {
  readonly table: string;
  readonly rows: number;
  readonly files: number;
}

/** Writes `<out>/<table>/dt=YYYY-MM-DD/*.parquet`, and `<out>/<table>/<table>.parquet` for tables of the database. */
export async function exportLake(lake: Lake, out: string): Promise<ExportedTable[]> {
  const target = resolve(out);
  const exported: ExportedTable[] = [];
  for (const table of parquetTables) exported.push(await copyTable(lake, table.name, target));
  for (const table of databaseTables) exported.push(await writeTable(lake, table.name, target));
  return exported;
}

async function copyTable(lake: Lake, table: string, target: string): Promise<ExportedTable> {
  const files = await lake.database.rows<{ path: string; row_count: number }>(
    `SELECT path, row_count FROM files WHERE table_name = '${table}' ORDER BY path`,
  );
  for (const { path } of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(lake.path(lake.presentName(path)), join(target, path));
  }
  return { table, rows: files.reduce((sum, file) => sum + file.row_count, 0), files: files.length };
}

async function writeTable(lake: Lake, table: string, target: string): Promise<ExportedTable> {
  mkdirSync(join(target, table), { recursive: true });
  const file = join(target, table, `${table}.parquet`);
  await lake.database.run(`COPY ${table} TO '${quotePath(file)}' (FORMAT parquet, COMPRESSION zstd)`);
  return { table, rows: await lake.database.count(`SELECT count(*) FROM ${table}`), files: 1 };
}
