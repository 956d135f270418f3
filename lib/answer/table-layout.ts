/** Which columns of an answer a terminal of a given width shows, and how wide each is. */
import { type Kept, widthOf } from './shortened-text.ts';

/** A column with its cells as text. */
export interface TextColumn {
  readonly name: string;
  readonly cells: readonly string[];
  /** Numbers, times and truth values are shown whole or not at all. */
  readonly isWhole: boolean;
}

export interface ShownColumn extends TextColumn {
  readonly width: number;
  readonly kept: Kept;
}

export interface TableLayout {
  readonly columns: readonly ShownColumn[];
  /** What is the same in all rows, said once above them instead of in a column. */
  readonly shared: readonly (readonly [name: string, value: string])[];
  /** Names of the columns that hold something and are not shown. */
  readonly hidden: readonly string[];
}

/** Blanks between two columns. */
export const GAP = 2;
/** Text narrower than this says nothing any more: eight digits of an id, a name with both its ends, the beginning of a sentence. */
const LEAST = { id: 9, name: 16, sentence: 36 };
/** From here on a value that all rows share is worth a line of its own. */
const SHARED_ROWS = 3;

const SENTENCES = new Set(['summary', 'question', 'meaning', 'what', 'text', 'problem']);

/**
 * Lays out columns, the most important first. Columns that do not fit are left out, the least important first; what is left of
 * the width goes to the columns that would need it.
 * @param width of the terminal, columns; undefined: everything is shown as it is
 * @param important how many of the columns are important: the others come only where these are shown whole
 */
export function layOut(columns: readonly TextColumn[], rowCount: number, width?: number, important = columns.length): TableLayout {
  const natural = columns.map(naturalColumn);
  if (width === undefined || totalOf(natural) <= width) return { columns: natural, shared: [], hidden: [] };
  const filled = rowCount === 0 ? natural : natural.filter((column) => column.cells.some((cell) => cell !== ''));
  const varying = rowCount < SHARED_ROWS ? filled : filled.filter((column) => !isShared(column));
  const kept = varying.length === 0 ? filled : varying;
  const shared = filled.filter((column) => !kept.includes(column));
  const names = columns.slice(0, important).map(({ name }) => name);
  const fitting = fitted(kept, width, names);
  return {
    columns: widened(fitting, width),
    shared: shared.map((column) => [column.name, column.cells[0] ?? '']),
    hidden: kept.filter((column) => !fitting.some(({ name }) => name === column.name)).map(({ name }) => name),
  };
}

function naturalColumn(column: TextColumn): ShownColumn {
  const width = column.cells.reduce((most, cell) => Math.max(most, widthOf(cell)), widthOf(column.name));
  return { ...column, width, kept: SENTENCES.has(column.name) || isOfIds(column) ? 'start' : 'ends' };
}

/** Ids that a program made: a UUID, the hex digits of a hash; several of them, joined. */
function isOfIds({ cells }: TextColumn): boolean {
  return cells.every((cell) => cell === '' || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|^[0-9a-f]{32,64}$/i.test(cell));
}

function isShared({ cells }: TextColumn): boolean {
  return cells.length > 0 && cells.every((cell) => cell === cells[0]);
}

/** The columns for which there is room, in their order: the important ones at their least widths, the others beside them whole. */
function fitted(columns: readonly ShownColumn[], width: number, important: readonly string[]): ShownColumn[] {
  const fitting: ShownColumn[] = [];
  for (const column of columns) {
    const least = { ...column, width: leastWidth(column) };
    const before = important.includes(column.name)
      ? fitting
      : fitting.map((each) => columns.find(({ name }) => name === each.name) ?? each);
    if (totalOf([...before, least]) <= width) fitting.push(least);
    // whatever the terminal, the most important column is there
    else if (fitting.length === 0) fitting.push({ ...column, width });
  }
  return fitting;
}

function leastWidth(column: ShownColumn): number {
  if (column.isWhole) return column.width;
  const least = SENTENCES.has(column.name) ? LEAST.sentence : column.kept === 'start' ? LEAST.id : LEAST.name;
  return Math.min(column.width, Math.max(least, widthOf(column.name)));
}

/** Gives what is left of the width in equal shares to those that lack some. */
function widened(columns: readonly ShownColumn[], width: number): ShownColumn[] {
  const widths = columns.map((column) => column.width);
  const wanted = columns.map((column) => naturalColumn(column).width);
  for (let rest = width - totalOf(columns); rest > 0; ) {
    const lacking = widths.flatMap((each, at) => (each < (wanted[at] as number) ? [at] : []));
    if (lacking.length === 0) break;
    for (const at of lacking.slice(0, rest)) widths[at] = (widths[at] as number) + 1;
    rest -= Math.min(rest, lacking.length);
  }
  return columns.map((column, at) => ({ ...column, width: widths[at] as number }));
}

function totalOf(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP, -GAP);
}
