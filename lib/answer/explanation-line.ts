/** Lines of an explanation: a label and what it says. */
import { cellText } from './cell.ts';
import type { AnswerRecord } from './records.ts';

/** Marks headings; the identity where there is no colour. */
export type Bold = (text: string) => string;

/** One line per column that holds something. */
export function fields(record: AnswerRecord, names: readonly (readonly [label: string, column: string])[]): string[] {
  return names
    .map(([label, column]) => [label, cell(record, column)] as const)
    .flatMap(([label, text]) => (text === '' ? [] : [line(label, text)]));
}

export function line(label: string, text: string, indent = 2): string {
  return label === '' ? `${' '.repeat(indent)}${text}` : `${' '.repeat(indent)}${`${label}:`.padEnd(17)} ${text}`;
}

/** A column as text that drives no terminal; empty when it is null. */
export function cell(record: AnswerRecord, column: string): string {
  return cellText(record[column] ?? null);
}

/** `42 s`, `7 min 3 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
