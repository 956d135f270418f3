/** Rows as table, JSON, NDJSON or CSV. Generators of text chunks, so that a million rows never become one string. */
import type { QueryColumn, QueryResult, QueryValue, RowStream } from '../lake/ports.ts';
import { csvField, type JsonValue, jsonValue } from './cell.ts';
import { type TableOptions, tableText } from './table-text.ts';

export const OUTPUT_FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface FormatOptions extends TableOptions {
  /** Told of the columns of a table that found no room. */
  readonly onHidden?: (names: readonly string[]) => void;
}

/**
 * Formats rows.
 * - `json`: one array of objects, valid with zero rows
 * - `ndjson`: one object a line, nothing with zero rows
 * - `csv`: a header, then the rows; formulas are neutralised
 */
export function* formatRows(result: QueryResult, format: OutputFormat, options: FormatOptions = {}): Generator<string> {
  if (format === 'table') {
    yield table(result, options);
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
    yield table({ columns: stream.columns, rows }, options);
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

function table(result: QueryResult, options: FormatOptions): string {
  const { text, hidden } = tableText(result, uniqueNames(result.columns), options);
  options.onHidden?.(hidden);
  return text;
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
