/** Every statement that a run sends to Athena is one that Trino's grammar takes. */
import { describe, expect, test } from '@jest/globals';
import { TrinoSQL } from 'dt-sql-parser';
import { publishTexts, STEPS, textOf } from '../lib/cloud/run-steps.ts';

const trino = new TrinoSQL();
const errorsOf = (sql: string) => trino.validate(sql).map(({ startLine, message }) => `line ${startLine}: ${message}`);

describe('the statements of a run', () => {
  test.each(STEPS.map(([phase, step]) => [phase, step.id, step] as const))('%s %s can be read by Trino', (_phase, _id, step) => {
    expect(errorsOf(textOf(step))).toEqual([]);
  });

  test('of publishing, findings and reports can be read by Trino', () => {
    for (const text of publishTexts()) expect(errorsOf(text)).toEqual([]);
  });

  test('are refused when they cannot', () => {
    expect(errorsOf('SELECT a FROM t QUALIFY row_number() OVER () = 1')).not.toEqual([]);
  });
});
