/** The question that lists all that a finding counts is there, and takes the parameters that the rule fills in. */
import { describe, expect, test } from '@jest/globals';
import { parseRest, restParameters } from '../../../lib/answer/finding-rest.ts';
import { parseReadyQuery } from '../../../lib/answer/ready-query.ts';
import { findingRules } from '../../../lib/engine/finding-rules.ts';
import { AuditError } from '../../../lib/errors.ts';
import { listSqlFiles, readSqlFile } from '../../../lib/local/sql-files.ts';

const RULES = findingRules().flatMap(({ id, rest }) => (rest === null ? [] : [[id, rest] as const]));

describe('the rest of a finding', () => {
  test('is listed by rules that count', () => {
    expect(RULES.map(([id]) => id)).toEqual(expect.arrayContaining(['unattributed-read', 'unattributed-write', 'unnamed-write']));
  });

  test.each(RULES)('of %s is asked of a ready question with parameters that it has', (_id, rest) => {
    expect(listSqlFiles('queries')).toContain(rest.question);
    const query = parseReadyQuery(rest.question, readSqlFile(`queries/${rest.question}.sql`));
    const known = query.parameters.map(({ name }) => name);
    expect(rest.parameters.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
    const must = query.parameters.filter((each) => each.default === undefined).map(({ name }) => name);
    expect(must.filter((name) => !rest.parameters.some(([given]) => given === name))).toEqual([]);
  });

  test('leaves out what the finding does not say, and ends the day after', () => {
    const rest = parseRest('x', 'address-events address=source_address from=dt to=next_dt');
    const finding = { dt: '2026-02-28', resource: null, source_address: null, user_id: null };
    expect(rest && restParameters(rest, finding)).toEqual(['from=2026-02-28', 'to=2026-03-01']);
  });

  test('is refused when it takes a value from no column of a finding', () => {
    expect(() => parseRest('x', 'address-events address=nothing')).toThrow(AuditError);
  });
});
