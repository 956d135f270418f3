/** What the stages of the core ask of an engine. Adapters: `lib/engine` (DuckDB), later Athena. */

export type QueryValue = string | number | bigint | boolean | null | readonly string[];

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

export interface LakeReader {
  /** Folder of the lake, absolute. */
  readonly directory: string;
  /**
   * Runs one SELECT. `:name` in the text is replaced by the parameter's literal.
   * @throws QueryError with the engine's message; UsageError for a parameter that is missing or not in the text
   */
  query(sql: string, parameters?: Readonly<Record<string, QueryValue>>): Promise<QueryResult>;
  close(): Promise<void>;
}
