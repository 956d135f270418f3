/** Every table of a lake as Parquet, Hive-partitioned by day where the table is, for other tools to read. */
import { mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { databaseTables, parquetTables } from '../../schemas/tables.ts';
import { InterruptedError } from '../errors.ts';
import { explainWriteError } from '../lake/full-disk.ts';
import { removeUnfinished, requireFree, UNFINISHED_EXPORT } from '../local/export-folder.ts';
import { quotePath } from './ddl.ts';
import type { Lake } from './lake.ts';

export interface ExportedTable {
  readonly table: string;
  readonly rows: number;
  readonly files: number;
}

/**
 * Writes `<out>/<table>/dt=YYYY-MM-DD/*.parquet`, and `<out>/<table>/<table>.parquet` for tables of the database. Nothing
 * stands under these names before all of it is written. An export that was stopped is made again from the start.
 * @throws UsageError when something else is in the folder, InterruptedError when the signal fires
 */
export async function exportLake(lake: Lake, out: string, signal?: AbortSignal): Promise<ExportedTable[]> {
  const target = resolve(out);
  requireFree(target, lake.directory);
  const unfinished = join(target, UNFINISHED_EXPORT);
  try {
    removeUnfinished(target);
    mkdirSync(unfinished, { recursive: true });
    const exported: ExportedTable[] = [];
    for (const table of parquetTables) exported.push(await copyTable(lake, table.name, unfinished, signal));
    for (const table of databaseTables) exported.push(await writeTable(lake, table.name, unfinished, signal));
    checkGoing(signal);
    for (const name of readdirSync(unfinished)) renameSync(join(unfinished, name), join(target, name));
    rmdirSync(unfinished);
    return exported;
  } catch (error) {
    tryToRemoveUnfinished(target);
    throw explainWriteError(target, error);
  }
}

/** What cannot be removed is removed by the next export; what failed before is what has to be told. */
function tryToRemoveUnfinished(target: string): void {
  try {
    removeUnfinished(target);
  } catch {
    // the folder still says that the export is not whole
  }
}

async function copyTable(lake: Lake, table: string, target: string, signal: AbortSignal | undefined): Promise<ExportedTable> {
  const files = await lake.database.rows<{ path: string; row_count: number }>(
    `SELECT path, row_count FROM files WHERE table_name = '${table}' ORDER BY path`,
  );
  for (const { path } of files) {
    checkGoing(signal);
    mkdirSync(dirname(join(target, path)), { recursive: true });
    await copyFile(lake.path(lake.presentName(path)), join(target, path));
  }
  return { table, rows: files.reduce((sum, file) => sum + file.row_count, 0), files: files.length };
}

async function writeTable(lake: Lake, table: string, target: string, signal: AbortSignal | undefined): Promise<ExportedTable> {
  checkGoing(signal);
  mkdirSync(join(target, table), { recursive: true });
  const file = join(target, table, `${table}.parquet`);
  await lake.database.run(`COPY ${table} TO '${quotePath(file)}' (FORMAT parquet, COMPRESSION zstd)`);
  return { table, rows: await lake.database.count(`SELECT count(*) FROM ${table}`), files: 1 };
}

function checkGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new InterruptedError('interrupted', { remedy: 'nothing was exported; run the same command again' });
}
