/** A lake on one machine: Parquet files by day, and `audit.duckdb` with the ledger and the answers. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseTables, parquetTables, SCHEMA_VERSION, tableNamed } from '../../schemas/tables.ts';
import { QUESTION_STAGES, stageTable } from '../correlate/stages.ts';
import { InterruptedError, LakeBusyError, LakeError, UsageError } from '../errors.ts';
import { explainWriteError } from '../lake/full-disk.ts';
import { DATABASE_FILE, SPILL_FOLDER, STAGING_FOLDER, UNLISTED_SUFFIX, WRITER_FILE } from '../lake/layout.ts';
import type { LakeReader, QueryResult, QueryValue, RowStream } from '../lake/ports.ts';
import { readSqlFile } from '../local/sql-files.ts';
import { fillSql } from '../sql-template.ts';
import { Database } from './database.ts';
import { createTable, duckdbColumns, emptySelect, quotePattern } from './ddl.ts';

export interface LakeOptions {
  readonly mode: 'read' | 'write';
  /** Make the lake when there is none. */
  readonly create?: boolean;
  /** What the process does, for those who have to wait for it. */
  readonly command: string;
  /** How long to wait for another process, seconds; default 60. */
  readonly waitSeconds?: number;
  /** Memory of the engine, MB; default 700. */
  readonly memoryLimitMb?: number;
  readonly threads?: number;
  /** Called once when the lake is in use, with who holds it. */
  readonly onWait?: (holder: string) => void;
  readonly signal?: AbortSignal;
}

export class Lake implements LakeReader {
  readonly directory: string;
  readonly database: Database;
  private readonly writable: boolean;
  /** The schema version of files that an older program wrote, by path. */
  private olderFiles: ReadonlyMap<string, number> = new Map();

  constructor(directory: string, database: Database, writable: boolean) {
    this.directory = directory;
    this.database = database;
    this.writable = writable;
  }

  async query(sql: string, parameters: Readonly<Record<string, QueryValue>> = {}): Promise<QueryResult> {
    return this.database.query(await this.prepareQuestion(sql, parameters));
  }

  async stream(sql: string, parameters: Readonly<Record<string, QueryValue>> = {}, signal?: AbortSignal): Promise<RowStream> {
    return this.database.stream(await this.prepareQuestion(sql, parameters), signal);
  }

  /** A question reads the lake and nothing else; whoever opened the lake for writing asks only what this program wrote. */
  private async prepareQuestion(sql: string, parameters: Readonly<Record<string, QueryValue>>): Promise<string> {
    const filled = fillSql(sql, parameters);
    // before the text is looked at: looking at it opens the files that it names
    if (!this.writable) await this.database.confine(this.directory);
    if (!(await this.database.isSelect(filled))) {
      throw new UsageError('the query is not one SELECT statement', { remedy: 'a question may only read' });
    }
    return filled;
  }

  /** Absolute path of something in the lake. */
  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  /** Makes the Parquet tables readable as they are listed now. Called again after every commit. */
  async refreshViews(): Promise<void> {
    const listed = await this.database.rows<{ table_name: string; path: string; version: number }>(
      'SELECT table_name, path, coalesce(schema_version, 1) AS version FROM files ORDER BY path',
    );
    const older = listed.filter((file) => file.version < SCHEMA_VERSION);
    this.olderFiles = new Map(older.map((file) => [file.path, file.version]));
    for (const table of parquetTables) {
      const paths = listed.filter((file) => file.table_name === table.name).map((file) => file.path);
      await this.database.run(
        `CREATE OR REPLACE TEMP VIEW ${table.name} AS ${paths.length > 0 ? this.readFiles(paths) : emptySelect(table)}`,
      );
    }
    for (const stage of QUESTION_STAGES.toReversed()) await this.database.dropTemporary(stageTable(stage));
    for (const stage of QUESTION_STAGES) {
      const name = stageTable(stage);
      await this.database.run(`CREATE OR REPLACE TEMP VIEW ${name} AS ${readSqlFile(`correlate/${stage}.sql`)}`);
    }
  }

  /**
   * A SELECT over listed files of one table; `dt` comes from their folders and prunes them. Columns that are newer than a
   * file are null in its rows.
   */
  readFiles(paths: readonly string[], columns = '*'): string {
    const versions = new Map<number, string[]>();
    for (const path of paths) {
      const version = this.olderFiles.get(path) ?? SCHEMA_VERSION;
      const same = versions.get(version);
      if (same === undefined) versions.set(version, [path]);
      else same.push(path);
    }
    const alike = [...versions.values()].map((each) => this.readAlike(each, columns));
    if (versions.size === 0 || (versions.size === 1 && versions.has(SCHEMA_VERSION))) return alike.join('');
    // files of one version are read at once by what the first of them has; union_by_name would open every file for each question
    const table = tableNamed(paths[0]?.split('/')[0] ?? '');
    return [emptySelect(table), ...alike].join(' UNION ALL BY NAME ');
  }

  /** The same where all have the same columns. */
  private readAlike(paths: readonly string[], columns: string): string {
    const list = paths.map((path) => `'${quotePattern(this.path(this.presentName(path)))}'`).join(', ');
    return `SELECT ${columns} FROM read_parquet([${list}], hive_partitioning = true, hive_types = {dt: VARCHAR})`;
  }

  /** A reader may come before the writer that finishes the renames of one that was killed. */
  presentName(path: string): string {
    return !this.writable && !existsSync(this.path(path)) && existsSync(this.path(path + UNLISTED_SUFFIX)) ? path + UNLISTED_SUFFIX : path;
  }

  /**
   * Gives files the names under which they are listed, and removes what is not listed: left by a process that was killed, or
   * replaced by a run. Landing files under their final names are never removed.
   */
  async settleFiles(): Promise<void> {
    const listed = new Set((await this.database.rows<{ path: string }>('SELECT path FROM files')).map((file) => file.path));
    for (const table of parquetTables) {
      for (const path of filesBelow(this.directory, table.name)) {
        const finished = path.endsWith(UNLISTED_SUFFIX) ? path.slice(0, -UNLISTED_SUFFIX.length) : path;
        if (path !== finished && listed.has(finished) && !existsSync(this.path(finished))) renameSync(this.path(path), this.path(finished));
        else if (path !== finished || (table.kind === 'answer' && !listed.has(path))) rmSync(this.path(path));
      }
    }
  }

  async close(): Promise<void> {
    this.database.close();
    if (this.writable) rmSync(this.path(WRITER_FILE), { force: true });
  }
}

/**
 * Opens a lake.
 * @throws LakeBusyError after `waitSeconds`, naming the holder; LakeError when there is no lake, one of a newer version,
 *   or, for reading, one of an older version: opening it for writing upgrades it
 */
export async function openLake(directory: string, options: LakeOptions): Promise<Lake> {
  const root = resolve(directory);
  if (/\?|=/.test(root))
    throw new UsageError(`${root} cannot hold a lake: the engine reads a ? or a name=value folder in a path as something else`, {
      remedy: 'choose a folder without ? and = in its path',
    });
  if (!existsSync(join(root, DATABASE_FILE)) && !options.create) {
    throw new LakeError(`there is no lake at ${root}`, { remedy: 'run ingest first, or check --lake' });
  }
  if (options.create) makeFolder(root);
  const database = await openWaiting(root, options);
  const lake = new Lake(root, database, options.mode === 'write');
  try {
    await checkOurs(lake, options);
    if (options.mode === 'write') {
      noteWriter(lake, options.command);
      await prepareForWriting(lake);
    }
    await checkTables(lake);
    await database.run(readSqlFile('prelude/duckdb.sql'));
    await lake.refreshViews();
    return lake;
  } catch (error) {
    await lake.close();
    throw error;
  }
}

function noteWriter(lake: Lake, command: string): void {
  const file = lake.path(WRITER_FILE);
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, command, since: new Date().toISOString() }));
  } catch (cause) {
    throw explainWriteError(file, cause);
  }
}

function makeFolder(root: string): void {
  try {
    mkdirSync(root, { recursive: true });
  } catch (cause) {
    throw new LakeError(`cannot make the lake folder ${root}: ${(cause as Error).message}`, {
      remedy: 'choose a folder you may write',
      cause,
    });
  }
}

async function openWaiting(root: string, options: LakeOptions): Promise<Database> {
  const until = Date.now() + (options.waitSeconds ?? 60) * 1000;
  let told = false;
  for (;;) {
    try {
      return await Database.open(join(root, DATABASE_FILE), {
        readOnly: options.mode === 'read',
        memoryLimitMb: options.memoryLimitMb ?? 700,
        spillFolder: join(root, SPILL_FOLDER),
        ...(options.threads === undefined ? {} : { threads: options.threads }),
      });
    } catch (error) {
      if (!(error instanceof LakeBusyError)) throw error;
      const holder = describeHolder(root, error.message);
      if (Date.now() >= until) {
        throw new LakeBusyError(`the lake ${root} is in use by ${holder}`, {
          remedy: 'wait for it, or give --wait a longer time',
          cause: error,
        });
      }
      if (!told) options.onWait?.(holder);
      told = true;
      if (options.signal?.aborted) throw new InterruptedError('interrupted while waiting for the lake');
      await sleep(200);
    }
  }
}

function describeHolder(root: string, message: string): string {
  const pid = /process (\d+)/.exec(message)?.[1] ?? 'unknown';
  try {
    const writer = JSON.parse(readFileSync(join(root, WRITER_FILE), 'utf8')) as { pid: number; command: string; since: string };
    if (String(writer.pid) === pid) return `${writer.command} (process ${pid}, since ${writer.since})`;
  } catch {
    // a reader holds it, or the writer is just starting: the process id is all there is to say
  }
  return `process ${pid}`;
}

/** Makes missing tables and columns, and completes or removes what a killed process left. */
async function prepareForWriting(lake: Lake): Promise<void> {
  await lake.database.transaction(async () => {
    for (const table of databaseTables) await lake.database.run(createTable(table));
    await lake.database.run('CREATE TABLE IF NOT EXISTS lake_info (name VARCHAR NOT NULL, value VARCHAR NOT NULL)');
    const version = await schemaVersion(lake);
    if (version === SCHEMA_VERSION) return;
    await addColumns(lake);
    await lake.database.run("DELETE FROM lake_info WHERE name = 'schema_version'");
    await lake.database.run(`INSERT INTO lake_info VALUES ('schema_version', '${SCHEMA_VERSION}')`);
  });
  rmSync(lake.path(STAGING_FOLDER), { recursive: true, force: true });
  await lake.settleFiles();
}

/** Adds the columns that tables of an older lake lack. They are null in its rows, also those that new rows always have. */
async function addColumns(lake: Lake): Promise<void> {
  const found = await lake.database.rows<{ name: string }>(
    "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'main'",
  );
  const present = new Set(found.map((column) => column.name));
  for (const table of databaseTables) {
    for (const [name, type] of duckdbColumns(table)) {
      if (!present.has(`${table.name}.${name}`)) await lake.database.run(`ALTER TABLE ${table.name} ADD COLUMN ${name} ${type}`);
    }
  }
}

/** Paths of the files of a table, below the lake; what lies beside the partitions is not ours. */
function filesBelow(root: string, table: string): string[] {
  if (!existsSync(join(root, table))) return [];
  const partitions = readdirSync(join(root, table), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return partitions.flatMap(({ name: partition }) =>
    readdirSync(join(root, table, partition)).flatMap((name) => (/\.parquet(\.tmp)?$/.test(name) ? [`${table}/${partition}/${name}`] : [])),
  );
}

async function tableNames(lake: Lake): Promise<Set<string>> {
  const present = await lake.database.rows<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'main'",
  );
  return new Set(present.map((each) => each.name));
}

/** Before anything is written: neither another program's database nor a newer lake is touched. */
async function checkOurs(lake: Lake, { create, mode }: LakeOptions): Promise<void> {
  const names = await tableNames(lake);
  if (names.size === 0 && create) return;
  if (!names.has('lake_info')) {
    throw new LakeError(`${lake.path(DATABASE_FILE)} is not a lake of this program`, { remedy: 'check --lake' });
  }
  const version = await schemaVersion(lake);
  const versions = `the lake has schema version ${version}, this program knows ${SCHEMA_VERSION}`;
  if (version > SCHEMA_VERSION) throw new LakeError(versions, { remedy: 'use a newer appstream-audit' });
  if (version < SCHEMA_VERSION && mode === 'read') {
    throw new LakeError(versions, { remedy: 'run ingest or correlate once: it upgrades the lake and loses nothing' });
  }
}

/** NaN for a lake that has none yet. */
async function schemaVersion(lake: Lake): Promise<number> {
  const [version] = await lake.database.rows<{ value: string }>("SELECT value FROM lake_info WHERE name = 'schema_version'");
  return Number(version?.value);
}

async function checkTables(lake: Lake): Promise<void> {
  const names = await tableNames(lake);
  for (const { name } of databaseTables) {
    if (!names.has(name)) throw new LakeError(`the lake lacks the table ${name}`, { remedy: 'run ingest once: it upgrades the lake' });
  }
}
