/**
 * Rows by column, as JSON that packs well: times as differences, texts as places in a dictionary where they repeat. The page's
 * script unpacks it with the same code.
 */

import type { Zone } from './zone.ts';

export type CellValue = string | number | boolean | null | readonly string[];

/** One column of rows. */
export type PackedColumn =
  /** Whole numbers that grow: each as the difference to the one before. */
  | { readonly name: string; readonly kind: 'delta'; readonly values: readonly number[] }
  /** Values as they are. */
  | { readonly name: string; readonly kind: 'plain'; readonly values: readonly CellValue[] }
  /** UUIDs, their digits one behind the other: random digits pack badly enough without what is between them. */
  | { readonly name: string; readonly kind: 'uuid'; readonly digits: string }
  /** Places in a dictionary. */
  | { readonly name: string; readonly kind: 'dictionary'; readonly words: readonly CellValue[]; readonly values: readonly number[] };

export interface PackedRows {
  /** Version of the form. */
  readonly form: 1;
  readonly rows: number;
  readonly columns: readonly PackedColumn[];
}

/** Packs rows. @param growing columns whose values are whole numbers that never fall */
export function packRows(
  names: readonly string[],
  rows: readonly Readonly<Record<string, CellValue>>[],
  growing: readonly string[] = [],
): PackedRows {
  const columns = names.map((name): PackedColumn => {
    const values = rows.map((row) => row[name] ?? null);
    return growing.includes(name) ? deltas(name, values) : packColumn(name, values);
  });
  return { form: 1, rows: rows.length, columns };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_DIGITS = 32;

function deltas(name: string, values: readonly CellValue[]): PackedColumn {
  let before = 0;
  const steps = values.map((value) => {
    const step = Number(value) - before;
    before = Number(value);
    return step;
  });
  return { name, kind: 'delta', values: steps };
}

function packColumn(name: string, values: readonly CellValue[]): PackedColumn {
  if (values.length > 0 && values.every((value) => typeof value === 'string' && UUID.test(value)))
    return { name, kind: 'uuid', digits: values.join('').replaceAll('-', '') };
  const places = new Map<string, number>();
  const words: CellValue[] = [];
  const indexes = values.map((value) => {
    // a text, a number and a list that print alike are not the same
    const word = JSON.stringify(value);
    const known = places.get(word);
    if (known !== undefined) return known;
    places.set(word, words.length);
    words.push(value);
    return words.length - 1;
  });
  return words.length * 2 > values.length ? { name, kind: 'plain', values } : { name, kind: 'dictionary', words, values: indexes };
}

/** The values of a column, in the order of the rows. @throws RangeError when a place is not in the dictionary */
export function unpackColumn(column: PackedColumn): CellValue[] {
  if (column.kind === 'plain') return [...column.values];
  if (column.kind === 'dictionary')
    return column.values.map((at) => {
      const word = column.words[at];
      if (word === undefined) throw new RangeError(`the column ${column.name} has no word ${at}`);
      return word;
    });
  if (column.kind === 'uuid') return uuids(column.digits);
  let sum = 0;
  return column.values.map((step) => {
    sum += step;
    return sum;
  });
}

function uuids(digits: string): string[] {
  const ids: string[] = [];
  for (let at = 0; at < digits.length; at += UUID_DIGITS) {
    const each = digits.slice(at, at + UUID_DIGITS);
    ids.push([each.slice(0, 8), each.slice(8, 12), each.slice(12, 16), each.slice(16, 20), each.slice(20)].join('-'));
  }
  return ids;
}

/** All columns by name. */
export function unpackRows(packed: PackedRows): Map<string, CellValue[]> {
  return new Map(packed.columns.map((column) => [column.name, unpackColumn(column)]));
}

/** What the page's script gets. */
export interface ReportBlock {
  readonly rows: PackedRows;
  readonly sessions: PackedRows;
  /** Event ids of findings, with what they are evidence of. */
  readonly findings: readonly (readonly [eventId: string, rule: string, severity: string])[];
  /** What a verdict means, by its row, verdict and reason. */
  readonly reasons: Readonly<Record<string, string>>;
  /** User ids in the order of the table of people. */
  readonly people: readonly string[];
  readonly zone: Zone | null;
  /** Events of the subject in all. */
  readonly total: number;
}

/** The key of a reason in `reasons`. */
export function reasonKey(row: CellValue, verdict: CellValue, reason: CellValue): string {
  return `${row} ${verdict} ${reason}`;
}
