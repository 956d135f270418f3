/** Log files: content first, then name, then whether a digest would list them. */
import { describe, expect, test } from '@jest/globals';
import { sha256Hex } from '../../../lib/ingest/digest.ts';
import { readLogName } from '../../../lib/integrity/digest-name.ts';
import { checkLogs, type FoundLog } from '../../../lib/integrity/log-checks.ts';
import { book, chain, check, found, HOUR, inS3, logAt, onDisk, START } from '../../helpers/digests.ts';

const LOG = logAt('2026-03-02T03:10:00Z');
const OTHER = logAt('2026-03-02T03:20:00Z', 'qrstuvwxyzabcdef');
/** Three days: what is of the first is long settled. */
const DIGESTS = check(chain({ hours: 72, logs: [LOG, OTHER] }).map(inS3));

const states = (logs: readonly FoundLog[], digests = DIGESTS) =>
  checkLogs(logs, digests).map(({ state, reason, moved }) => `${state} ${reason}${moved ? ' moved' : ''}`);

describe('what a genuine digest lists', () => {
  test('is verified by its content, at its place', () => {
    const [log] = checkLogs([found(LOG), found(OTHER)], DIGESTS);
    expect(log).toMatchObject({ state: 'verified', moved: false, listed: { sha256: LOG.sha256 }, deliveredMs: LOG.deliveredMs });
    expect(log?.by?.endMs).toBe(START + 4 * HOUR);
  });

  test('is verified under any name, unpacked or packed anew, and told as moved', () => {
    const logs = [found(LOG, { location: '/x/renamed.json', version: 'other bytes' }), found(OTHER)];
    expect(states(logs)).toEqual(['verified listed moved', 'verified listed']);
  });

  test('is modified when its bytes are others, when something follows them, or when they are damaged', () => {
    const changed = found(LOG, { contentSha256: sha256Hex('changed') });
    expect(states([changed, found(OTHER, { hasTail: true })])).toEqual(['modified other_hash', 'modified trailing_bytes']);
    expect(states([found(LOG, { contentSha256: null, isDamaged: true }), found(OTHER)])).toEqual(['modified damaged', 'verified listed']);
  });

  test('is missing when it is not here, and not when it could not be read', () => {
    expect(states([found(OTHER)])).toEqual(['verified listed', 'missing others_here']);
    expect(states([])).toEqual(['missing none_of_region', 'missing none_of_region']);
    expect(states([found(LOG, { contentSha256: null, problem: 'gone' }), found(OTHER)])).toEqual(['not_covered unread', 'verified listed']);
  });

  test('is missing when another genuine file lies under its name', () => {
    const swapped = found(LOG, { contentSha256: OTHER.sha256 });
    expect(states([swapped, found(OTHER)])).toEqual(['verified listed moved', 'verified listed', 'missing others_here']);
  });

  test('is not covered when the digest that lists it is not proven', () => {
    const digests = check(
      chain({ hours: 72, logs: [LOG] })
        .map((each) => ({ ...inS3(each), signature: '00' }))
        .filter((_, at) => at === 3),
    );
    expect(states([found(LOG)], digests)).toEqual(['not_covered digest_unproven']);
  });
});

describe('what no digest lists', () => {
  const forged = (time: string, more: Parameters<typeof logAt>[2] = {}) => found(logAt(time, 'forgedforgedforg', more));
  const all = [found(LOG), found(OTHER)];
  const stateOf = (log: FoundLog, digests = DIGESTS) => states([log, ...all], digests)[0];

  test('is unlisted when genuine digests cover its time on both sides and a day after', () => {
    expect(stateOf(forged('2026-03-02T05:30:00Z'))).toBe('unlisted unlisted');
  });

  test('is too recent until a day has passed', () => {
    const digests = (hours: number) => check(chain({ hours, logs: [LOG, OTHER] }).map(inS3));
    expect(stateOf(forged('2026-03-02T05:30:00Z'), digests(29))).toBe('not_covered too_recent');
    expect(stateOf(forged('2026-03-02T05:30:00Z'), digests(30))).toBe('unlisted unlisted');
  });

  test('is not covered before the first digest, after the last, in a gap, without digests, without a name', () => {
    const gap = check(
      chain({ hours: 72, logs: [LOG, OTHER] })
        .filter((_, at) => at !== 10)
        .map(inS3),
    );
    expect(stateOf(forged('2026-03-02T00:04:00Z'))).toBe('not_covered before_first');
    expect(stateOf(forged('2026-03-04T23:41:00Z'))).toBe('not_covered after_last');
    expect(stateOf(forged('2026-03-02T10:30:00Z'), gap)).toBe('not_covered gap');
    expect(stateOf(forged('2026-03-02T09:41:00Z'), gap)).toBe('not_covered gap');
    expect(stateOf(forged('2026-03-02T09:40:00Z'), gap)).toBe('unlisted unlisted');
    expect(stateOf(forged('2026-03-02T05:30:00Z', { region: 'us-east-1' }))).toBe('not_covered no_digest');
    expect(stateOf(forged('2026-03-02T05:30:00Z', { account: '444455556666' }))).toBe('not_covered no_digest');
    expect(stateOf(found(logAt('2026-03-02T05:30:00Z'), { location: '/x/cloudtrail.json', contentSha256: 'x' }))).toBe(
      'not_covered no_name',
    );
  });

  test('is unlisted only when all trails of its account and region would have listed it', () => {
    const second = chain({ hours: 24, trail: 'second', startMs: START + 12 * HOUR });
    const digests = check([...chain({ hours: 72, logs: [LOG, OTHER] }), ...second].map(inS3), START + 36 * HOUR);
    expect(stateOf(forged('2026-03-02T05:30:00Z'), digests)).toBe('not_covered before_first');
  });

  test('is verified once a backfill lists it', () => {
    const late = logAt('2026-03-02T05:30:00Z', 'latelatelatelate');
    const backfill = chain({ hours: 1, startMs: START + 5 * HOUR, backfill: true, logs: [late] });
    const digests = check([...chain({ hours: 72, logs: [LOG, OTHER] }), ...backfill].map(inS3));
    expect(stateOf(found(late), DIGESTS)).toBe('unlisted unlisted');
    expect(stateOf(found(late), digests)).toBe('verified listed');
  });

  test('of insights and the like nothing is said', () => {
    const name = '111122223333_CloudTrail-Insight_eu-west-1_20260302T0530Z_abcdefghijklmnop.json.gz';
    expect(stateOf(found(LOG, { location: `/x/${name}`, contentSha256: 'x' }))).toBe('not_covered other_kind');
  });
});

test('a digest that lists more than a thousand files proves each of them', () => {
  const logs = Array.from({ length: 1500 }, (_, n) => logAt('2026-03-02T03:10:00Z', String(n).padStart(16, '0')));
  const digests = check(
    chain({ logs }).map((each) => onDisk(each)),
    undefined,
    book(),
  );
  expect(
    new Set(
      states(
        logs.map((each) => found(each)),
        digests,
      ),
    ),
  ).toEqual(new Set(['verified listed']));
});

test.each([
  ['111122223333_CloudTrail_eu-west-1_20260302T0105Z_abc.json.gz', '2026-03-02T01:05:00Z'],
  ['111122223333_CloudTrail_us-gov-west-1_20260302T010507Z_abc.json', '2026-03-02T01:05:07Z'],
  ['111122223333_CloudTrail_eu-west-1_20260230T0105Z_abc.json.gz', null],
  ['111122223333_CloudTrail_eu-west-1_20260302T2505Z_abc.json.gz', null],
  ['x111122223333_CloudTrail_eu-west-1_20260302T0105Z_abc.json.gz', null],
])('the name %s says %s', (name, time) => {
  const read = readLogName(`/a/b/${name}`);
  expect(read === null ? null : new Date(read.deliveredMs).toISOString().replace('.000', '')).toBe(time);
});
