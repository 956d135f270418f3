/** Puts a staged batch into the lake: Parquet files under unlisted names, then the ledger in one transaction, then their names. */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Table } from '../../schemas/table.ts';
import { evidenceMarks, failedInputs, files, inputs, rejectedRecords, SCHEMA_VERSION, tableNamed } from '../../schemas/tables.ts';
import type { StagedBatch } from '../lake/batch.ts';
import { failureMarks } from '../lake/evidence-notes.ts';
import { explainWriteError } from '../lake/full-disk.ts';
import { batchId, landingPath, UNLISTED_SUFFIX } from '../lake/layout.ts';
import { stagingLine } from '../lake/staging-row.ts';
import { sqlLiteral } from '../sql-template.ts';
import { addDays } from '../time.ts';
import { duckdbColumns, parquetOptions, quotePath, stagedSelect } from './ddl.ts';
import type { Lake } from './lake.ts';

/**
 * Commits a batch. Killed before the transaction, nothing of it is in the lake; killed after it, the next opening finishes
 * the renames.
 * @param folder staging folder of the batch; removed at the end
 * @returns rows by table
 */
export async function commitBatch(lake: Lake, batch: StagedBatch, folder: string): Promise<Record<string, number>> {
  const id = batchId(batch.inputs);
  const listed: Record<string, unknown>[] = [];
  const rows: Record<string, number> = {};
  for (const file of batch.files) {
    const path = landingPath(file.table, file.dt, id);
    await writeParquet(lake, tableNamed(file.table), file.path, path);
    rows[file.table] = (rows[file.table] ?? 0) + file.rows;
    const size = statSync(lake.path(path + UNLISTED_SUFFIX)).size;
    const row = { path, table_name: file.table, dt: file.dt, row_count: file.rows, size_bytes: size, batch_id: id };
    listed.push({ ...row, schema_version: SCHEMA_VERSION });
  }
  await lake.database.transaction(async () => {
    // the same bytes read again (they had been rejected before) replace what was said of them
    await replaceRows(
      lake,
      inputs,
      batch.inputs.map((row) => ({ ...row, batch_id: id })),
      folder,
      ['location', 'version'],
    );
    await replaceRows(lake, rejectedRecords, batch.rejected, folder, []);
    await replaceRows(lake, failedInputs, batch.failed, folder, ['location']);
    await lake.database.run(`DELETE FROM failed_inputs WHERE location IN (SELECT location FROM inputs WHERE batch_id = ${sqlLiteral(id)})`);
    await replaceRows(lake, files, listed, folder, ['path']);
    await replaceRows(
      lake,
      evidenceMarks,
      [...batch.marks, ...batch.failed.flatMap(failureMarks)].map((row) => ({ ...row, batch_id: id })),
      folder,
      [],
    );
    await markDays(lake, daysOf(batch, 'events'), daysOf(batch, 'flows'));
  });
  for (const { path } of listed) renameSync(lake.path(`${path}${UNLISTED_SUFFIX}`), lake.path(String(path)));
  rmSync(folder, { recursive: true, force: true });
  return rows;
}

async function writeParquet(lake: Lake, table: Table, staged: string, path: string): Promise<void> {
  mkdirSync(dirname(lake.path(path)), { recursive: true });
  // a batch has some 80,000 events
  await lake.database.run(
    `COPY (${stagedSelect(table, staged)}) TO '${quotePath(lake.path(path + UNLISTED_SUFFIX))}' ${parquetOptions(40_960)}`,
  );
}

/** Inserts ledger rows by way of a staging file, after removing those of the same key. */
async function replaceRows(
  lake: Lake,
  table: Table,
  rows: readonly Readonly<Record<string, unknown>>[],
  folder: string,
  key: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  const file = join(folder, `${table.name}.ledger.csv`);
  const line = stagingLine(table);
  writeStaged(file, rows.map((row) => line(row)).join(''));
  const names = duckdbColumns(table).map(([name]) => name);
  const source = stagedSelect(table, file);
  if (key.length > 0) {
    await lake.database.run(`DELETE FROM ${table.name} WHERE (${key.join(', ')}) IN (SELECT (${key.join(', ')}) FROM (${source}))`);
  }
  if (table === inputs) {
    await lake.database.run(`DELETE FROM rejected_records WHERE (location, version) IN (SELECT (location, version) FROM (${source}))`);
  }
  await lake.database.run(`INSERT INTO ${table.name} (${names.join(', ')}) ${source}`);
}

function writeStaged(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw explainWriteError(file, cause);
  }
}

const daysOf = (batch: StagedBatch, table: string): string[] => [
  ...new Set(batch.files.filter((file) => file.table === table).map((file) => file.dt)),
];

/**
 * New events make their day one to settle, and the next one too: an access key seen today can be a lead tomorrow. New flows
 * make their day one that findings are asked for.
 */
async function markDays(lake: Lake, eventDays: readonly string[], flowDays: readonly string[]): Promise<void> {
  const dts = [...new Set([...eventDays, ...flowDays])];
  if (dts.length === 0) return;
  const list = dts.map((dt) => `(${sqlLiteral(dt)})`).join(', ');
  const touched = [...new Set([...dts, ...eventDays.map((dt) => addDays(dt, 1))])].map((dt) => sqlLiteral(dt)).join(', ');
  await lake.database.run(`UPDATE days SET dirty = true WHERE dt IN (${touched})`);
  await lake.database.run(
    `INSERT INTO days (dt, dirty, open_rows) SELECT v.dt, true, 0 FROM (VALUES ${list}) v(dt) WHERE v.dt NOT IN (SELECT dt FROM days)`,
  );
}
