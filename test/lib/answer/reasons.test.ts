import { describe, expect, test } from '@jest/globals';
import { type DecidedBy, decidingRow, REASONS } from '../../../lib/answer/reasons.ts';

const BY: DecidedBy = {
  verdict: 'attributed',
  reason: 'in_session',
  corroborated: false,
  candidateCount: 2,
  keyNamesUser: false,
};

describe('the row that decided', () => {
  test.each([
    [{ reason: 'home_folder_key', corroborated: true }, 1],
    [{ reason: 'home_folder_key', corroborated: false }, 2],
    [{ verdict: 'ambiguous', reason: 'evidence_disagrees', keyNamesUser: true }, 3],
    [{ reason: 'instance_credentials', candidateCount: 1 }, 4],
    [{ verdict: 'not_joinable', reason: 'no_address' }, 5],
    [{ verdict: 'not_joinable', reason: 'outside_fleet' }, 5],
    [{}, 6],
    [{ reason: 'in_grace' }, 6],
    [{ verdict: 'ambiguous', reason: 'evidence_disagrees' }, 6],
    [{ reason: 'instance_credentials' }, 7],
    [{ verdict: 'ambiguous', reason: 'multi_session' }, 7],
    [{ verdict: 'ambiguous', reason: 'overlapping_sessions' }, 7],
    [{ verdict: 'pending', reason: 'awaiting_report' }, 8],
    [{ verdict: 'unattributed', reason: 'not_connected' }, 9],
  ])('of %j is %i', (by, row) => {
    expect(decidingRow({ ...BY, ...by })?.row).toBe(row);
  });

  test('is unknown for a verdict with a reason of another', () => {
    expect(decidingRow({ ...BY, verdict: 'pending' })).toBeNull();
  });

  test('has a sentence for every verdict and reason', () => {
    for (const each of REASONS) expect(each.sentence).toMatch(/^[A-Z].*\.$/);
    expect(new Set(REASONS.map((each) => `${each.verdict} ${each.reason}`)).size).toBe(REASONS.length);
  });
});
