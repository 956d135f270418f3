/**
 * What a run has decided and not published yet, in temporary tables: the engine reads tables that are committed on all cores,
 * and those of a transaction that is under way on one. So nothing but the publication itself is a transaction.
 */

import { attributionChanges } from '../../schemas/answer-tables.ts';
import { dayCounts, files } from '../../schemas/ledger-tables.ts';
import type { Table } from '../../schemas/table.ts';
import { attributions, SCHEMA_VERSION } from '../../schemas/tables.ts';
import { UNLISTED_SUFFIX } from '../lake/layout.ts';
import { sqlLiteral } from '../sql-template.ts';
import { duckdbColumns, emptySelect } from './ddl.ts';
import type { Lake } from './lake.ts';

/** The tables whose new rows wait under the name `unpublished_<table>`. */
const WAITING: readonly Table[] = [files, attributionChanges, dayCounts];

/** Days whose files of `attributions` are replaced by those of `unpublished_files`, if there are any for the day. */
const REPLACED_DAYS = 'unpublished_days';

/** A file of `attributions` that was written under its unlisted name. */
export interface WrittenFile {
  /** Path below the lake, without the suffix of what is not listed yet. */
  readonly path: string;
  readonly dt: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Forgets what an earlier run left. */
export async function beginUnpublished(lake: Lake): Promise<void> {
  for (const table of WAITING) {
    await lake.database.run(`CREATE OR REPLACE TEMP TABLE unpublished_${table.name} AS ${emptySelect(table)}`);
  }
  await lake.database.run(`CREATE OR REPLACE TEMP TABLE ${REPLACED_DAYS} (dt VARCHAR)`);
}

/** Notes the files that days have from now on, in place of those that they had. */
export async function replaceFiles(lake: Lake, days: readonly string[], written: readonly WrittenFile[], runId: string): Promise<void> {
  if (days.length === 0) return;
  await lake.database.run(`INSERT INTO ${REPLACED_DAYS} VALUES ${days.map((dt) => `(${sqlLiteral(dt)})`).join(', ')}`);
  if (written.length === 0) return;
  const rows = written.map((file) =>
    [
      ...[sqlLiteral(file.path), sqlLiteral(attributions.name), sqlLiteral(file.dt), file.rows, file.bytes, sqlLiteral(runId)],
      SCHEMA_VERSION,
    ].join(', '),
  );
  await lake.database.run(
    `INSERT INTO unpublished_files (path, table_name, dt, row_count, size_bytes, batch_id, schema_version) VALUES (${rows.join('), (')})`,
  );
}

/** Lets `attributions` show what the run has decided so far; `refreshViews` ends it. */
export async function showUnpublished(lake: Lake): Promise<void> {
  const standing = await lake.database.rows<{ path: string }>(
    `SELECT path FROM files WHERE table_name = ${sqlLiteral(attributions.name)} AND dt NOT IN (SELECT dt FROM ${REPLACED_DAYS})`,
  );
  const fresh = await lake.database.rows<{ path: string }>('SELECT path FROM unpublished_files');
  const paths = [...standing.map(({ path }) => path), ...fresh.map(({ path }) => path + UNLISTED_SUFFIX)];
  await lake.database.run(
    `CREATE OR REPLACE TEMP VIEW attributions AS ${paths.length > 0 ? lake.readFiles(paths) : emptySelect(attributions)}`,
  );
}

/** Puts all that waits into the lake's own tables, inside the transaction that publishes the run. */
export async function publishAll(lake: Lake): Promise<void> {
  const { database } = lake;
  await database.run(`DELETE FROM files WHERE table_name = ${sqlLiteral(attributions.name)} AND dt IN (SELECT dt FROM ${REPLACED_DAYS})`);
  for (const table of WAITING) {
    const names = duckdbColumns(table).map(([name]) => name);
    await database.run(`INSERT INTO ${table.name} (${names.join(', ')}) SELECT ${names.join(', ')} FROM unpublished_${table.name}`);
    await database.run(`DROP TABLE temp.unpublished_${table.name}`);
  }
  await database.run(`DROP TABLE temp.${REPLACED_DAYS}`);
}
