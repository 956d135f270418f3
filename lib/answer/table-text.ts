/** Rows as a table for people: one line a row in any terminal, or one block a row where that is asked for. */
import type { QueryColumn, QueryResult, QueryValue } from '../lake/ports.ts';
import { cellText, isNumericType } from './cell.ts';
import { byteText } from './number-text.ts';
import { shortenedTo, widthOf } from './shortened-text.ts';
import { GAP, layOut, type ShownColumn, type TableLayout, type TextColumn } from './table-layout.ts';

export interface TableOptions {
  /** Width of the terminal in columns; default: a table as wide as its values. */
  readonly width?: number;
  /** Marks headings; default: as they are. */
  readonly bold?: (text: string) => string;
  /** Marks a value that has a colour, such as a severity; the text stays the same. */
  readonly paint?: (column: string, text: string) => string;
  /** The columns that matter most, the most important first; the others follow as the SELECT has them. */
  readonly important?: readonly string[];
  /** True: every column, and nothing shortened, however wide it becomes. */
  readonly wide?: boolean;
  /** True: one block a row, a line for each value. */
  readonly blocks?: boolean;
}

/** What a table shows, and what it leaves out. */
export interface TableText {
  readonly text: string;
  /** Names of columns that hold something and found no room. */
  readonly hidden: readonly string[];
}

/** @param names of the columns, each once */
export function tableText(result: QueryResult, names: readonly string[], options: TableOptions): TableText {
  const columns = ordered(textColumns(result, names), options.important ?? []);
  if (options.blocks) return { text: blocks(columns, result.rows.length, options), hidden: [] };
  const important = options.important?.filter((name) => names.includes(name)).length || names.length;
  const layout = layOut(columns, result.rows.length, options.wide ? undefined : options.width, important);
  return { text: `${sharedText(layout, options)}${gridText(layout, result, names, options)}`, hidden: layout.hidden };
}

function textColumns({ columns, rows }: QueryResult, names: readonly string[]): TextColumn[] {
  return columns.map((column, at) => ({
    name: names[at] as string,
    cells: rows.map((row) => valueText(column, row[at] ?? null)),
    isWhole: isNumericType(column.type) || /^(TIMESTAMP|DATE|BOOLEAN)/.test(column.type) || /(^|_)time$|^dt$|_day$/.test(column.name),
  }));
}

/** Bytes have a unit for people; data formats have the number. */
function valueText(column: QueryColumn, value: QueryValue): string {
  const isBytes = isNumericType(column.type) && /(^|_)bytes(_|$)/.test(column.name);
  if (isBytes && value !== null) return byteText(Number(value));
  return cellText(value);
}

function ordered(columns: readonly TextColumn[], important: readonly string[]): TextColumn[] {
  const place = ({ name }: TextColumn) => (important.includes(name) ? important.indexOf(name) : important.length);
  return columns.toSorted((a, b) => place(a) - place(b));
}

/** `bucket data   verdict attributed` under a heading, in as many lines as the width needs. */
function sharedText({ shared }: TableLayout, { width = Number.POSITIVE_INFINITY, bold = asItIs, paint = asItIs2 }: TableOptions): string {
  if (shared.length === 0) return '';
  const room = width - 2;
  const lines: string[] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const [name, value] of shared) {
    const shown = shortenedTo(value, Math.max(1, room - name.length - 1), 'ends');
    const length = name.length + 1 + widthOf(shown);
    const text = `${bold(name)} ${paint(name, shown)}`;
    if (used + length + 3 > room || lines.length === 0) {
      lines.push(text);
      used = length;
    } else {
      lines[lines.length - 1] += `   ${text}`;
      used += length + 3;
    }
  }
  return `in every row shown:\n  ${lines.join('\n  ')}\n`;
}

function gridText({ columns }: TableLayout, result: QueryResult, names: readonly string[], options: TableOptions): string {
  const { bold = asItIs, paint = asItIs2 } = options;
  const isNumber = columns.map(({ name }) => isNumericType(result.columns[names.indexOf(name)]?.type ?? ''));
  const lineOf = (texts: readonly string[], mark: (column: string, text: string) => string) =>
    columns
      .map((column, at) => placed(texts[at] as string, column, isNumber[at] as boolean, mark))
      .join(' '.repeat(GAP))
      .trimEnd();
  const head = lineOf(
    columns.map(({ name }) => name),
    (_column, name) => bold(name),
  );
  const rows = result.rows.map((_row, at) =>
    lineOf(
      columns.map(({ cells }) => cells[at] as string),
      paint,
    ),
  );
  return `${[head, ...rows].join('\n')}\n`;
}

/** A text in the width of its column: numbers to the right, everything else to the left. */
function placed(text: string, column: ShownColumn, toRight: boolean, mark: (column: string, text: string) => string): string {
  const shown = shortenedTo(text, column.width, column.kept);
  const blanks = ' '.repeat(column.width - widthOf(shown));
  return toRight ? `${blanks}${mark(column.name, shown)}` : `${mark(column.name, shown)}${blanks}`;
}

/** One block per row, one line per column that has a value. */
function blocks(columns: readonly TextColumn[], rowCount: number, { bold = asItIs, paint = asItIs2 }: TableOptions): string {
  const width = columns.reduce((most, { name }) => Math.max(most, name.length), 0);
  let text = '';
  for (let at = 0; at < rowCount; at += 1) {
    const filled = columns.filter(({ cells }) => (cells[at] ?? '') !== '');
    const lines = filled.map(({ name, cells }) => `  ${name.padEnd(width)}  ${paint(name, cells[at] as string)}\n`);
    text += `${bold(`row ${at + 1}`)}\n${lines.join('')}`;
  }
  return text;
}

function asItIs(text: string): string {
  return text;
}

function asItIs2(_column: string, text: string): string {
  return text;
}
