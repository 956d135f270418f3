/** The embedded engine: opening a DuckDB file with our settings, running statements, reading results. */
import { type DuckDBConnection, DuckDBInstance, type DuckDBResultReader, DuckDBTypeId } from '@duckdb/node-api';
import { DiskFullError, LakeBusyError, LakeError, QueryError } from '../errors.ts';
import type { QueryColumn, QueryResult, QueryValue } from '../lake/ports.ts';
import { formatTime } from '../time.ts';

export interface DatabaseOptions {
  readonly readOnly: boolean;
  /** Threads of the engine; default: all cores. */
  readonly threads?: number;
  /** Memory of the engine in MB; beyond it, it spills into `spillFolder`. */
  readonly memoryLimitMb: number;
  readonly spillFolder: string;
}

export class Database {
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  /**
   * @throws LakeBusyError when another process holds the file; its message ends with that process's id
   * @throws LakeError when the file is no database, or was made by another version
   */
  static async open(file: string, options: DatabaseOptions): Promise<Database> {
    const settings: Record<string, string> = {
      access_mode: options.readOnly ? 'READ_ONLY' : 'READ_WRITE',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: `${options.memoryLimitMb}MB`,
      preserve_insertion_order: 'false',
      temp_directory: options.spillFolder,
    };
    if (options.threads !== undefined) settings['threads'] = String(options.threads);
    try {
      const instance = await DuckDBInstance.create(file, settings);
      const connection = await instance.connect();
      await connection.run("SET TimeZone = 'UTC'");
      return new Database(instance, connection);
    } catch (cause) {
      throw openError(file, cause);
    }
  }

  /** Runs statements for their effect. @throws QueryError, DiskFullError */
  async run(sql: string): Promise<void> {
    await this.guard(sql, () => this.connection.run(sql));
  }

  /** Runs one statement and reads all its rows. @throws QueryError, DiskFullError */
  async query(sql: string): Promise<QueryResult> {
    const reader = await this.guard(sql, () => this.connection.runAndReadAll(sql));
    return readResult(reader);
  }

  /** Rows as objects, for the code's own small questions. */
  async rows<T>(sql: string): Promise<T[]> {
    const { columns, rows } = await this.query(sql);
    return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column.name, row[at]])) as T);
  }

  /** The first column of the first row as a number; 0 when there is none. */
  async count(sql: string): Promise<number> {
    const { rows } = await this.query(sql);
    return Number(rows[0]?.[0] ?? 0);
  }

  /** Drops a temporary table or view, whichever of the two it is. */
  async dropTemporary(name: string): Promise<void> {
    const found = await this.rows<{ table_type: string }>(
      `SELECT table_type FROM information_schema.tables WHERE table_catalog = 'temp' AND table_name = '${name}'`,
    );
    for (const { table_type } of found) await this.run(`DROP ${table_type === 'VIEW' ? 'VIEW' : 'TABLE'} temp.${name}`);
  }

  /** All or nothing. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run('BEGIN TRANSACTION');
    try {
      const result = await work();
      await this.run('COMMIT');
      return result;
    } catch (error) {
      await this.connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** True when the text is one statement that only reads. */
  async isSelect(sql: string): Promise<boolean> {
    const statements = await this.guard(sql, () => this.connection.extractStatements(sql));
    if (statements.count !== 1) return false;
    const prepared = await this.guard(sql, () => statements.prepare(0));
    const SELECT = 1;
    return prepared.statementType === SELECT;
  }

  /** Stops the statement that is running; it fails with a QueryError. */
  interrupt(): void {
    this.connection.interrupt();
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private async guard<T>(sql: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      if (/no space left|could not write|file too large|quota exceeded|disk full|max_temp_directory_size/i.test(message)) {
        throw new DiskFullError(`the engine could not write: ${message}`, { remedy: 'free space and run the same command again', cause });
      }
      if (/^Out of Memory/.test(message)) {
        throw new QueryError(`the engine ran out of its memory: ${message.split('\n')[0]}`, {
          remedy: 'give --memory more megabytes, or settle fewer days at a time with --from and --to',
          cause,
        });
      }
      throw new QueryError(`${message}`, { cause: new Error(sql.slice(0, 4000), { cause }) });
    }
  }
}

function openError(file: string, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/lock on file/i.test(message)) {
    const pid = /PID (\d+)/.exec(message)?.[1];
    return new LakeBusyError(`${file} is in use by process ${pid ?? 'unknown'}`, { cause });
  }
  return new LakeError(`cannot open ${file}: ${message}`, {
    remedy: 'if it was damaged, move it away and ingest again: the inputs are the record',
    cause,
  });
}

function readResult(reader: DuckDBResultReader): QueryResult {
  const columns: QueryColumn[] = reader.columnNames().map((name, at) => ({ name, type: reader.columnType(at).toString() }));
  const kinds = columns.map((_, at) => reader.columnTypeId(at));
  const rows = reader.getRowsJS().map((row) => row.map((value, at) => plainValue(value, kinds[at])));
  return { columns, rows };
}

/** Timestamps as RFC 3339 text, integers as numbers where they fit, everything else as text. */
function plainValue(value: unknown, kind: DuckDBTypeId | undefined): QueryValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Date) {
    const text = formatTime(value.getTime());
    return kind === DuckDBTypeId.DATE ? text.slice(0, 10) : text;
  }
  if (Array.isArray(value)) return value.map((each) => String(plainValue(each, undefined)));
  return String(value);
}
