/** The embedded engine: opening a DuckDB file with our settings, running statements, reading results. */
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api';
import { DiskFullError, LakeBusyError, LakeError, QueryError, UsageError } from '../errors.ts';
import type { QueryColumn, QueryResult, RowStream } from '../lake/ports.ts';
import { quotePath, quotePattern } from './ddl.ts';
import { readTextsWhole } from './exact-text.ts';
import { hasUnnamedFields, plainValue } from './plain-value.ts';

export interface DatabaseOptions {
  readonly readOnly: boolean;
  /** Threads of the engine; default: all cores. */
  readonly threads?: number;
  /** Memory of the engine in MB; beyond it, it spills into `spillFolder`. */
  readonly memoryLimitMb: number;
  readonly spillFolder: string;
}

readTextsWhole();

export class Database {
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;
  private readonly memoryLimitMb: number;
  private confined = false;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, memoryLimitMb: number) {
    this.instance = instance;
    this.connection = connection;
    this.memoryLimitMb = memoryLimitMb;
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
      return new Database(instance, connection, options.memoryLimitMb);
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
    const result = await this.guard(sql, () => this.connection.run(sql));
    const columns = columnsOf(result);
    const rows = await result.getRows();
    return { columns, rows: rows.map((row) => row.map(plainValue)) };
  }

  /**
   * Runs one statement and gives its rows as they come. Not inside `transaction`: it is one of its own, because a failure on
   * the way shows only in the state of the transaction; to the binding, it looks like the end of the rows.
   * @throws QueryError, DiskFullError; so does reading the chunks
   */
  async stream(sql: string, signal?: AbortSignal): Promise<RowStream> {
    checkGoing(signal);
    await this.run('BEGIN TRANSACTION');
    try {
      const result = await this.guard(sql, () => this.connection.stream(sql));
      return { columns: columnsOf(result), chunks: this.chunks(sql, result, signal) };
    } catch (error) {
      await this.rollBack();
      throw error;
    }
  }

  private async *chunks(sql: string, result: DuckDBResult, signal: AbortSignal | undefined): RowStream['chunks'] & AsyncGenerator {
    const stop = () => this.interrupt();
    signal?.addEventListener('abort', stop);
    try {
      for (;;) {
        checkGoing(signal);
        const chunk = await this.guard(sql, () => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) break;
        yield chunk.getRows().map((row) => row.map(plainValue));
      }
      checkGoing(signal);
      await this.checkWhole(sql);
    } finally {
      signal?.removeEventListener('abort', stop);
      await this.rollBack();
    }
  }

  /** @throws QueryError with what went wrong, when the rows ended because of that */
  private async checkWhole(sql: string): Promise<void> {
    try {
      await this.connection.run('SELECT 1');
    } catch (cause) {
      await this.rollBack();
      // the message is lost with the stream; running it all without its rows brings it back
      await this.run(`EXPLAIN ANALYZE ${sql}`);
      throw new QueryError('the engine failed before the answer was complete', { remedy: 'ask again', cause });
    }
  }

  /**
   * From now on statements reach no file outside a folder, no network and no setting. Cannot be undone.
   * @param folder as it stands in the paths that are read; the engine compares texts
   */
  async confine(folder: string): Promise<void> {
    if (this.confined) return;
    // paths are compared as they are given, and a folder with * in its name is given as a pattern that means it
    const folders = [quotePath(folder), quotePattern(folder)].map((each) => `'${each}'`).join(', ');
    await this.run(`SET allowed_directories = [${folders}]`);
    await this.run('SET enable_external_access = false');
    await this.run('SET lock_configuration = true');
    this.confined = true;
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

  /**
   * Gives memory that was freed back to the system. The allocator keeps what it got, in pieces that the next statement may not
   * fit into: equal runs differed by 400 MB. Setting the limit, to what it is, makes the engine flush it (45 ms).
   */
  async trim(): Promise<void> {
    await this.run(`SET memory_limit = '${this.memoryLimitMb}MB'`);
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
      await this.rollBack();
      throw error;
    }
  }

  /** Ends a transaction whose error is already known, or that the engine has ended itself. */
  private async rollBack(): Promise<void> {
    await this.connection.run('ROLLBACK').catch(() => undefined);
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
      const message = messageOf(cause).replace(/^Failed to extract statements: /, '');
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

/** The binding may be loaded in another realm (tests), where its errors are no instances of our Error. */
function messageOf(cause: unknown): string {
  return String((cause as Partial<Error> | null | undefined)?.message ?? cause);
}

function openError(file: string, cause: unknown): Error {
  const message = messageOf(cause);
  if (/lock on file/i.test(message)) {
    const pid = /PID (\d+)/.exec(message)?.[1];
    return new LakeBusyError(`${file} is in use by process ${pid ?? 'unknown'}`, { cause });
  }
  return new LakeError(`cannot open ${file}: ${message}`, {
    remedy: 'if it was damaged, move it away and ingest again: the inputs are the record',
    cause,
  });
}

/** Kinds of errors, in the engine's words, that say the text of a query is wrong, or asks for what it may not. */
const MISTAKES =
  /^(Parser|Syntax|Binder|Catalog|Permission|Parameter Not Allowed|Not implemented|Mismatch Type|Conversion|Out of Range) Error:/i;

/** True when whoever wrote the SQL can mend it: a syntax error, an unknown name, a cast of what is no number. */
export function isMistakeInSql(error: unknown): error is QueryError {
  return error instanceof QueryError && MISTAKES.test(error.message);
}

function checkGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new QueryError('interrupted');
}

/** @throws UsageError for a column that would be shown wrongly */
function columnsOf(result: DuckDBResult): QueryColumn[] {
  const types = result.columnTypes();
  return result.columnNames().map((name, at) => {
    const type = types[at];
    if (type === undefined || hasUnnamedFields(type)) {
      throw new UsageError(`the column ${name} holds structs whose fields have no names`, {
        remedy: "name them: struct_pack(a := …) or {'a': …}",
      });
    }
    return { name, type: type.toString() };
  });
}
