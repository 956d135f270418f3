/** The shared SQL stays what both engines understand alike: valid Trino, without what they understand differently. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { TrinoSQL } from 'dt-sql-parser';
import * as acceptanceQueries from '../../lib/answer/acceptance-queries.ts';
import * as explanationQueries from '../../lib/answer/explanation-queries.ts';
import * as runEvidence from '../../lib/answer/run-evidence.ts';
import * as statusQueries from '../../lib/answer/status-queries.ts';
import { packageRoot } from '../../lib/local/package-root.ts';
import { fillSql, parameterNames } from '../../lib/sql-template.ts';

const root = join(packageRoot(), 'sql');
const FILES = ['correlate', 'findings', 'queries', 'report'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => `${folder}/${name}`),
);

/** What the engines read differently, or only one of them reads; each with a text that must be seen. */
const BANNED: readonly (readonly [why: string, pattern: RegExp, sample: string])[] = [
  ['a cast that Trino does not know', /::/, 'SELECT a::bigint FROM t'],
  ['QUALIFY', /\bqualify\b/i, 'SELECT a FROM t QUALIFY row_number() OVER () = 1'],
  ['EXCLUDE', /\bexclude\b/i, 'SELECT * EXCLUDE (a) FROM t'],
  ['REPLACE in a star', /\*\s+replace\b/i, 'SELECT * REPLACE (1 AS a) FROM t'],
  ['ILIKE', /\bilike\b/i, "SELECT a FROM t WHERE a ILIKE 'b'"],
  ['GROUP BY ALL', /\b(group|order)\s+by\s+all\b/i, 'SELECT a FROM t GROUP BY ALL'],
  ['a list literal', /(?<!array|[\w\])])\s*\[(?!\s*\])[^\]]*\]/i, 'SELECT [1, 2]'],
  ['integer division of DuckDB', /\/\//, 'SELECT a // b FROM t'],
  ['division', /(?<!\/)\/(?!\/)/, 'SELECT a / b FROM t'],
  ['an average', /\bavg\s*\(/i, 'SELECT avg(a) FROM t'],
  ['concat, which reads null differently', /\bconcat\s*\(/i, "SELECT concat(a, 'b') FROM t"],
  ['greatest and least, which read null differently', /\b(greatest|least)\s*\(/i, 'SELECT greatest(a, b) FROM t'],
  ['date_diff', /\bdate_diff\s*\(/i, "SELECT date_diff('day', a, b) FROM t"],
  ['date_trunc', /\bdate_trunc\s*\(/i, "SELECT date_trunc('day', a) FROM t"],
  ['date_format', /\b(date_format|strftime|to_char)\s*\(/i, "SELECT date_format(a, '%Y') FROM t"],
  ['AT TIME ZONE', /\bat\s+time\s+zone\b|\bat_timezone\s*\(/i, "SELECT a AT TIME ZONE 'UTC' FROM t"],
  ['the clock', /\b(now\s*\(|current_(date|time|timestamp)\b|localtime)/i, 'SELECT now()'],
  ['regular expressions', /\bregexp_\w+\s*\(|\bsimilar\s+to\b/i, "SELECT regexp_extract(a, 'b') FROM t"],
  ['element_at', /\belement_at\s*\(/i, 'SELECT element_at(a, 1) FROM t'],
  ['split_part', /\bsplit_part\s*\(/i, "SELECT split_part(a, '/', 1) FROM t"],
  ['a cast to a length', /\bas\s+varchar\s*\(/i, 'SELECT CAST(a AS varchar(10)) FROM t'],
  [
    'any_match, transform and reduce',
    /\b(any_match|all_match|none_match|transform|reduce)\s*\(/i,
    'SELECT any_match(a, x -> x = 1) FROM t',
  ],
  ['approximations', /\bapprox_\w+\s*\(/i, 'SELECT approx_distinct(a) FROM t'],
  ['an arbitrary row', /\b(arbitrary|any_value|first|last)\s*\(/i, 'SELECT arbitrary(a) FROM t'],
  ['IGNORE NULLS', /\bignore\s+nulls\b/i, 'SELECT lag(a) IGNORE NULLS OVER () FROM t'],
  ['intervals', /\binterval\b/i, "SELECT a - INTERVAL '1' DAY FROM t"],
  ['JSON, which is parsed before', /\bjson_\w+\s*\(/i, 'SELECT json_format(a) FROM t'],
  ['ASOF joins', /\basof\b/i, 'SELECT 1 FROM a ASOF JOIN b ON a.x >= b.x'],
  ['double quotes of one engine as text', /\bstring_agg\s*\(|\blistagg\s*\(|\blist_\w+\s*\(/i, "SELECT string_agg(a, ',') FROM t"],
];

/** These ask `greatest` and `least` only of values that are never null: bounds of sessions and of segments. */
const NEVER_NULL = ['correlate/flow-users.sql', 'correlate/presences.sql', 'correlate/run-sessions.sql', 'correlate/segment-sessions.sql'];

/** The questions of explain, status, accept and of what a run says of its evidence. */
const OTHERS = Object.entries<unknown>({ ...explanationQueries, ...statusQueries, ...acceptanceQueries, ...runEvidence }).filter(
  (entry): entry is [string, string] => typeof entry[1] === 'string',
);

const trino = new TrinoSQL();

/** Comments and quoted text out of the way: what is banned is banned in code. */
function codeOf(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (token) =>
    token.startsWith("'") ? "''" : token.startsWith('"') ? 'x' : ' ',
  );
}

const bannedIn = (sql: string): string[] => BANNED.filter(([, pattern]) => pattern.test(codeOf(sql))).map(([why]) => why);

/** A literal for each parameter, by what its name says. */
function filled(sql: string): string {
  const sample = (name: string) =>
    /_ids$|^locations$/.test(name)
      ? ['a']
      : /^has_/.test(name)
        ? true
        : /_ms$|^limit$|_hours$|^at_least$|^most$/.test(name)
          ? 1_772_445_600_000
          : '2026-03-02';
  return fillSql(sql, Object.fromEntries(parameterNames(sql).map((name) => [name, sample(name)])));
}

describe('the shared SQL', () => {
  test('is all there is to check', () => {
    expect(FILES.length).toBeGreaterThan(50);
  });

  test.each(FILES)('%s is one statement that Trino can read', (file) => {
    const errors = trino.validate(filled(readFileSync(join(root, file), 'utf8')));
    expect(errors.map(({ startLine, message }) => `line ${startLine}: ${message}`)).toEqual([]);
  });

  test.each(OTHERS)('%s is one, too', (_, sql) => {
    expect(trino.validate(filled(sql))).toEqual([]);
  });

  test.each(OTHERS)('%s holds nothing that the engines read differently, either', (_, sql) => {
    expect(bannedIn(sql)).toEqual([]);
  });

  test.each(FILES)('%s holds nothing that the engines read differently', (file) => {
    const found = bannedIn(readFileSync(join(root, file), 'utf8'));
    expect(found.filter((why) => !(why.startsWith('greatest') && NEVER_NULL.includes(file)))).toEqual([]);
  });
});

describe('the guard', () => {
  test.each(BANNED.map(([why, , sample]) => [why, sample]))('sees %s', (why, sample) => {
    expect(bannedIn(sample)).toContain(why);
  });

  test('sees what only DuckDB can read', () => {
    expect(trino.validate('SELECT a::bigint FROM t')).not.toEqual([]);
    expect(trino.validate('SELECT * EXCLUDE (a) FROM t')).not.toEqual([]);
    expect(trino.validate('SELECT a FROM t QUALIFY row_number() OVER () = 1')).not.toEqual([]);
    expect(trino.validate('SELECT a FROM t WHERE')).not.toEqual([]);
  });

  test('does not mind what stands in comments and in quotes', () => {
    expect(bannedIn('SELECT \'a::b / now() [1]\' AS "x/y" -- avg(a) / b\n/* QUALIFY */ FROM t')).toEqual([]);
  });
});
