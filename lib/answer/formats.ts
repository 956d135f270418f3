/** Rows as table, JSON, NDJSON or CSV. Generators of text chunks, so that a million rows never become one string. */
import Table from 'cli-table3';
import type { QueryResult, QueryValue } from '../lake/ports.ts';
import { cellText, csvField, jsonValue } from './cell.ts';

export const OUTPUT_FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface FormatOptions {
  /** Width of the terminal in columns; a wider table is written as one block per row. Default: never. */
  readonly width?: number;
  /** Marks the heading; default: as it is. */
  readonly bold?: (text: string) => string;
}

/**
 * Formats rows. Every chunk ends with a line end.
 * - `json`: one array of objects, valid with zero rows
 * - `ndjson`: one object a line, nothing with zero rows
 * - `csv`: a header, then the rows; formulas are neutralised
 */
export function* formatRows(result: QueryResult, format: OutputFormat, options: FormatOptions = {}): Generator<string> {
  if (format === 'table') yield* tableText(result, options);
  else if (format === 'csv') yield* csvLines(result);
  else if (format === 'ndjson') for (const row of objects(result)) yield `${JSON.stringify(row)}\n`;
  else yield* jsonArray(result);
}

/** Rows as objects in column order; a column name that occurs again gets `_2`, `_3` … appended. */
export function* objects(result: QueryResult): Generator<Record<string, ReturnType<typeof jsonValue>>> {
  const names = uniqueNames(result);
  for (const row of result.rows) {
    yield Object.fromEntries(names.map((name, at) => [name, jsonValue(row[at] as QueryValue)]));
  }
}

function* jsonArray(result: QueryResult): Generator<string> {
  if (result.rows.length === 0) {
    yield '[]\n';
    return;
  }
  let left = result.rows.length;
  yield '[\n';
  for (const row of objects(result)) {
    left -= 1;
    yield `  ${JSON.stringify(row)}${left > 0 ? ',' : ''}\n`;
  }
  yield ']\n';
}

function* csvLines(result: QueryResult): Generator<string> {
  yield `${uniqueNames(result).map(csvField).join(',')}\n`;
  for (const row of result.rows) yield `${row.map(csvField).join(',')}\n`;
}

function* tableText(result: QueryResult, options: FormatOptions): Generator<string> {
  const bold = options.bold ?? ((text: string) => text);
  const names = uniqueNames(result);
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
    colAligns: result.columns.map((column) => (/INT|DOUBLE|DECIMAL|FLOAT/.test(column.type) ? 'right' : 'left')),
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

function uniqueNames(result: QueryResult): string[] {
  const seen = new Map<string, number>();
  return result.columns.map(({ name }) => {
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
