/** The headline: the answer in at most eight lines, whatever the lake holds. */
import { describe, expect, test } from '@jest/globals';
import type { Headline } from '../../../lib/answer/headline.ts';
import { headlineText } from '../../../lib/answer/headline-text.ts';
import { widthOf } from '../../../lib/answer/shortened-text.ts';

const FINDING = {
  severity: 'high',
  title: 'Bulk read',
  about: 'm.keller@example.com',
  resource: 'acme-research-data',
  time: '2026-03-02T02:00:02Z',
};

const HEADLINE: Headline = {
  verdicts: { attributed: 13_704, ambiguous: 1014, unattributed: 10, not_joinable: 1121 },
  finalAttributed: 13_704,
  findings: { critical: 1, high: 21 },
  worst: [{ ...FINDING, severity: 'critical', title: 'Fleet role outside the fleet', about: '192.0.2.66' }, FINDING, FINDING],
  missing: ['2 reports not read'],
  whyNobody: null,
};

function lines(headline: Partial<Headline>, width = 80): string[] {
  return headlineText({ ...HEADLINE, ...headline }, { width, next: 'appstream-audit query findings-open' })
    .trimEnd()
    .split('\n');
}

describe('the headline', () => {
  test('says how much has a name, how much has none, the worst, what is missing and the next command', () => {
    expect(lines({})).toEqual([
      '13,704 of 15,849 actions have a name (86.4 %), all final',
      '2,145 have none: 1,014 ambiguous, 10 unattributed, 1,121 not joinable',
      'critical  2026-03-02 02:00Z  192.0.2.66: Fleet role outside the fleet, acme-res…',
      'high      2026-03-02 02:00Z  m.keller@example.com: Bulk read, acme-research-data',
      'high      2026-03-02 02:00Z  m.keller@example.com: Bulk read, acme-research-data',
      '22 findings are open: 1 critical, 21 high',
      'missing   2 reports not read: these verdicts are not final (status)',
      'next      appstream-audit query findings-open',
    ]);
  });

  test('never says that all actions have a name when one has none', () => {
    const [first] = lines({ verdicts: { attributed: 99_999, pending: 1 }, finalAttributed: 12 });
    expect(first).toBe('99,999 of 100,000 actions have a name (99.9 %), 12 of them final');
  });

  test('says why nobody is named, and what to do', () => {
    const whyNobody = 'no session is in the lake, so no user can be named: ingest --usage-reports (or --snapshots)';
    expect(lines({ verdicts: { unattributed: 4 }, whyNobody, worst: [] }, 120).slice(0, 3)).toEqual([
      'none of 4 actions has a name',
      '4 have none: 4 unattributed',
      whyNobody,
    ]);
    expect(lines({ verdicts: {}, worst: [], findings: {} })).toContain('no finding is open');
  });

  test('keeps to the width of the terminal, and shows no control characters of a user id', () => {
    const about = `\u001b[31m${'日本語'.repeat(40)}`;
    for (const line of lines({ worst: [{ ...FINDING, about }] })) expect(widthOf(line)).toBeLessThanOrEqual(80);
    expect(lines({ worst: [{ ...FINDING, about }] }).join('')).not.toContain('\u001b');
  });
});
