/** Table definitions as DuckDB text. */
import type { ColumnType, Table } from '../../schemas/table.ts';
import { SCHEMA_VERSION } from '../../schemas/tables.ts';
import { STAGING_DELIMITER } from '../lake/staging-row.ts';

const DUCKDB_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  'text[]': 'VARCHAR[]',
};

/** Name and type of every column in order, `dt` last where the table has one. */
export function duckdbColumns(table: Table): [name: string, type: string][] {
  const columns = Object.entries(table.columns).map(([name, column]): [string, string] => [name, DUCKDB_TYPES[column.type]]);
  if (table.dt !== undefined) columns.push(['dt', 'VARCHAR']);
  return columns;
}

/** Only answer and ledger tables live in the database; landing tables are Parquet. */
export function createTable(table: Table): string {
  const columns = duckdbColumns(table).map(([name, type]) => `${name} ${type}${table.columns[name]?.required ? ' NOT NULL' : ''}`);
  return `CREATE TABLE IF NOT EXISTS ${table.name} (${columns.join(', ')})`;
}

/** A landing table without files, so that questions can be asked of an empty lake. */
export function emptySelect(table: Table): string {
  const columns = duckdbColumns(table).map(([name, type]) => `CAST(NULL AS ${type}) AS ${name}`);
  return `SELECT ${columns.join(', ')} WHERE false`;
}

/**
 * Reads a staging file (`lib/lake/staging-row.ts`) back as rows of the table, the timestamps derived from their
 * milliseconds. `dt` is not among the columns: it is in the path.
 */
export function stagedSelect(table: Table, file: string): string {
  const stored = Object.entries(table.columns).filter(([, column]) => column.type !== 'timestamp');
  const columns = stored.map(([name, column]) => `${name}: '${column.type === 'text[]' ? 'VARCHAR' : DUCKDB_TYPES[column.type]}'`);
  const selected = Object.entries(table.columns).map(([name, column]) => {
    if (column.type === 'timestamp') return `epoch_ms(${name}_ms) AS ${name}`;
    if (column.type === 'text[]') return `from_json(${name}, '["VARCHAR"]') AS ${name}`;
    return name;
  });
  return (
    `SELECT ${selected.join(', ')} FROM read_csv('${quotePattern(file)}', header = false, auto_detect = false, new_line = '\\n', delim = '${STAGING_DELIMITER}', ` +
    `quote = '"', escape = '"', max_line_size = 9437184, buffer_size = 18874368, columns = {${columns.join(', ')}})`
  );
}

/**
 * How the lake's Parquet files are written.
 * @param rowGroupSize rows: what is written at a time should come to several groups, one thread writes one of them
 * @param more further options of COPY, with a comma before them
 */
export function parquetOptions(rowGroupSize: number, more = ''): string {
  return `(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${rowGroupSize}${more}, KV_METADATA {schema_version: '${SCHEMA_VERSION}'})`;
}

/** A path inside single quotes. */
export function quotePath(path: string): string {
  return path.replaceAll("'", "''");
}

/** The same where the engine would take `*`, `?` and `[` for a pattern: in what it reads. */
export function quotePattern(path: string): string {
  return quotePath(path.replace(/[*?[]/g, '[$&]'));
}
