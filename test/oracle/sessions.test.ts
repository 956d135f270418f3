/** Which rows count, what they say together, and what disputes them. */
import { describe, expect, test } from '@jest/globals';
import type { InputRow } from '../../schemas/ledger-tables.ts';
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { ACCOUNT, INGESTED_MS, inputRow, NO_EVIDENCE, REGION, reportedSession, seenSession, sweepPage, utc } from '../helpers/rows.ts';
import { isReportInWhole } from './evidence.ts';
import type { EvidenceBase } from './evidence-base.ts';
import { countingIssues } from './issues.ts';
import { resolveSessions } from './sessions.ts';

const base = (more: Partial<EvidenceBase>): EvidenceBase => ({ ...NO_EVIDENCE, asOfMs: utc('13:00:00'), ...more });

/** An issue of the report of 2 March 2026, and its rows. */
function issue(location: string, modified_ms: number, rows: Partial<SessionRow>[], more: Partial<InputRow> = {}) {
  const place = { source_file: location, source_modified_ms: modified_ms, ingested_at_ms: more.ingested_at_ms ?? INGESTED_MS };
  const sessions = rows.map((row, n) => reportedSession({ report_day: '2026-03-02', ...row, ...place, source_index: n + 2 }));
  return { input: inputRow({ location, modified_ms, ...more }), sessions };
}

type MadeIssue = ReturnType<typeof issue>;

const of = (...issues: MadeIssue[]) =>
  base({ inputs: issues.map(({ input }) => input), sessions: issues.flatMap(({ sessions }) => sessions) });
const counting = (...issues: MadeIssue[]) => countingIssues(of(...issues)).map(({ input }) => input.location);
const ends = (from: EvidenceBase) => resolveSessions(from).map((session) => [session.id, session.endMs, session.contested]);

describe('a report issued again', () => {
  test('replaces an earlier issue that it covers, and no other', () => {
    const longer = { session_end_ms: utc('11:30:00') };

    expect(counting(issue('/a', 1, [{}]), issue('/b', 2, [longer, { session_id: 's-2' }]))).toEqual(['/b']);
    expect(counting(issue('/a', 1, [longer]), issue('/b', 2, [{}]))).toEqual(['/a', '/b']);
    expect(counting(issue('/a', 1, [{}]), issue('/b', 2, []))).toEqual(['/a', '/b']);
    expect(counting(issue('/a', 1, []), issue('/b', 2, [{}]))).toEqual(['/b']);
  });

  test('is not replaced by an earlier issue that says more', () => {
    expect(counting(issue('/a', 1, [{}, { session_id: 's-2' }]), issue('/b', 2, [{}]))).toEqual(['/a', '/b']);
  });

  test('at the same time replaces nothing; of equal ones the greater location counts', () => {
    expect(counting(issue('/a', 1, [{}, { session_id: 's-2' }]), issue('/b', 1, [{}]))).toEqual(['/a', '/b']);
    expect(counting(issue('/a', 1, [{}]), issue('/b', 1, [{}]))).toEqual(['/b']);
  });

  test('at the same place is the later one when it was read later', () => {
    const again = { ingested_at_ms: INGESTED_MS + 1 };

    expect(counting(issue('/a', 9, [{}]), issue('/a', 1, [{}, { session_id: 's-2' }], again))).toHaveLength(1);
    expect(ends(of(issue('/a', 9, [{}]), issue('/a', 1, [{}, { session_id: 's-2' }], again)))).toEqual([
      ['s-1', utc('11:00:00'), false],
      ['s-2', utc('11:00:00'), false],
    ]);
  });

  test('leaves another region, another account and another day alone', () => {
    for (const elsewhere of [{ region: 'us-east-1' }, { account_id: '444455556666' }, { report_day: '2026-03-03' }]) {
      expect(counting(issue('/a', 1, [{}]), issue('/b', 2, [elsewhere], elsewhere))).toEqual(['/a', '/b']);
    }
  });

  test('that was rejected replaces nothing, and its day is not whole until a later issue is', () => {
    const refused = issue('/b', 2, [], { status: 'rejected' });
    const isWhole = (...issues: MadeIssue[]) => isReportInWhole(of(...issues), ACCOUNT, REGION, '2026-03-02');

    expect(isWhole(issue('/a', 1, [{}]))).toBe(true);
    expect(isWhole(issue('/a', 1, [{}]), refused)).toBe(false);
    expect(isWhole(issue('/a', 1, [{}]), refused, issue('/c', 3, [{}]))).toBe(true);
    expect(ends(of(issue('/a', 1, [{}]), refused))).toEqual([['s-1', utc('11:00:00'), false]]);
  });

  test('contests what it does not have and what ends otherwise', () => {
    expect(ends(of(issue('/a', 1, [{}]), issue('/b', 2, [])))).toEqual([['s-1', utc('11:00:00'), true]]);
    expect(ends(of(issue('/a', 1, [{}]), issue('/b', 2, [{ session_end_ms: utc('10:20:00') }])))).toEqual([
      ['s-1', utc('11:00:00'), true],
      ['s-1', utc('10:20:00'), false],
    ]);
  });
});

describe('the rows of one session', () => {
  test('that say the same are one session with all their addresses', () => {
    const rows = [{ connected: false, is_multisession: null }, { private_addresses: ['10.0.1.26'] }];

    expect(resolveSessions(of(issue('/a', 1, rows)))).toMatchObject([
      { addresses: ['10.0.1.25', '10.0.1.26'], connected: true, multiSession: false, contested: false },
    ]);
  });

  test('that say something else are several sessions, each contested by those that do not cover it', () => {
    expect(ends(of(issue('/a', 1, [{}, { session_end_ms: utc('11:30:00') }])))).toEqual([
      ['s-1', utc('11:00:00'), false],
      ['s-1', utc('11:30:00'), true],
    ]);
  });

  test('of two users are two sessions with one id, neither of which contests the other', () => {
    expect(resolveSessions(of(issue('/a', 1, [{}, { user_id: 'bob' }])))).toMatchObject([
      { userId: 'alice', reused: true, contested: false },
      { userId: 'bob', reused: true, contested: false },
    ]);
  });

  test('are updated by a later day that covers them', () => {
    const later = (more: Partial<SessionRow>) => issue('/b', 2, [{ report_day: '2026-03-03', ...more }], { report_day: '2026-03-03' });

    expect(ends(of(issue('/a', 1, [{}]), later({ session_end_ms: utc('11:30:00') })))).toEqual([['s-1', utc('11:30:00'), false]]);
    expect(ends(of(issue('/a', 1, [{}]), later({ session_end_ms: utc('10:30:00') })))).toEqual([
      ['s-1', utc('11:00:00'), true],
      ['s-1', utc('10:30:00'), false],
    ]);
  });

  test('of a file without a day count, until a report that speaks for one covers them', () => {
    const free = issue('/free', 9, [{}], { report_day: null });

    expect(ends(of(free))).toEqual([['s-1', utc('11:00:00'), false]]);
    expect(ends(of(free, issue('/a', 1, [{ session_end_ms: utc('11:30:00') }])))).toEqual([['s-1', utc('11:30:00'), false]]);
    expect(ends(of(free, issue('/a', 1, [{ session_end_ms: utc('10:30:00') }])))).toHaveLength(2);
  });

  test('that contradict their place count, are doubtful, update nothing and are not updated', () => {
    const misplaced = issue('/a', 9, [{ contradiction: 'region' }]);

    expect(resolveSessions(of(issue('/b', 1, [{ session_end_ms: utc('10:30:00') }]), misplaced))).toMatchObject([
      { endMs: utc('10:30:00'), doubtful: false },
      { endMs: utc('11:00:00'), doubtful: true },
    ]);
    expect(resolveSessions(of(issue('/b', 1, [{ session_end_ms: utc('11:30:00') }]), misplaced))).toHaveLength(2);
  });

  test('are not doubtful while one of them contradicts nothing', () => {
    expect(resolveSessions(of(issue('/a', 1, [{ contradiction: 'user_arn' }, {}])))).toMatchObject([{ doubtful: false }]);
    expect(resolveSessions(of(issue('/a', 1, [{ contradiction: 'user_arn' }])))).toMatchObject([{ doubtful: true }]);
  });
});

describe('a session known from sweeps', () => {
  test('takes start and flag from its latest sighting, connectedness and addresses from all', () => {
    const sessions = [
      seenSession({ observed_at_ms: utc('10:10:00'), private_addresses: ['10.0.1.25', '2001:db8::1'] }),
      seenSession({ observed_at_ms: utc('10:20:00'), session_start_ms: utc('10:00:01'), connected: false, is_multisession: true }),
    ];

    expect(resolveSessions(base({ sessions, snapshots: [sweepPage({ sweep_time_ms: utc('10:30:00') })] }))).toMatchObject([
      {
        startMs: utc('10:00:01'),
        endMs: utc('10:20:00'),
        connected: true,
        multiSession: true,
        addresses: ['10.0.1.25', '2001:db8::1'],
        reported: false,
        goneByMs: utc('10:30:00'),
      },
    ]);
  });

  test('may have lasted its longest when no complete sweep of its region misses it', () => {
    const snapshots = [
      sweepPage({ sweep_time_ms: utc('10:20:00'), complete: false }),
      sweepPage({ sweep_time_ms: utc('10:30:00'), region: 'us-east-1' }),
      sweepPage({ sweep_time_ms: utc('10:40:00'), account_id: '444455556666' }),
    ];

    expect(resolveSessions(base({ sessions: [seenSession()], snapshots }))[0]?.goneByMs).toBe(utc('2026-03-07T10:00:00'));
  });

  test('is unknown when every sweep calls it expired', () => {
    expect(resolveSessions(base({ sessions: [seenSession({ state: 'EXPIRED' })] }))).toEqual([]);
  });

  test('gives a report only what the report does not have', () => {
    const sessions = [
      reportedSession({ instance_id: null, is_multisession: null, connected: false, source_modified_ms: INGESTED_MS }),
      seenSession({ instance_id: 'i-9', is_multisession: true, private_addresses: ['10.0.1.25', '2001:db8::1'] }),
    ];

    expect(resolveSessions(base({ sessions }))).toMatchObject([
      { instanceId: 'i-9', multiSession: true, connected: false, addresses: ['10.0.1.25', '2001:db8::1'], reported: true, goneByMs: null },
    ]);
  });

  test.each([
    ['address', { private_addresses: ['10.0.1.99'] }],
    ['instance', { instance_id: 'i-9' }],
  ])('stays a session of its own, and makes the report doubtful, when seen on another %s', (_what, seen) => {
    const sessions = [reportedSession({ instance_id: 'i-1' }), seenSession({ instance_id: 'i-1', ...seen })];
    expect(resolveSessions(base({ sessions }))).toMatchObject([
      { userId: 'alice', reported: true, doubtful: true, addresses: ['10.0.1.25'], instanceId: 'i-1' },
      { userId: 'alice', reported: false, doubtful: false },
    ]);
  });

  test('stays a session of its own beside a report that gives its id to another user', () => {
    expect(resolveSessions(base({ sessions: [reportedSession(), seenSession({ user_id: 'bob' })] }))).toMatchObject([
      { userId: 'alice', reported: true, reused: true },
      { userId: 'bob', reported: false, reused: true },
    ]);
  });

  test('is of a multi-session fleet when any session of its fleet is flagged so', () => {
    const sessions = [seenSession(), reportedSession({ session_id: 's-2', instance_id: 'i-2', is_multisession: true })];

    expect(resolveSessions(base({ sessions }))).toMatchObject([
      { id: 's-1', multiSession: false, multiFleet: true },
      { id: 's-2', multiSession: true, multiFleet: true },
    ]);
  });
});
