/** What the stages of the core ask of an engine. Adapters: `lib/engine` (DuckDB), later Athena. */

/** A value of an answer: a scalar, or what lists, structs and maps are made of. */
export type QueryValue = string | number | bigint | boolean | null | readonly QueryValue[] | QueryObject;

/** A struct by its fields, a map by the text of its keys, a union by the name of its member. */
export interface QueryObject {
  readonly [name: string]: QueryValue;
}

export interface QueryColumn {
  readonly name: string;
  /** Type as the engine prints it: VARCHAR, BIGINT, BOOLEAN, TIMESTAMP, VARCHAR[] … */
  readonly type: string;
}

export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  /** Timestamps are RFC 3339 text in UTC; integers beyond 2^53 are bigint, all others number. */
  readonly rows: readonly (readonly QueryValue[])[];
}

/** An answer as it comes: what is not asked for is not computed. */
export interface RowStream {
  readonly columns: readonly QueryColumn[];
  /**
   * Rows in the order of the answer, some at a time. Read to the end or leave the loop: the engine works for one answer at a time.
   * @throws QueryError when the engine fails on the way; what came before is then only a part
   */
  readonly chunks: AsyncIterable<QueryResult['rows']>;
}

export interface LakeReader {
  /** Folder of the lake, absolute. */
  readonly directory: string;
  /**
   * Runs one SELECT. `:name` in the text is replaced by the parameter's literal.
   * @throws QueryError with the engine's message; UsageError for a parameter that is missing or not in the text
   */
  query(sql: string, parameters?: Readonly<Record<string, QueryValue>>): Promise<QueryResult>;
  /**
   * The same, as it comes; for answers of any length.
   * @param signal when it fires, the statement is stopped and the stream fails with a QueryError
   */
  stream(sql: string, parameters?: Readonly<Record<string, QueryValue>>, signal?: AbortSignal): Promise<RowStream>;
  close(): Promise<void>;
}
