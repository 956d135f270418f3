/**
 * A SELECT whose every value comes out exactly. Athena's text of arrays, maps and rows is ambiguous (`[a, b]` may be one text or
 * two), so that such columns are asked for as JSON, by a SELECT around the question. The order of the rows is the outer one's to
 * keep: an ORDER BY within binds nobody outside.
 */
import { UsageError } from '../errors.ts';
import { addColumns, splitOrder, unquoted } from './select-text.ts';

/** A column as Athena describes it before any row is read. */
export interface DescribedColumn {
  readonly name: string;
  /** Without what is in it: `array`. */
  readonly type: string;
}

export interface ExactSelect {
  readonly sql: string;
  /** Places of the columns that come as JSON; after all columns comes, for each in this order, the text of its type. */
  readonly nested: readonly number[];
  readonly linesBefore: number;
}

/** Asks for the columns of a SELECT and no rows. */
export function describingSelect(select: string): { readonly sql: string; readonly linesBefore: number } {
  return { sql: `SELECT * FROM (\n${select}\n) AS answer LIMIT 0`, linesBefore: 1 };
}

const isJson = (type: string) => /^(array|map|row)$/.test(type);
const isZoned = (type: string) => type === 'timestamp with time zone';

/** True when the values of all columns can be read from Athena's text. */
export function isExact(columns: readonly DescribedColumn[]): boolean {
  return !columns.some(({ type }) => isJson(type) || isZoned(type));
}

/**
 * @param select one SELECT without its semicolon
 * @param columns as `describingSelect` brought them
 * @throws UsageError when its order cannot be carried over
 */
export function exactSelect(select: string, columns: readonly DescribedColumn[]): ExactSelect {
  const { body, keys, tail } = splitOrder(select);
  const names = columns.map((_, at) => `c${at + 1}`);
  const added: string[] = [];
  const order = keys.map(({ expression, direction }) => {
    const place = placeOf(expression, columns);
    if (place !== null) return `answer.c${place + 1} ${direction}`;
    added.push(`(${expression}) AS sort_key_${added.length + 1}`);
    return `answer.sort_key_${added.length} ${direction}`;
  });
  const source = added.length === 0 ? body : addColumns(body, added);
  if (source === null) throw orderError(keys.map((key) => key.expression));
  const nested = columns.flatMap(({ type }, at) => (isJson(type) ? [at] : []));
  const list = columns.map(({ name, type }, at) => `${expressionOf(`answer.c${at + 1}`, type)} AS ${quoted(name)}`);
  const types = nested.map((at) => `typeof(answer.c${at + 1}) AS type_of_c${at + 1}`);
  const inner = [...names, ...added.map((_, at) => `sort_key_${at + 1}`)];
  return {
    sql:
      `SELECT ${[...list, ...types].join(', ')} FROM (\n${source}\n) AS answer (${inner.join(', ')})` +
      `${order.length === 0 ? '' : `\nORDER BY ${order.join(', ')}`}${tail === '' ? '' : `\n${tail}`}`,
    nested,
    linesBefore: 1,
  };
}

/** What to say when the order of a question cannot be carried over. */
export function orderError(expressions: readonly string[], cause?: unknown): UsageError {
  return new UsageError(`the order by ${expressions.join(', ')} cannot be kept beside columns of type array, map or row`, {
    remedy: 'order by columns of the answer (by name or number), or ask for json_format(CAST(column AS json))',
    cause,
  });
}

function expressionOf(column: string, type: string): string {
  if (isJson(type)) return `json_format(CAST(${column} AS json))`;
  // Athena keeps three digits
  return isZoned(type) ? `CAST(${column} AT TIME ZONE 'UTC' AS timestamp(3))` : column;
}

/** The column that a key of the order stands for: by number, or by a name that only one column has. */
function placeOf(expression: string, columns: readonly DescribedColumn[]): number | null {
  if (/^\d+$/.test(expression)) return Number(expression) <= columns.length ? Number(expression) - 1 : null;
  if (!/^([a-z_][a-z0-9_]*|"(?:[^"]|"")*")$/i.test(expression)) return null;
  const places = columns.flatMap(({ name }, at) => (name.toLowerCase() === unquoted(expression) ? [at] : []));
  return places.length === 1 ? (places[0] as number) : null;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
