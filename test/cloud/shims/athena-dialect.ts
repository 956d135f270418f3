/**
 * Athena's DDL in Trino's words: Iceberg tables (CREATE TABLE … TBLPROPERTIES, ALTER TABLE … ADD COLUMNS, OPTIMIZE, VACUUM) and
 * CREATE TABLE … AS. Everything else goes through as it is: it is Trino's already.
 */
import { Cursor, type Token, tokensOf } from './sql-tokens.ts';

export interface Translation {
  /** One after the other; none: there is nothing to do. */
  readonly statements: readonly string[];
  /** Trino's session properties for them. */
  readonly session: Readonly<Record<string, string>>;
}

export interface DialectContext {
  /** Schema of names without one. */
  readonly database: string | undefined;
  /** Where a table lies that CREATE TABLE … AS makes without a location: s3://…/ */
  readonly defaultLocation: string;
  /** The workgroup forbids locations of the caller's. */
  readonly enforced: boolean;
}

/** Properties of Iceberg tables that Athena knows. It refuses others. */
const TABLE_PROPERTIES =
  /^(table_type|format|write_compression|compression_level|optimize_rewrite_\w+|vacuum_\w+|write_target_data_file_size_bytes)$/;

/** @throws SyntaxError when Athena would refuse it */
export function translate(statement: string, context: DialectContext): Translation {
  const text = statement.trim().replace(/;\s*$/, '');
  const tokens = tokensOf(text);
  const cursor = new Cursor(tokens);
  const plain = (...statements: string[]): Translation => ({ statements, session: {} });
  if (cursor.take('optimize')) {
    const table = qualifiedName(cursor);
    cursor.expect('rewrite', 'data', 'using', 'bin_pack');
    return plain(`ALTER TABLE ${table} EXECUTE optimize${text.slice(cursor.offset)}`);
  }
  if (cursor.take('vacuum')) {
    const table = qualifiedName(cursor);
    // Athena's default age; its table properties are not kept here
    const call = (procedure: string) => `ALTER TABLE ${table} EXECUTE ${procedure}(retention_threshold => '5d')`;
    return plain(call('expire_snapshots'), call('remove_orphan_files'));
  }
  if (cursor.take('create', 'database') || cursor.take('create', 'schema')) {
    const unless = cursor.take('if', 'not', 'exists') ? 'IF NOT EXISTS ' : '';
    return plain(`CREATE SCHEMA ${unless}${qualifiedName(cursor)}`);
  }
  if (cursor.take('drop', 'database')) return plain(`DROP SCHEMA${unquoted(text.slice(cursor.offset))}`);
  if (cursor.take('create', 'table')) {
    const unless = cursor.take('if', 'not', 'exists') ? 'IF NOT EXISTS ' : '';
    const name = nameParts(cursor);
    return cursor.peek()?.value === '(' ? plain(icebergTable(cursor, unless, name)) : tableFromQuery(text, cursor, unless, name, context);
  }
  if (cursor.take('alter', 'table')) return plain(...alteration(text, cursor));
  if (cursor.take('drop', 'table')) return plain(unquoted(text));
  if (cursor.take('describe') || cursor.take('show')) return plain(unquoted(text));
  return plain(text);
}

function icebergTable(cursor: Cursor, unless: string, name: readonly string[]): string {
  const columns = cursor.list(() => column(cursor));
  const comment = cursor.take('comment') ? ` COMMENT ${literal(cursor.next())}` : '';
  const partitioning = cursor.take('partitioned', 'by') ? cursor.list(() => transform(cursor)) : [];
  cursor.expect('location');
  const location = cursor.next();
  cursor.expect('tblproperties');
  const properties = new Map(cursor.list(() => property(cursor)));
  if (!cursor.done) throw new SyntaxError(`mismatched input '${cursor.peek()?.value}'. Expecting: <EOF>`);
  if (properties.get('table_type')?.toLowerCase() !== 'iceberg')
    throw new SyntaxError('only CREATE TABLE of Iceberg tables is part of this test double');
  for (const key of properties.keys()) if (!TABLE_PROPERTIES.test(key)) throw new SyntaxError(`Unsupported table property key: ${key}`);
  const options = [`location = ${literal(location)}`];
  if (partitioning.length > 0) options.push(`partitioning = ARRAY[${partitioning.map((each) => `'${each}'`).join(', ')}]`);
  return `CREATE TABLE ${unless}${quoted(name)} (${columns.join(', ')})${comment} WITH (${options.join(', ')})`;
}

/** Iceberg tables through the Iceberg connector, all others through the Hive connector, which knows `external_location`. */
function tableFromQuery(text: string, cursor: Cursor, unless: string, name: readonly string[], context: DialectContext): Translation {
  const properties = new Map<string, string>();
  if (cursor.take('with')) {
    cursor.list(() => {
      const key = cursor.next().value.toLowerCase();
      cursor.expect('=');
      properties.set(key, propertyValue(cursor));
    });
  }
  cursor.expect('as');
  const query = text.slice(cursor.offset);
  const iceberg = properties.get('table_type')?.toLowerCase() === "'iceberg'";
  const given = properties.get('external_location') ?? properties.get('location');
  if (given !== undefined && context.enforced && !iceberg) {
    throw new SyntaxError(
      "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
    );
  }
  const location = given ?? `'${context.defaultLocation}'`;
  const codec = (properties.get('write_compression') ?? properties.get('parquet_compression'))?.slice(1, -1).toUpperCase() ?? 'GZIP';
  const options = [`format = ${properties.get('format') ?? "'PARQUET'"}`, `${iceberg ? 'location' : 'external_location'} = ${location}`];
  for (const key of ['partitioned_by', 'partitioning', 'bucketed_by', 'bucket_count']) {
    const value = properties.get(key);
    if (value !== undefined) options.push(`${key} = ${value}`);
  }
  const schema = name.length > 1 ? name.slice(-2, -1) : context.database === undefined ? [] : [context.database];
  const target = iceberg ? quoted(name) : quoted(['hive', ...schema, ...name.slice(-1)]);
  return {
    statements: [`CREATE TABLE ${unless}${target} WITH (${options.join(', ')}) AS${query}`],
    session: iceberg ? { 'awsdatacatalog.compression_codec': codec } : { 'hive.compression_codec': codec },
  };
}

function alteration(text: string, cursor: Cursor): string[] {
  const table = qualifiedName(cursor);
  if (cursor.take('add', 'columns')) return cursor.list(() => column(cursor)).map((each) => `ALTER TABLE ${table} ADD COLUMN ${each}`);
  if (cursor.take('set', 'tblproperties')) {
    for (const [key] of cursor.list(() => property(cursor))) {
      if (!TABLE_PROPERTIES.test(key)) throw new SyntaxError(`Unsupported table property key: ${key}`);
    }
    return [];
  }
  return [unquoted(text)];
}

/** `name type [COMMENT 'text']` */
function column(cursor: Cursor): string {
  const name = cursor.next().value;
  const type = columnType(cursor);
  return `"${name}" ${type}${cursor.take('comment') ? ` COMMENT ${literal(cursor.next())}` : ''}`;
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'varchar',
  int: 'integer',
  float: 'real',
  binary: 'varbinary',
  timestamp: 'timestamp(6)',
  timestamptz: 'timestamp(6) with time zone',
};

function columnType(cursor: Cursor): string {
  const word = cursor.next().value.toLowerCase();
  if (word === 'array' || word === 'map') return `${word}(${cursor.list(() => columnType(cursor), '<', '>').join(', ')})`;
  if (word === 'struct') {
    const field = () => {
      const name = cursor.next().value;
      cursor.expect(':');
      return `"${name}" ${columnType(cursor)}`;
    };
    return `row(${cursor.list(field, '<', '>').join(', ')})`;
  }
  if (word === 'decimal' && cursor.peek()?.value === '(') return `decimal(${cursor.list(() => cursor.next().value).join(', ')})`;
  if (!(word in SCALARS) && !['boolean', 'bigint', 'double', 'date', 'uuid'].includes(word))
    throw new SyntaxError(`Type not supported for Iceberg: ${word}`);
  return SCALARS[word] ?? word;
}

/** A partition: a column, or `bucket(16, name)` and its like, which Trino writes the other way round. */
function transform(cursor: Cursor): string {
  const name = cursor.next().value;
  if (cursor.peek()?.value !== '(') return name;
  const [first = '', second] = cursor.list(() => cursor.next().value);
  return second === undefined ? `${name}(${first})` : `${name}(${second}, ${first})`;
}

function property(cursor: Cursor): [key: string, value: string] {
  const key = cursor.next().value;
  cursor.expect('=');
  return [key, cursor.next().value];
}

/** The value of a property of WITH in Trino's spelling. */
function propertyValue(cursor: Cursor): string {
  if (cursor.take('array')) return `ARRAY[${cursor.list(() => literal(cursor.next()), '[', ']').join(', ')}]`;
  const token = cursor.next();
  return token.kind === 'text' ? literal(token) : token.value;
}

function nameParts(cursor: Cursor): string[] {
  const parts = [cursor.next().value];
  while (cursor.take('.')) parts.push(cursor.next().value);
  return parts;
}

const quoted = (parts: readonly string[]) => parts.map((part) => `"${part}"`).join('.');
const qualifiedName = (cursor: Cursor) => quoted(nameParts(cursor));
const literal = (token: Token) => `'${token.value.replaceAll("'", "''")}'`;
/** Names in backticks as Trino quotes them. */
const unquoted = (text: string) => text.replaceAll('`', '"');

/** Athena's class of a statement. */
export function statementType(statement: string): 'DML' | 'DDL' | 'UTILITY' {
  const words = tokensOf(statement).filter((token) => token.value !== '(');
  const first = words[0]?.value.toLowerCase() ?? '';
  if (['select', 'with', 'values', 'insert', 'merge', 'update', 'delete', 'execute', 'unload'].includes(first)) return 'DML';
  if (['explain', 'show', 'describe', 'desc', 'vacuum', 'optimize', 'prepare'].includes(first)) return 'UTILITY';
  const makesTable = first === 'create' && words[1]?.value.toLowerCase() === 'table';
  return makesTable && words.some((token) => token.kind === 'word' && /^(select|with)$/i.test(token.value)) && / as\s/i.test(statement)
    ? 'DML'
    : 'DDL';
}

/** A statement whose rows are the answer: its result is a CSV file with a header. */
export function isQuery(statement: string): boolean {
  const first = tokensOf(statement)
    .find((token) => token.value !== '(')
    ?.value.toLowerCase();
  return first !== undefined && ['select', 'with', 'values', 'execute', 'table'].includes(first);
}
