/** Query results as objects, for code that assembles answers from several questions. */
import type { LakeReader, QueryResult, QueryValue } from '../lake/ports.ts';

export type AnswerRecord = Readonly<Record<string, QueryValue>>;

/** Rows as objects keyed by column name. */
export function toRecords(result: QueryResult): AnswerRecord[] {
  return result.rows.map((row) => Object.fromEntries(result.columns.map((column, at) => [column.name, row[at] ?? null])));
}

/** Asks and returns objects. */
export async function ask(lake: LakeReader, sql: string, parameters: Readonly<Record<string, QueryValue>> = {}): Promise<AnswerRecord[]> {
  return toRecords(await lake.query(sql, parameters));
}

/** A text column; null when it is null. */
export function textOf(record: AnswerRecord, column: string): string | null {
  const value = record[column];
  return value === null || value === undefined ? null : String(value);
}

/** A whole-number column; 0 when it is null. */
export function numberOf(record: AnswerRecord, column: string): number {
  return Number(record[column] ?? 0);
}

/** An array column; empty when it is null. */
export function textsOf(record: AnswerRecord, column: string): readonly string[] {
  const value = record[column];
  return Array.isArray(value) ? value : [];
}
