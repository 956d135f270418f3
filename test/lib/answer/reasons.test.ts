import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REASONS, reasonSentence, reasonText } from '../../../lib/answer/reasons.ts';
import { packageRoot } from '../../../lib/local/package-root.ts';

/** Row and reason of every line of the table in docs/verdicts.md. */
function documented(): string[] {
  const page = readFileSync(join(packageRoot(), 'docs', 'verdicts.md'), 'utf8');
  const table = page.slice(page.indexOf('## The table'), page.indexOf('## Reasons, one by one'));
  const found: string[] = [];
  let [row, verdict] = ['', ''];
  for (const line of table.split('\n').filter((each) => /^\| /.test(each) && !each.startsWith('| row'))) {
    const cells = line.split('|').map((cell) => cell.trim());
    row = cells[1] || row;
    verdict = /^likewise/.test(cells[3] ?? '') ? verdict : (/`(\w+)`/.exec(cells[3] ?? '')?.[1] ?? verdict);
    found.push(`${row} ${verdict} ${/`(\w+)`/.exec(cells[4] ?? '')?.[1]}`);
  }
  return [...new Set(found)].sort();
}

describe('the sentences of verdicts', () => {
  test('are there for every row, verdict and reason of the table, and for no other', () => {
    expect(documented().length).toBeGreaterThan(25);
    expect(REASONS.map((each) => `${each.row} ${each.verdict} ${each.reason}`).sort()).toEqual(documented());
  });

  test('are found by the row that is stored, never by guessing', () => {
    expect(reasonText('S', 'ambiguous', 'evidence_disagrees')?.sentence).toContain('The credentials name a person');
    expect(reasonText('6', 'ambiguous', 'evidence_disagrees')?.sentence).toContain('One user had the address');
    expect(reasonText('5', 'attributed', 'in_session')).toBeNull();
    expect(reasonText(null, 'attributed', 'in_session')).toBeNull();
  });

  test('say only what holds in every row where the row is not at hand', () => {
    for (const { verdict, reason } of REASONS) expect(reasonSentence(verdict, reason)).toMatch(/^[A-Z].*\.$/);
    expect(reasonSentence('attributed', 'home_folder_key')).not.toContain('confirms');
    expect(reasonSentence('ambiguous', 'in_session')).toBeNull();
  });

  test('call nothing of one report row two pieces of evidence', () => {
    for (const { sentence } of REASONS) expect(sentence).not.toMatch(/two (independent )?(kinds|pieces|signs)/i);
  });
});
