/**
 * What a table definition is made of. DuckDB DDL, the Parquet schema, the row types of TypeScript and `docs/schema.md`
 * are all derived from definitions of this form, so that a column is described in exactly one place.
 */

/**
 * - `text`: UTF-8 text. An empty text in an input is stored as null: AWS writes both for "absent".
 * - `bigint`: 64-bit integer; in TypeScript a `number` (all our values stay below 2^53).
 * - `boolean`: true, false or null (unknown).
 * - `timestamp`: UTC without a zone, millisecond precision. Always derived from the `bigint` column of the same name
 *   with `_ms` appended, so that arithmetic in SQL never meets an engine's own time functions.
 * - `text[]`: an array of texts, never null inside.
 */
export type ColumnType = 'text' | 'bigint' | 'boolean' | 'timestamp' | 'text[]';

export interface Column {
  readonly type: ColumnType;
  /** What it means, with unit and zone; the source of any fact it relies on as F§n (`docs/facts.md`). */
  readonly doc: string;
  /** True when it may never be null. */
  readonly required?: true;
}

export interface Table {
  readonly name: string;
  /** What a row is. */
  readonly doc: string;
  /** The columns that identify a row once duplicates are resolved. */
  readonly key: readonly string[];
  /**
   * - `landing`: Parquet below `<table>/dt=YYYY-MM-DD/`, written once by ingest and never rewritten.
   * - `answer`: written by `correlate` only.
   * - `ledger`: what the lake knows of itself.
   */
  readonly kind: 'landing' | 'answer' | 'ledger';
  /** What the partition column `dt` (a UTC date, `YYYY-MM-DD`) is the date of; absent when the table has no `dt`. */
  readonly dt?: string;
  readonly columns: Readonly<Record<string, Column>>;
}

type Value<T extends ColumnType> = T extends 'text'
  ? string
  : T extends 'bigint'
    ? number
    : T extends 'boolean'
      ? boolean
      : T extends 'text[]'
        ? readonly string[]
        : never;

/**
 * The TypeScript form of a row: every column but the derived timestamps; null where a column is not required.
 * `dt` is not part of it: it travels beside the row.
 */
export type Row<T extends Table> = {
  [C in keyof T['columns'] as T['columns'][C]['type'] extends 'timestamp' ? never : C]: T['columns'][C] extends {
    required: true;
  }
    ? Value<T['columns'][C]['type']>
    : Value<T['columns'][C]['type']> | null;
};

/** The columns that a normaliser fills, in order: all but the derived timestamps. */
export function storedColumns(table: Table): string[] {
  return Object.entries(table.columns)
    .filter(([, column]) => column.type !== 'timestamp')
    .map(([name]) => name);
}
