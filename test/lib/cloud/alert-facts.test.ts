/** A finding that was closed or suppressed, and is open again, is told anew; one that is as it was is told once. */
import { describe, expect, test } from '@jest/globals';
import { factHash, factMessage } from '../../../lib/answer/alert-text.ts';
import { findingFacts } from '../../../lib/cloud/alert-facts.ts';
import { reportSelects } from '../../../lib/cloud/run-reports.ts';

const row = (runId: string, first: string) => ({
  ...{ finding_id: 'f', rule_id: 'bulk-read', severity: 'high', event_time_ms: '0', summary: 's', event_ids: '' },
  ...{ run_id: runId, first_run_id: first },
});
const factOf = (runId: string, first: string) => {
  const [fact] = findingFacts([row(runId, first)], 'low');
  if (fact === undefined) throw new Error('no fact');
  return fact;
};

describe('a finding', () => {
  test('is known by its id, whichever run tells it first', () => {
    expect(factHash(factOf('r-1', 'r-1'))).toBe(factHash(factOf('r-2', 'r-2')));
    expect(factMessage(factOf('r-1', 'r-1'), null).text).toContain('first found by run r-1');
  });

  test('that opened again is another thing to tell, once for each time', () => {
    const hashes = [factOf('r-1', 'r-1'), factOf('r-2', 'r-1'), factOf('r-3', 'r-1'), factOf('r-3', 'r-1')].map(factHash);
    expect(new Set(hashes).size).toBe(3);
    expect(factMessage(factOf('r-2', 'r-1'), null).text).toContain('found again by run r-2');
  });
});

test('what runs report leaves out what is closed or suppressed', () => {
  const [findings] = reportSelects('db', '20260302T000000000Z-0a1b2c3d');
  expect(findings?.sql).toContain("coalesce(f.state, 'open') = 'open' AND f.suppressed_reason IS NULL");
});
