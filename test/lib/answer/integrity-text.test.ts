/** What digests say of log files, as a person reads it. */
import { describe, expect, test } from '@jest/globals';
import { integrityStatusText, logCheckLines } from '../../../lib/answer/integrity-text.ts';

const plain = (text: string): string => text;
const CHECK = {
  state: 'modified',
  note: 'a note\u001b[2J',
  key_fingerprint: 'f1',
  key_source: 'file k',
  checked_at: '2026-03-20T00:00:00Z',
};

describe('beside a verdict', () => {
  test('a modified log file is said to be so, and drives no terminal', () => {
    expect(logCheckLines(CHECK)).toEqual([
      '  log file:         MODIFIED: the verdict rests on a file that is not as CloudTrail wrote it: a note\\x1b[2J; key f1 (file k); checked 2026-03-20T00:00:00Z',
    ]);
  });

  test('of a log file that was never checked nothing is said', () => {
    expect(logCheckLines(null)).toEqual([]);
  });
});

describe('in a status', () => {
  const row = (region: string, counts: Record<string, number>) => ({ account_id: '111122223333', region, dt: '2026-03-02', ...counts });

  test('days are added up, and what is worst comes first', () => {
    const rows = [row('eu-west-1', { verified: 2 }), row('eu-west-1', { verified: 3 }), row('us-east-1', { verified: 1, missing: 1 })];
    expect(integrityStatusText(rows, plain)).toEqual([
      '',
      'log files against digests',
      '  111122223333 us-east-1: 1 MISSING, 1 verified',
      '  111122223333 eu-west-1: 5 verified',
    ]);
  });

  test('log files that were never checked lead to verify-logs', () => {
    expect(integrityStatusText([row('eu-west-1', { not_checked: 4 })], plain).at(-1)).toContain('verify-logs');
  });
});
