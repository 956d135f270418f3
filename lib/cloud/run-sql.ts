/**
 * SQL of a run as Athena gets it: a shared SELECT, before it one CTE for every name that it reads and that is not a table of
 * the database under that name. Pure.
 */
import type { ColumnType } from '../../schemas/table.ts';
import type { ConfiguredTable } from '../correlate/stages.ts';
import { AuditError } from '../errors.ts';
import { sqlLiteral } from '../sql-template.ts';

/** Athena refuses longer texts. */
export const LONGEST_STATEMENT_BYTES = 262_144;

/** Types of Athena's query language (its DDL has other names). */
export const QUERY_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'varchar',
  bigint: 'bigint',
  boolean: 'boolean',
  timestamp: 'timestamp(3)',
  'text[]': 'array(varchar)',
};

/** What a name stands for in a statement: a SELECT that may itself read other bound names. */
export type Bindings = ReadonlyMap<string, string>;

/** Comments and quoted texts out of the way; quoted identifiers stay. */
const NOISE = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g;

/** The tables that a SELECT reads, by bare name, in order of first mention; names of its own CTEs are among them. */
export function tablesRead(sql: string): string[] {
  const code = sql.replace(NOISE, (token) => (token.startsWith("'") ? "''" : ' '));
  return [
    ...new Set([...code.matchAll(/\b(?:from|join)\s+([a-z_][a-z0-9_]*)\b(?!\s*[.(])/gi)].map((match) => String(match[1]).toLowerCase())),
  ];
}

/**
 * A SELECT that reads bound names, with a CTE for each, those that others read first. Names without a binding are tables.
 * A binding that reads its own name reads the table.
 * @throws AuditError when bindings read each other in a circle
 */
export function withBindings(select: string, bindings: Bindings): string {
  const ctes: string[] = [];
  const done = new Set<string>();
  const add = (name: string, way: readonly string[]): void => {
    const text = bindings.get(name);
    if (text === undefined || done.has(name) || way.at(-1) === name) return;
    if (way.includes(name)) throw new AuditError(`the statement reads ${[...way, name].join(' → ')} in a circle`);
    for (const read of tablesRead(text)) add(read, [...way, name]);
    done.add(name);
    ctes.push(`${name} AS (\n${text}\n)`);
  };
  for (const name of tablesRead(select)) add(name, []);
  return ctes.length === 0 ? select : `WITH ${ctes.join(', ')}\nSELECT * FROM (\n${select}\n) AS answer`;
}

/** A table of the database, whole. */
export function tableSelect(database: string, table: string): string {
  return `SELECT * FROM ${qualified(database, table)}`;
}

/** `"database"."table"` */
export function qualified(database: string, table: string): string {
  return `"${database}"."${table}"`;
}

/** A small table as literals; the first row says the types. */
export function literalSelect(table: ConfiguredTable): string {
  const types = table.columns.map(([, type]) => QUERY_TYPES[type]);
  if (table.rows.length === 0) {
    return `SELECT ${table.columns.map(([name], at) => `CAST(NULL AS ${types[at]}) AS ${name}`).join(', ')} WHERE false`;
  }
  const rows = table.rows.map((row, index) =>
    row.map((value, at) => (index === 0 ? `CAST(${plainLiteral(value)} AS ${types[at]})` : plainLiteral(value))).join(', '),
  );
  return `SELECT * FROM (VALUES (${rows.join('), (')})) AS literal(${table.columns.map(([name]) => name).join(', ')})`;
}

/** Numbers as bare digits: texts of Athena have a limit. */
function plainLiteral(value: Parameters<typeof sqlLiteral>[0]): string {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : sqlLiteral(value);
}

/** `'a', 'b'` */
export function literalList(values: readonly string[]): string {
  return values.map((value) => sqlLiteral(value)).join(', ');
}

/** An instant as a literal. @param ms epoch milliseconds */
export function timestampLiteral(ms: number): string {
  return `TIMESTAMP '${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}'`;
}

/**
 * Makes a work table of a SELECT. Its files lie below the output location of the statement: a second try writes elsewhere.
 * @throws AuditError when the text is longer than Athena takes
 */
export function createTableAs(database: string, table: string, select: string): string {
  return checkLength(`CREATE TABLE ${qualified(database, table)} WITH (format = 'PARQUET', write_compression = 'SNAPPY') AS\n${select}`);
}

/** @throws AuditError when the text is longer than Athena takes */
export function checkLength(sql: string): string {
  const bytes = Buffer.byteLength(sql);
  if (bytes <= LONGEST_STATEMENT_BYTES) return sql;
  throw new AuditError(`a statement of ${bytes} bytes is longer than the ${LONGEST_STATEMENT_BYTES} that Athena takes`, {
    remedy: 'shorten the lists of scope in the configuration, or settle fewer days at a time',
  });
}
