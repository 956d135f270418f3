import { expect, test } from '@jest/globals';
import { ruleShares } from '../../bench/rule-shares.ts';

const STAGES = {
  prepare: 100,
  calls: 250,
  publish: 50,
  findings: 8,
  'findings: finding-calls': 32,
  'findings: cheap': 4,
  'findings: dear': 60,
};

test('rules are held against all that is no finding, the dearest first', () => {
  const shares = ruleShares(STAGES, ['cheap', 'dear', 'silent']);

  expect(shares.rules).toEqual([
    { id: 'dear', ms: 60, share: 0.15 },
    { id: 'cheap', ms: 4, share: 0.01 },
    { id: 'silent', ms: 0, share: 0 },
  ]);
  expect(shares.all).toBeCloseTo(104 / 400);
});

test('what no rule takes for itself is shared', () => {
  expect(ruleShares(STAGES, ['cheap', 'dear']).shared).toBeCloseTo(40 / 400);
  expect(ruleShares(STAGES, ['dear']).shared).toBeCloseTo(44 / 400);
});
