/**
 * Parameters of SQL text. `:name` is replaced by a literal that both engines read alike; quoted text, identifiers and
 * comments are left alone. Literals rather than bound parameters, because Athena prunes partitions only by literals.
 */
import { UsageError } from './errors.ts';
import type { QueryValue } from './lake/ports.ts';

/** Quoted text, quoted identifiers, comments, `::` (never ours, but never a parameter), then parameters. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|::|:([a-z_][a-z0-9_]*)/gi;

/** The parameter names of a SQL text, each once, in order of first appearance. */
export function parameterNames(sql: string): string[] {
  const names = new Set<string>();
  for (const match of sql.matchAll(TOKEN)) if (match[1] !== undefined) names.add(match[1]);
  return [...names];
}

/**
 * Replaces every `:name`.
 * @throws UsageError when a parameter has no value, or a value has no parameter: a typo must not widen a question.
 */
export function fillSql(sql: string, values: Readonly<Record<string, QueryValue>>): string {
  const names = parameterNames(sql);
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(`the query has no parameter ${unknown.join(', ')}`, {
      remedy: names.length > 0 ? `it has ${names.join(', ')}` : 'it takes none',
    });
  }
  return sql.replace(TOKEN, (token, name: string | undefined) => {
    if (name === undefined) return token;
    const value = values[name];
    if (value === undefined) throw new UsageError(`the query needs a value for ${name}`, { remedy: `give --param ${name}=…` });
    return sqlLiteral(value);
  });
}

/** A literal of the common ground of both engines. */
export function sqlLiteral(value: QueryValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return `CAST(${value} AS bigint)`;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new UsageError(`${value} is not a whole number`);
    return `CAST(${value} AS bigint)`;
  }
  if (!Array.isArray(value)) throw new UsageError('a struct cannot be the value of a parameter');
  return `ARRAY[${value.map((each: QueryValue) => sqlLiteral(each)).join(', ')}]`;
}
