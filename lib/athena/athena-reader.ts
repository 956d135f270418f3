/** A lake in a bucket, asked through Athena: what `lib/engine/lake.ts` is for a lake on disk. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { QueryError, UsageError } from '../errors.ts';
import type { LakeReader, QueryColumn, QueryResult, QueryValue, RowStream } from '../lake/ports.ts';
import { fillSql } from '../sql-template.ts';
import { describingSelect, exactSelect, isExact, orderError } from './exact-select.ts';
import { type LakeTables, questionCtes, type TableSpan } from './lake-tables.ts';
import { nestedValue, parseType, scalarValue, typeName, type ValueType } from './result-values.ts';
import { oneSelect, splitOrder, withCtes } from './select-text.ts';
import { AthenaStatements } from './statements.ts';
import { icebergTables } from './table-ddl.ts';

export interface AthenaLakeOptions {
  /** The central bucket. */
  readonly bucket: string;
  readonly database: string;
  readonly workgroup: string;
  readonly outputLocation: string;
  /** Days that have a folder below a landing table's, in order. */
  readonly listDays: (table: string) => Promise<readonly string[]>;
  /** Text of a file below `sql/`. */
  readonly sql: (path: string) => string;
  /** Fires when the user wants no answer any more: what runs is stopped. */
  readonly signal?: AbortSignal;
  /** Bytes that the statements so far have read. */
  readonly onScanned?: (bytes: number) => void;
}

/** Pauses between two looks at a statement: short at first. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/** How long a statement that Athena refuses for now is offered again. */
const REFUSED_MS = 120_000;
/** Tries of a statement that failed through no fault of its own. */
const TRIES = 3;
const PAGE = 1000;

/** Text that may well give columns of a nested type: it is worth asking before, otherwise only when it turns out so. */
const MAY_BE_NESTED =
  /(?<!\()\*|\[|\b(array|map|row|split|filter|transform|json|zip|slice|flatten|histogram|multimap)|_agg\b|\b(event_ids|private_addresses|client_addresses|candidate_\w+_ids|fleets)\b/i;

export class AthenaReader implements LakeReader {
  readonly directory: string;
  readonly #client: AthenaClient;
  readonly #options: AthenaLakeOptions;
  readonly #statements: AthenaStatements;
  readonly #spans = new Map<string, Promise<TableSpan>>();
  readonly #absent = new Set<string>();

  constructor(client: AthenaClient, options: AthenaLakeOptions) {
    this.directory = `s3://${options.bucket}/`;
    this.#client = client;
    this.#options = options;
    this.#statements = new AthenaStatements(client, options);
  }

  async query(sql: string, parameters: Readonly<Record<string, QueryValue>> = {}): Promise<QueryResult> {
    const { columns, chunks } = await this.stream(sql, parameters);
    const rows: (readonly QueryValue[])[] = [];
    for await (const chunk of chunks) rows.push(...chunk);
    return { columns, rows };
  }

  async stream(
    sql: string,
    parameters: Readonly<Record<string, QueryValue>> = {},
    signal: AbortSignal | undefined = this.#options.signal,
  ): Promise<RowStream> {
    const select = oneSelect(fillSql(sql, parameters));
    if (select === null) throw new UsageError('the query is not one SELECT statement', { remedy: 'a question may only read' });
    // values of parameters are no columns
    if (!MAY_BE_NESTED.test(sql)) {
      const answer = await this.#run(select, 0, signal);
      if (isExact(answer.columns.map(describe))) return this.#rows(answer, [], signal);
    }
    const { sql: describing, linesBefore } = describingSelect(select);
    const columns = (await this.#run(describing, linesBefore, signal)).columns.map(describe);
    if (isExact(columns)) return this.#rows(await this.#run(select, 0, signal), [], signal);
    const exact = exactSelect(select, columns);
    try {
      const answer = await this.#run(exact.sql, exact.linesBefore, signal);
      return await this.#rows(answer, exact.nested, signal);
    } catch (error) {
      // the question itself was understood a moment ago
      if (isMistakeInAthenaSql(error) && /cannot be resolved|sort_key/i.test(error.message))
        throw orderError(
          splitOrder(select).keys.map(({ expression }) => expression),
          error,
        );
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  /** Runs a SELECT over the lake's names to its end. @param linesBefore of the text before the user's own */
  async #run(select: string, linesBefore: number, signal: AbortSignal | undefined): Promise<Answer> {
    for (;;) {
      // another question may learn of the same absence meanwhile
      const known = new Set(this.#absent);
      const prefixed = withCtes(select, await questionCtes(select, this.#tables()));
      try {
        return await this.#execute(prefixed.sql, signal);
      } catch (error) {
        // before the first run there are no answers: what was never answered is empty
        const absent = error instanceof QueryError ? absentTable(error.message) : null;
        if (absent === null || known.has(absent)) throw shifted(error, prefixed.linesBefore + linesBefore);
        this.#absent.add(absent);
      }
    }
  }

  async #execute(sql: string, signal: AbortSignal | undefined): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const executionId = await this.#start(sql, signal);
      const status = await this.#end(executionId, signal);
      this.#options.onScanned?.(status.scannedBytes);
      if (status.state === 'succeeded') {
        const first = await this.#page(executionId, undefined);
        return { executionId, columns: first.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [], first };
      }
      if (status.retryable !== true || attempt === TRIES) throw new QueryError(status.reason ?? 'Athena gave no reason');
      await pause(1000 * 2 ** attempt, signal);
    }
  }

  async #start(sql: string, signal: AbortSignal | undefined): Promise<string> {
    const until = Date.now() + REFUSED_MS;
    const token = randomUUID();
    for (let wait = 500; ; wait = Math.min(wait * 2, 10_000)) {
      const started = await this.#statements.start(sql, token);
      if ('executionId' in started) return started.executionId;
      if (started.refusal === 'never' || Date.now() > until) throw new QueryError(`Athena refuses the statement: ${started.reason}`);
      await pause(wait, signal);
    }
  }

  async #end(executionId: string, signal: AbortSignal | undefined) {
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 1.5, LONGEST_PAUSE_MS)) {
      const status = (await this.#statements.check([executionId])).get(executionId);
      if (status !== undefined && status.state !== 'running') return status;
      try {
        await pause(wait, signal);
      } catch (error) {
        // what nobody waits for must not go on to cost
        await this.#client.send(new StopQueryExecutionCommand({ QueryExecutionId: executionId })).catch(() => undefined);
        throw error;
      }
    }
  }

  /** @param nested places of columns that come as JSON; the texts of their types are the last columns */
  async #rows(answer: Answer, nested: readonly number[], signal: AbortSignal | undefined): Promise<RowStream> {
    const shown = answer.columns.length - nested.length;
    const [header, ...firstRows] = rowsOf(answer.first);
    const types: ValueType[] = answer.columns.slice(0, shown).map((column, at) => {
      const place = nested.indexOf(at);
      const text = place < 0 ? null : firstRows[0]?.[shown + place];
      return text == null ? columnType(column) : parseType(text);
    });
    const columns: QueryColumn[] = types.map((type, at) => ({ name: answer.columns[at]?.Name ?? '', type: typeName(type) }));
    checkFields(columns, types);
    const value = (text: string | null, at: number): QueryValue => {
      if (text === null) return null;
      const type = types[at] as ValueType;
      return nested.includes(at) ? nestedValue(text, type) : scalarValue(text, type);
    };
    const values = (rows: readonly (readonly (string | null)[])[]) => rows.map((row) => row.slice(0, shown).map(value));
    const page = (token: string) => this.#page(answer.executionId, token);
    async function* chunks(): AsyncGenerator<QueryResult['rows']> {
      // the first row of the first page names the columns once more
      if (header !== undefined && firstRows.length > 0) yield values(firstRows);
      for (let token = answer.first.NextToken; token !== undefined; ) {
        checkGoing(signal);
        const next = await page(token);
        const rows = rowsOf(next);
        if (rows.length > 0) yield values(rows);
        token = next.NextToken;
      }
    }
    return { columns, chunks: chunks() };
  }

  async #page(executionId: string, token: string | undefined): Promise<GetQueryResultsCommandOutput> {
    try {
      return await this.#client.send(
        new GetQueryResultsCommand({
          QueryExecutionId: executionId,
          MaxResults: PAGE,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
    } catch (cause) {
      throw new QueryError(`the answer of ${executionId} cannot be read: ${(cause as Error).name}: ${(cause as Error).message}`, { cause });
    }
  }

  #tables(): LakeTables {
    return {
      database: this.#options.database,
      sql: this.#options.sql,
      absent: this.#absent,
      spanOf: (table) => {
        const known = this.#spans.get(table) ?? this.#options.listDays(table).then(spanOf);
        this.#spans.set(table, known);
        return known;
      },
    };
  }
}

interface Answer {
  readonly executionId: string;
  readonly columns: readonly ColumnInfo[];
  readonly first: GetQueryResultsCommandOutput;
}

function spanOf(days: readonly string[]): TableSpan {
  const [first, last] = [days[0], days.at(-1)];
  return first === undefined || last === undefined ? null : [first, last];
}

function describe(column: ColumnInfo): { name: string; type: string } {
  return { name: column.Name ?? '', type: (column.Type ?? 'varchar').toLowerCase() };
}

function columnType(column: ColumnInfo): ValueType {
  const { type } = describe(column);
  const size = (n: number | undefined): ValueType => ({ name: String(n ?? 0), inner: [], fields: [] });
  if (type === 'decimal') return { name: 'decimal', inner: [size(column.Precision), size(column.Scale)], fields: [] };
  return { name: type, inner: [], fields: [] };
}

function rowsOf(page: GetQueryResultsCommandOutput): (string | null)[][] {
  return (page.ResultSet?.Rows ?? []).map((row) => (row.Data ?? []).map((datum) => datum.VarCharValue ?? null));
}

/** @throws UsageError for a row whose fields have no names: nothing could be written for it */
function checkFields(columns: readonly QueryColumn[], types: readonly ValueType[]): void {
  const nameless = (type: ValueType): boolean => type.fields.includes(null) || type.inner.some(nameless);
  const at = types.findIndex(nameless);
  if (at < 0) return;
  throw new UsageError(`the column ${columns[at]?.name} holds rows whose fields have no names`, {
    remedy: 'name them: CAST(ROW(…) AS ROW(a varchar, b bigint))',
  });
}

/** Kinds of errors, in the engine's words, that say the text of a query is wrong. What has a place in the text is one of them. */
const MISTAKES =
  /^(?:[A-Z_]+: )?line \d+:\d+: |^(SYNTAX_ERROR|[A-Z]+_NOT_FOUND|TYPE_MISMATCH|AMBIGUOUS_NAME|INVALID_CAST_ARGUMENT|INVALID_FUNCTION_ARGUMENT|NUMERIC_VALUE_OUT_OF_RANGE|DIVISION_BY_ZERO|NOT_SUPPORTED|INVALID_\w+|MISSING_\w+|DUPLICATE_\w+|EXPRESSION_\w+|FUNCTION_\w+): |MALFORMED_QUERY|mismatched input/;

/** True when whoever wrote the SQL can mend it. */
export function isMistakeInAthenaSql(error: unknown): error is QueryError {
  return error instanceof QueryError && MISTAKES.test(error.message);
}

/** An answer table that the engine does not find; null when it is another trouble. */
function absentTable(message: string): string | null {
  const name =
    /Table '(?:[^']*\.)?"?([a-z_]+)"?' does not exist/.exec(message)?.[1] ??
    /TABLE_NOT_FOUND.*?\b([a-z_]+)'? does not exist/.exec(message)?.[1];
  return name !== undefined && icebergTables.some((table) => table.name === name) ? name : null;
}

/** Lines that were put before the text of the user do not count. */
function shifted(error: unknown, linesBefore: number): unknown {
  if (!(error instanceof QueryError) || linesBefore === 0) return error;
  const message = error.message.replace(
    /\bline (\d+):(\d+)/g,
    (_, line: string, column: string) => `line ${Math.max(1, Number(line) - linesBefore)}:${column}`,
  );
  return new QueryError(message, { cause: error });
}

function checkGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new QueryError('interrupted');
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new QueryError('interrupted', { cause });
  }
}
