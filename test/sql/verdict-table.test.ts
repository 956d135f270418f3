/** The table of docs/verdicts.md and the one that decides (`sql/correlate/verdicts.sql`) are the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../lib/local/package-root.ts';

const sql = readFileSync(join(packageRoot(), 'sql/correlate/verdicts.sql'), 'utf8');
const page = readFileSync(join(packageRoot(), 'docs/verdicts.md'), 'utf8');

interface Rule {
  readonly code: string;
  readonly row: string;
  readonly verdict: string;
  readonly reason: string;
}

/** The rows of `rule`, in order. */
function rulesOf(text: string): Rule[] {
  const table = text.slice(text.indexOf('(VALUES'), text.indexOf(') AS decided'));
  return [...table.matchAll(/\('(\w+)',\s*'(\w)',\s*'(\w+)',\s*'(\w+)'/g)].map(([, code = '', row = '', verdict = '', reason = '']) => ({
    code,
    row,
    verdict,
    reason,
  }));
}

/** The rows of the page's table; an empty cell is that of the row above. */
function documented(text: string): string[] {
  const table = text.slice(text.indexOf('| row | when |')).split('\n\n')[0] ?? '';
  const rows: string[] = [];
  let [row, verdict] = ['', ''];
  for (const line of table.split('\n').slice(2)) {
    const [, first = '', , third = '', fourth = ''] = line.split('|').map((cell) => cell.trim());
    row = first === '' ? row : first;
    // `likewise` is the verdict above, too
    verdict = /^`(\w+)`/.exec(third)?.[1] ?? verdict;
    rows.push(`${row} ${verdict} ${fourth.replaceAll('`', '')}`);
  }
  return rows;
}

describe('the table of verdicts', () => {
  const rules = rulesOf(sql);

  test('has on its page the rows, verdicts and reasons that the SQL decides by', () => {
    const decided = rules.map(({ row, verdict, reason }) => `${row} ${verdict} ${reason}`);
    expect(documented(page).length).toBeGreaterThan(25);
    expect([...new Set(documented(page))].sort()).toEqual([...new Set(decided)].sort());
  });

  test('has a row for every code that the SQL can give, and no other', () => {
    const decision = sql.slice(sql.indexOf('), decision AS ('), sql.indexOf(') ', sql.indexOf('SELECT d.n, d.dt')));
    const given = [...decision.matchAll(/(?:THEN|ELSE) '(\w+)'/g)].map(([, code]) => code as string);
    expect([...new Set(given)].filter((code) => !/^(report|time|snapshots)$/.test(code)).sort()).toEqual(
      rules.map(({ code }) => code).sort(),
    );
    expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length);
  });

  test('names somebody in every attributed row and in no other', () => {
    const named = [...sql.matchAll(/\('\w+',\s*'\w',\s*'(\w+)',\s*'\w+',\s*'(\w*)'/g)].map(([, verdict, names]) => [verdict, names !== '']);
    expect(named.length).toBe(rules.length);
    for (const [verdict, names] of named) expect([verdict, names]).toEqual([verdict, verdict === 'attributed']);
  });
});
