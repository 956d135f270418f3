/** Rows as table, JSON, NDJSON or CSV. Generators of text chunks, so that a million rows never become one string. */
import Table from 'cli-table3';
import type { QueryColumn, QueryResult, QueryValue, RowStream } from '../lake/ports.ts';
import { cellText, csvField, isNumericType, type JsonValue, jsonValue } from './cell.ts';

export const OUTPUT_FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface FormatOptions {
  /** Width of the terminal in columns; a wider table is written as one block per row. Default: never. */
  readonly width?: number;
  /** Marks the heading; default: as it is. */
  readonly bold?: (text: string) => string;
}

/**
 * Formats rows.
 * - `json`: one array of objects, valid with zero rows
 * - `ndjson`: one object a line, nothing with zero rows
 * - `csv`: a header, then the rows; formulas are neutralised
 */
export function* formatRows(result: QueryResult, format: OutputFormat, options: FormatOptions = {}): Generator<string> {
  if (format === 'table') {
    yield* tableText(result, options);
    return;
  }
  const writer = WRITERS[format](result.columns);
  yield writer.begin;
  for (const row of result.rows) yield writer.row(row);
  yield writer.end();
}

/** The same for rows as they come. Only a table has to wait for the last one: it knows its widths then. */
export async function* formatStream(stream: RowStream, format: OutputFormat, options: FormatOptions = {}): AsyncGenerator<string> {
  if (format === 'table') {
    const rows: (readonly QueryValue[])[] = [];
    for await (const chunk of stream.chunks) for (const row of chunk) rows.push(row);
    yield* tableText({ columns: stream.columns, rows }, options);
    return;
  }
  const writer = WRITERS[format](stream.columns);
  yield writer.begin;
  for await (const chunk of stream.chunks) yield chunk.map(writer.row).join('');
  yield writer.end();
}

/** How a format is written row by row. */
interface RowWriter {
  readonly begin: string;
  row(this: void, row: readonly QueryValue[]): string;
  end(): string;
}

const WRITERS: Readonly<Record<Exclude<OutputFormat, 'table'>, (columns: readonly QueryColumn[]) => RowWriter>> = {
  json: (columns) => {
    const names = uniqueNames(columns);
    let count = 0;
    return {
      begin: '',
      row: (row) => {
        count += 1;
        return `${count === 1 ? '[\n' : ',\n'}  ${JSON.stringify(rowObject(names, row))}`;
      },
      end: () => (count === 0 ? '[]\n' : '\n]\n'),
    };
  },
  ndjson: (columns) => {
    const names = uniqueNames(columns);
    return { begin: '', row: (row) => `${JSON.stringify(rowObject(names, row))}\n`, end: () => '' };
  },
  csv: (columns) => ({
    begin: csvLine(uniqueNames(columns)),
    row: (row) => csvLine(row, columns),
    end: () => '',
  }),
};

function csvLine(values: readonly QueryValue[], columns: readonly QueryColumn[] = []): string {
  return `${values.map((value, at) => csvField(value, columns[at]?.type)).join(',')}\n`;
}

function rowObject(names: readonly string[], row: readonly QueryValue[]): Record<string, JsonValue> {
  return Object.fromEntries(names.map((name, at) => [name, jsonValue(row[at] ?? null)]));
}

function* tableText(result: QueryResult, options: FormatOptions): Generator<string> {
  const bold = options.bold ?? ((text: string) => text);
  const names = uniqueNames(result.columns);
  const rows = result.rows.map((row) => row.map(cellText));
  const widths = names.map((name, at) => rows.reduce((most, row) => Math.max(most, (row[at] ?? '').length), name.length));
  const total = widths.reduce((sum, each) => sum + each + 2, 0);
  if (options.width !== undefined && total > options.width && rows.length > 0) {
    yield* blocks(names, rows, bold);
    return;
  }
  const table = new Table({
    head: names.map((name) => bold(name)),
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
    colAligns: result.columns.map((column) => (isNumericType(column.type) ? 'right' : 'left')),
  });
  for (const row of rows) table.push(row);
  yield `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** One block per row, one line per column that has a value. */
function* blocks(names: readonly string[], rows: readonly (readonly string[])[], bold: (text: string) => string): Generator<string> {
  const width = names.reduce((most, name) => Math.max(most, name.length), 0);
  let n = 0;
  for (const row of rows) {
    n += 1;
    const lines = names.map((name, at) => [name, row[at] ?? ''] as const).filter(([, text]) => text !== '');
    yield `${bold(`row ${n}`)}\n${lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('')}`;
  }
}

/** A column name that occurs again gets `_2`, `_3` … appended. */
function uniqueNames(columns: readonly QueryColumn[]): string[] {
  const seen = new Map<string, number>();
  return columns.map(({ name }) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}_${times}`;
  });
}

const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
