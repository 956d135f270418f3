/** The table definitions as a page of the documentation (`docs/schema.md`). */
import type { ColumnType, Table } from '../../schemas/table.ts';

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  bigint: 'bigint',
  boolean: 'boolean',
  timestamp: 'timestamp',
  'text[]': 'text list',
};

const KINDS: Readonly<Record<Table['kind'], string>> = {
  landing: 'written by `ingest`',
  answer: 'written by `correlate`',
  ledger: 'what the lake knows of itself',
};

/** Said above the first line of every page that is made: an edit would be lost. */
export const MADE_BY = '<!-- Made by `npm run docs`. Edit the source it names, not this text. -->';

/**
 * Every table with its columns as Markdown.
 * @param parquet names of the tables that are Parquet by day; the others are in `audit.duckdb`
 */
export function schemaDoc(tables: readonly Table[], parquet: readonly string[], schemaVersion: number): string {
  const place = (table: Table) => (parquet.includes(table.name) ? 'Parquet by day' : '`audit.duckdb`');
  const overview = tables.map((table) => [`[\`${table.name}\`](#${table.name})`, linkFacts(table.doc), place(table)]);
  return [
    MADE_BY,
    '',
    '# Tables',
    '',
    `Schema version ${schemaVersion}, from the definitions in \`schemas/\`. All times are UTC. A column ending in \`_ms\` holds epoch`,
    'milliseconds; the column of the same name without the ending is the same instant as a timestamp. An empty text in an input is null here.',
    '"Always" means that the column is never null. F§n are the facts of AWS that a column relies on: [facts](facts.md).',
    '',
    ...markdownTable(['table', 'a row is', 'kept in'], overview),
    '',
    ...tables.flatMap((table) => tableSection(table, place(table))),
  ].join('\n');
}

function tableSection(table: Table, place: string): string[] {
  const rows = Object.entries(table.columns).map(([name, column]) => [
    `\`${name}\``,
    TYPES[column.type],
    column.required ? 'always' : '',
    linkFacts(column.doc),
  ]);
  if (table.dt !== undefined) rows.push(['`dt`', 'text', 'always', `UTC day of ${linkFacts(table.dt)}, \`YYYY-MM-DD\`.`]);
  return [
    `## ${table.name}`,
    '',
    linkFacts(table.doc),
    '',
    `Key: ${table.key.map((name) => `\`${name}\``).join(', ')}. Kept in ${place}; ${KINDS[table.kind]}.`,
    '',
    ...markdownTable(['column', 'type', 'null?', 'meaning'], rows),
    '',
  ];
}

/** A table; cells are kept on one line, and bars in them do not end them. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)];
}

/** Links every `F§5.2` to its heading in `docs/facts.md`. */
export function linkFacts(text: string): string {
  return text.replace(/F§(\d+(?:\.\d+)?)/g, (cited, number: string) => `[${cited}](facts.md#f${number.replace('.', '')})`);
}
