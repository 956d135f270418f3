import { describe, expect, test } from '@jest/globals';
import * as explanationQueries from '../../../lib/answer/explanation-queries.ts';
import { parametersOf, parseAssignments, parseReadyQuery, resolveParameters } from '../../../lib/answer/ready-query.ts';
import * as statusQueries from '../../../lib/answer/status-queries.ts';
import { AuditError, UsageError } from '../../../lib/errors.ts';
import { listSqlFiles, readSqlFile } from '../../../lib/local/sql-files.ts';
import { fillSql } from '../../../lib/sql-template.ts';

const NOW = Date.UTC(2026, 2, 10, 3, 0, 0);
const SAMPLE = { text: "it's", date: '2026-03-02', time: '2026-03-02T10:00:00Z', bigint: '5' };
/** Written with another meaning, or not at all, by one of the two engines. */
const NOT_SHARED = /::|\bQUALIFY\b|\bdate_trunc\b|\bregexp_|\bsubstr\b|\bsplit_part\b|\bLIMIT :|\bILIKE\b|\bEXCLUDE\b|\bavg\(/i;
const names = listSqlFiles('queries');

describe('the ready questions', () => {
  test('are at least eighteen', () => {
    expect(names.length).toBeGreaterThanOrEqual(18);
  });

  test.each(names)('%s has a whole header, and nothing that one engine reads differently', (name) => {
    const query = parseReadyQuery(name, readSqlFile(`queries/${name}.sql`));
    const given = Object.fromEntries(query.parameters.map((each) => [each.name, each.oneOf?.[0] ?? SAMPLE[each.type]]));
    expect(() => fillSql(query.sql, resolveParameters(query, given, NOW))).not.toThrow();
    expect(query.question).toMatch(/\?$/);
    expect(query.sql.replace(/--.*/g, '')).not.toMatch(NOT_SHARED);
    expect(query.sql).toMatch(/ORDER BY/);
  });

  test.each(names)('%s has defaults of the right type', (name) => {
    const query = parseReadyQuery(name, readSqlFile(`queries/${name}.sql`));
    const needed = query.parameters.filter((each) => each.default === undefined);
    const given = Object.fromEntries(needed.map((each) => [each.name, SAMPLE[each.type]]));
    expect(Object.keys(resolveParameters(query, given, NOW)).sort()).toEqual(query.parameters.map((each) => each.name).sort());
  });
});

describe('the questions behind explain and status', () => {
  test.each(Object.entries({ ...explanationQueries, ...statusQueries }))('%s holds nothing that one engine reads differently', (_, sql) => {
    expect(sql).not.toMatch(NOT_SHARED);
  });
});

const TEXT = `-- title: T
-- question: Who?
-- param user text: the user
-- param since date = -1d: first day
-- param at time = 2026-03-01: from
-- param n bigint = 5: how many
-- param any text = '': any
-- a remark with :nothing
SELECT 1 WHERE 'a:b' = :user AND :since = :at AND :n = 1 AND :any = ''`;

describe('a question', () => {
  const query = parseReadyQuery('q', TEXT);

  test('resolves what is typed and its defaults, each by its type', () => {
    expect(resolveParameters(query, { user: 'ada' }, NOW)).toEqual({
      user: 'ada',
      since: '2026-03-09',
      at: Date.UTC(2026, 2, 1),
      n: 5,
      any: '',
    });
  });

  test('names the parameter that is missing, with what it means', () => {
    expect(() => resolveParameters(query, {}, NOW)).toThrow(/needs user \(the user\).*--param user=/);
  });

  test('refuses a parameter it does not have and says which was meant', () => {
    expect(() => resolveParameters(query, { user: 'ada', sinse: '-1d' }, NOW)).toThrow(/no parameter sinse; did you mean since\?/);
  });

  test.each([{ n: '1.5' }, { n: '' }, { n: '1e3' }, { since: 'soon' }, { at: '2026-02-30' }])(
    'refuses a value that is not of its type: %j',
    (given) => {
      expect(() => resolveParameters(query, { user: 'ada', ...given } as Record<string, string>, NOW)).toThrow(UsageError);
    },
  );

  test('must declare exactly the parameters it uses', () => {
    expect(() => parseReadyQuery('q', TEXT.replace('-- param user text: the user\n', ''))).toThrow(/differ in the parameters user/);
    expect(() => parseReadyQuery('q', TEXT.replace(":any = ''", 'true'))).toThrow(/differ in the parameters any/);
    expect(() => parseReadyQuery('q', TEXT.replace('user text', 'user words'))).toThrow(AuditError);
    expect(() => parseReadyQuery('q', TEXT.replace('-- question: Who?\n', ''))).toThrow(/a title and a question/);
  });
});

describe('SQL of the user', () => {
  test('has its undeclared parameters as required texts', () => {
    expect(parametersOf('--sql', 'SELECT :a, :b, :a')).toEqual([
      { name: 'a', type: 'text', doc: 'not described' },
      { name: 'b', type: 'text', doc: 'not described' },
    ]);
  });

  test('may declare their types', () => {
    expect(parametersOf('f.sql', '-- param a bigint = 3: n\nSELECT :a')).toEqual([{ name: 'a', type: 'bigint', default: '3', doc: 'n' }]);
  });
});

describe('assignments', () => {
  test('split at the first equals sign', () => {
    expect(parseAssignments(['key=a=b', 'empty='], '--param')).toEqual({ key: 'a=b', empty: '' });
  });

  test.each([[['novalue']], [['=x']], [['a=1', 'a=2']]])('refuse %j', (texts) => {
    expect(() => parseAssignments(texts, '--param')).toThrow(UsageError);
  });
});
