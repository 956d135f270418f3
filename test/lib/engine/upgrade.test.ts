/** A lake of schema version 1 is upgraded by whoever writes, refused with the remedy to whoever reads, and read whole ever after. */
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDayEvents } from '../../../lib/engine/day-events.ts';
import { duckdbColumns } from '../../../lib/engine/ddl.ts';
import type { Lake } from '../../../lib/engine/lake.ts';
import type { Table } from '../../../schemas/table.ts';
import { databaseTables, parquetTables, SCHEMA_VERSION } from '../../../schemas/tables.ts';
import {
  ingestInto,
  logText,
  removeFolder,
  reportText,
  someRecords,
  sweepText,
  temporaryFolder,
  withLake,
  writeInput,
} from '../../helpers/input-files.ts';

/** What version 2 added. */
const NEW_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  events: [
    ...['refused_start_ms', 'on_behalf_of_user_id', 'identity_store_arn', 'credential_id', 'in_scope_type', 'in_scope_resource'],
    ...['ec2_role_delivery', 'corrects_request_id'],
  ],
  sessions: ['user_fold', 'contradiction'],
  attributions: ['closed_by', 'verdict_row', 'self_named_user', 'foreign_credentials'],
  runs: ['session_rows', 'sessions', 'session_rows_joined', 'session_rows_replaced', 'sessions_contradicting'],
  files: ['schema_version'],
};
const NEW_TABLES = ['failed_inputs', 'acceptances'];

let folder: string;
const directory = () => join(folder, 'lake');
const DT = '2026-03-02';

beforeEach(async () => {
  folder = temporaryFolder('upgrade');
  const log = writeInput(folder, 'logs/a.json', logText(...someRecords('old', 3)));
  const report = writeInput(folder, `daily-session-report-${DT}.csv`, reportText({}));
  const sweep = writeInput(folder, 'sweep.jsonl', sweepText());
  await withLake(directory(), (lake) => ingestInto(lake, { cloudtrail: [log], usageReports: [report], snapshots: [sweep] }));
  await turnBack();
});
afterEach(() => removeFolder(folder));

async function onDatabase(work: (run: (sql: string) => Promise<unknown[][]>) => Promise<void>): Promise<void> {
  const instance = await DuckDBInstance.create(join(directory(), 'audit.duckdb'));
  const connection = await instance.connect();
  await work(async (sql) => (await connection.runAndReadAll(sql)).getRows());
  connection.closeSync();
  instance.closeSync();
}

/** Makes the lake what version 1 would have made of the same inputs. */
async function turnBack(): Promise<void> {
  await onDatabase(async (run) => {
    for (const [path, table] of await run('SELECT path, table_name FROM files')) {
      const file = join(directory(), String(path));
      const columns = NEW_COLUMNS[String(table)];
      if (columns === undefined) continue;
      const rows = `SELECT * EXCLUDE (${columns.join(', ')}) FROM read_parquet('${file}', hive_partitioning = false)`;
      await run(`COPY (${rows}) TO '${file}.old' (FORMAT parquet)`);
      renameSync(`${file}.old`, file);
    }
    for (const table of NEW_TABLES) await run(`DROP TABLE ${table}`);
    for (const table of ['runs', 'files']) {
      for (const column of NEW_COLUMNS[table] ?? []) await run(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    }
    await run("UPDATE lake_info SET value = '1' WHERE name = 'schema_version'");
  });
}

/** Puts a row of nulls into a Parquet table, in a file of the version. */
async function putRow(lake: Lake, table: Table, version: number): Promise<void> {
  const lacking = version === 1 ? (NEW_COLUMNS[table.name] ?? []) : [];
  const columns = duckdbColumns(table).filter(([name]) => name !== 'dt' && !lacking.includes(name));
  const path = `${table.name}/dt=2026-01-01/version-${version}.parquet`;
  mkdirSync(dirname(lake.path(path)), { recursive: true });
  const row = columns.map(([name, type]) => `CAST(NULL AS ${type}) AS ${name}`).join(', ');
  await lake.database.run(`COPY (SELECT ${row}) TO '${lake.path(path)}' (FORMAT parquet)`);
  await lake.database.run(
    `INSERT INTO files (path, table_name, dt, row_count, size_bytes, batch_id, schema_version) ` +
      `VALUES ('${path}', '${table.name}', '2026-01-01', 1, 1, 'b', ${version === 1 ? 'NULL' : version})`,
  );
  await lake.refreshViews();
}

/** Every column of a view, in order. */
async function columnsOf(lake: Lake, view: string): Promise<string[][]> {
  const rows = await lake.database.rows<{ column_name: string; column_type: string }>(`DESCRIBE ${view}`);
  return rows.map((row) => [row.column_name, row.column_type]);
}

describe('a lake of version 1', () => {
  test('is refused to a reader, with the remedy, and left as it is', async () => {
    const before = readFileSync(join(directory(), 'audit.duckdb'));
    const reading = withLake(directory(), async () => undefined, { mode: 'read', create: false });
    await expect(reading).rejects.toThrow(
      `the lake has schema version 1, this program knows ${SCHEMA_VERSION}; run ingest or correlate once: it upgrades the lake and loses nothing`,
    );
    expect(readFileSync(join(directory(), 'audit.duckdb')).equals(before)).toBe(true);
  });

  test('gets the tables and columns that it lacks when it is opened for writing, and is then read by readers', async () => {
    await withLake(directory(), async () => undefined);
    await withLake(
      directory(),
      async (lake) => {
        expect((await lake.query('SELECT value FROM lake_info')).rows).toEqual([[String(SCHEMA_VERSION)]]);
        for (const table of databaseTables) {
          const columns = await columnsOf(lake, table.name);
          expect([table.name, ...columns.map(([name]) => name).sort()]).toEqual([
            table.name,
            ...duckdbColumns(table)
              .map(([name]) => name)
              .sort(),
          ]);
        }
        expect((await lake.query('SELECT count(*), count(schema_version) FROM files')).rows).toEqual([[4, 0]]);
        expect((await lake.query('SELECT count(*), count(refused_start_ms) FROM events')).rows).toEqual([[3, 0]]);
        expect((await lake.query('SELECT user_id, user_fold, contradiction FROM sessions ORDER BY origin')).rows).toEqual([
          ['alice@example.com', null, null],
          ['alice@example.com', null, null],
        ]);
      },
      { mode: 'read', create: false },
    );
  });

  test('keeps its rows beside new ones, in one table that has the columns of the new ones', async () => {
    const [record] = someRecords('new', 1);
    const log = writeInput(folder, 'logs/b.json', logText({ ...record, additionalEventData: { startTime: Date.UTC(2026, 1, 1) } }));
    await withLake(directory(), async (lake) => {
      const summary = await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
      expect(summary.inputs).toMatchObject({ ingested: 1, skipped: 1 });
      const { rows } = await lake.query('SELECT event_id, refused_start_ms, dt FROM events ORDER BY event_id');
      expect(rows).toEqual([
        ['new-0', Date.UTC(2026, 1, 1), DT],
        ['old-0', null, DT],
        ['old-1', null, DT],
        ['old-2', null, DT],
      ]);
      expect((await lake.query('SELECT schema_version FROM files ORDER BY schema_version NULLS FIRST')).rows.at(-1)).toEqual([
        SCHEMA_VERSION,
      ]);
      await createDayEvents(lake, [{ dt: DT, settled: true, previousDt: '2026-03-01' }], 1000);
      expect((await lake.query('SELECT count(*), count(DISTINCT n), count(refused_start_ms) FROM day_events')).rows).toEqual([[4, 4, 1]]);
    });
    expect(readdirSync(join(directory(), 'events', `dt=${DT}`))).toHaveLength(2);
    expect(log).toContain('b.json');
  });

  test.each(parquetTables.map((table) => [table.name, table] as const))('has %s of either version and of both', async (name, table) => {
    await withLake(directory(), async (lake) => {
      const expected = duckdbColumns(table);
      const before = await lake.database.count(`SELECT count(*) FROM ${name}`);
      for (const [at, version] of [1, 2].entries()) {
        await putRow(lake, table, version);
        expect(await columnsOf(lake, name)).toEqual(expected);
        expect(await lake.database.count(`SELECT count(*) FROM ${name}`)).toBe(before + at + 1);
      }
      await lake.database.run(`DELETE FROM files WHERE table_name = '${name}' AND schema_version IS NULL`);
      await lake.refreshViews();
      expect(await columnsOf(lake, name)).toEqual(expected);
    });
  });
});
