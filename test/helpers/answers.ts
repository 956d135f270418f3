/** A lake that answers known questions with given rows, for code that puts answers together. */
import type { AnswerRecord } from '../../lib/answer/records.ts';
import type { LakeReader, QueryResult, QueryValue } from '../../lib/lake/ports.ts';

type Values = Readonly<Record<string, QueryValue>>;
export type Answer = readonly AnswerRecord[] | ((values: Values) => readonly AnswerRecord[]);

/** @param answers by the text of the question; one that is not there is answered with no rows */
export function lakeOf(answers: ReadonlyMap<string, Answer>): LakeReader {
  return {
    directory: '/lake',
    query: async (sql, values = {}) => {
      const answer = answers.get(sql) ?? [];
      return resultOf(typeof answer === 'function' ? answer(values) : answer);
    },
    stream: async () => {
      throw new Error('nothing is streamed here');
    },
    close: async () => undefined,
  };
}

/** Records as an engine gives them. */
export function resultOf(records: readonly AnswerRecord[]): QueryResult {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return {
    columns: names.map((name) => ({ name, type: 'VARCHAR' })),
    rows: records.map((record) => names.map((name) => record[name] ?? null)),
  };
}
