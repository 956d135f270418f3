/** Generated worlds are worth comparing only if everything occurs in them, and the oracle only if its own books balance. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RowSink } from '../../lib/ingest/reader.ts';
import { appendWorld, arbitraryWorld, type World } from '../helpers/world.ts';
import { attribute } from './attribute.ts';
import { countingIssues, issuesOf } from './issues.ts';
import { resolveSessions } from './sessions.ts';
import { unreadOf } from './unread.ts';

const WORLDS = fc.sample(arbitraryWorld(), { numRuns: 300, seed: 2 });
const JUDGED = WORLDS.map((world) => attribute(world));

describe('generated worlds', () => {
  test('reach every row, verdict and reason, final and open', () => {
    const outcomes = new Set(
      JUDGED.flatMap(({ rows }) =>
        rows.map(
          (row) => `${row.verdict_row} ${row.verdict} ${row.reason}${row.final ? ' final' : ''}${row.corroborated ? ' corroborated' : ''}`,
        ),
      ),
    );

    expect([...outcomes].sort()).toEqual(OUTCOMES);
  });

  test('hold duplicates, conflicts, corrections, copies of another account, records out of scope, logons and shared ids', () => {
    const days = JUDGED.flatMap((judged) => judged.days);
    const rows = JUDGED.flatMap((judged) => judged.rows);

    for (const count of ['duplicates', 'conflicting_copies', 'superseded', 'account_copies', 'out_of_scope'] as const) {
      expect([count, days.reduce((sum, day) => sum + day[count], 0) > 30]).toEqual([count, true]);
    }
    expect(rows.filter((row) => row.logon_event_id !== null).length).toBeGreaterThan(30);
    expect(rows.some((row) => row.candidate_count > row.candidate_user_ids.length)).toBe(true);
    expect(rows.some((row) => row.candidate_count >= 3)).toBe(true);
    expect(rows.some((row) => row.object_owner_user_id !== null && row.object_owner_user_id !== row.user_id)).toBe(true);
  });

  test('hold every kind of evidence that is disputed, unread, foreign or names somebody itself', () => {
    const sessions = WORLDS.flatMap((world) => resolveSessions(world));
    const issues = WORLDS.map((world) => [issuesOf(world).length, countingIssues(world).length] as const);
    const unread = WORLDS.flatMap((world) => unreadOf(world));
    const rows = JUDGED.flatMap((judged) => judged.rows);
    const counts = {
      contested: sessions.filter((session) => session.contested),
      doubtful: sessions.filter((session) => session.doubtful),
      seenElsewhere: sessions.filter(
        (session) =>
          !session.reported &&
          sessions.some((other) => other.reported && other.doubtful && other.id === session.id && other.userKey === session.userKey),
      ),
      reused: sessions.filter((session) => session.reused),
      withoutAddress: sessions.filter((session) => session.addresses.length === 0),
      replaced: issues.filter(([all, counting]) => counting < all),
      unreadLines: unread.filter((item) => item.sourceIndex !== null),
      unreadInputs: unread.filter((item) => item.sourceIndex === null && item.version !== null),
      unopened: unread.filter((item) => item.version === null),
      ofAnyAccount: unread.filter((item) => item.accountId === null),
      ofAnyDay: unread.filter((item) => item.day === null),
      accepted: unread.filter((item) => item.accepted),
      ofNobody: rows.filter((row) => row.network_account_id === null),
      foreignCredentials: rows.filter((row) => row.foreign_credentials !== null),
      ...Object.fromEntries(
        ['IDENTITY_CENTER', 'SAML', 'SOURCE_IDENTITY', 'IAM_USER'].map((kind) => [
          kind,
          rows.filter((row) => row.authentication_type === kind && row.user_key?.split('/')[1] === kind),
        ]),
      ),
      ...Object.fromEntries(['report', 'time', 'snapshots', null].map((by) => [`${by}`, rows.filter((row) => row.closed_by === by)])),
    };

    expect(Object.entries(counts).filter(([, found]) => found.length < 10)).toEqual([]);
  });

  test('stay small', () => {
    for (const world of WORLDS) {
      expect(world.events.length).toBeLessThanOrEqual(60);
      expect(new Set(world.sessions.map((row) => row.session_id)).size).toBeLessThanOrEqual(30);
    }
  });

  test('name for every row an input that was read, and for every input a row count', () => {
    for (const world of WORLDS) {
      const read = new Set(world.inputs.filter((input) => input.status !== 'rejected').map((input) => input.location));
      const rows = [...world.events, ...world.logons, ...world.sessions, ...world.snapshots];
      expect(rows.filter((row) => !read.has(row.source_file))).toEqual([]);
      expect(world.inputs.filter((input) => input.records_read !== input.kept + input.malformed + input.not_records)).toEqual([]);
      expect(new Set(world.inputs.map((input) => `${input.location}/${input.version}`)).size).toBe(world.inputs.length);
    }
  });

  test('go into a sink row by row, each with the day of its partition', () => {
    const world = WORLDS[0] as World;
    const appended: [string, string][] = [];
    const sink: RowSink = { append: (table, dt) => appended.push([table, dt]) };

    appendWorld(world, sink);

    expect(appended).toHaveLength(world.events.length + world.logons.length + world.sessions.length + world.snapshots.length);
    expect(appended.filter(([, dt]) => !/^2026-0[23]-\d\d$/.test(dt))).toEqual([]);
  });
});

describe('the oracle', () => {
  test('accounts for every record, day by day', () => {
    for (const [n, { days, rows }] of JUDGED.entries()) {
      for (const day of days) {
        const set = day.duplicates + day.superseded + day.account_copies + day.out_of_scope;
        expect(day.events_kept).toBe(set + day.in_scope);
        expect(day.in_scope).toBe(day.attributed + day.ambiguous + day.pending + day.unattributed + day.not_joinable);
      }
      expect(days.reduce((sum, day) => sum + day.events_kept, 0)).toBe(WORLDS[n]?.events.length);
      expect(days.reduce((sum, day) => sum + day.in_scope, 0)).toBe(rows.length);
      expect(new Set(rows.map((row) => `${row.event_id}/${row.event_time_ms}`)).size).toBe(rows.length);
    }
  });

  test('names a user only where it says attributed, and always lists the one it names', () => {
    for (const row of JUDGED.flatMap((judged) => judged.rows)) {
      expect(row.user_id !== null).toBe(row.verdict === 'attributed');
      expect(row.user_key !== null).toBe(row.verdict === 'attributed');
      if (row.user_id !== null) expect(row.candidate_user_ids).toContain(row.user_id);
      if (row.session_id !== null) expect(row.candidate_session_ids).toContain(row.session_id);
      if (['multi_session', 'overlapping_sessions'].includes(row.reason)) expect(row.candidate_count).toBeGreaterThan(1);
      if (row.verdict === 'pending') expect(row.final).toBe(false);
    }
  });

  test('gives the same answers in whatever order the rows come', () => {
    for (const [n, world] of WORLDS.slice(0, 60).entries()) {
      const backwards: World = {
        ...world,
        events: [...world.events].reverse(),
        sessions: [...world.sessions].reverse(),
        logons: [...world.logons].reverse(),
        snapshots: [...world.snapshots].reverse(),
        inputs: [...world.inputs].reverse(),
        rejected: [...world.rejected].reverse(),
        failed: [...world.failed].reverse(),
        acceptances: [...world.acceptances].reverse(),
      };

      const judged = attribute(backwards);

      expect(judged.rows).toEqual(JUDGED[n]?.rows);
      expect(judged.days).toEqual(JUDGED[n]?.days);
    }
  });
});

const OUTCOMES = [
  '0 ambiguous evidence_disagrees',
  '0 ambiguous evidence_disagrees final',
  '1 attributed home_folder_key',
  '1 attributed home_folder_key corroborated',
  '1 attributed home_folder_key final corroborated',
  '2 attributed home_folder_key',
  '2 attributed home_folder_key final',
  '3 ambiguous evidence_disagrees',
  '3 ambiguous evidence_disagrees final',
  '4 attributed instance_credentials',
  '4 attributed instance_credentials final',
  '5 not_joinable aws_internal',
  '5 not_joinable aws_internal final',
  '5 not_joinable aws_service',
  '5 not_joinable aws_service final',
  '5 not_joinable foreign_endpoint',
  '5 not_joinable foreign_endpoint final',
  '5 not_joinable no_address',
  '5 not_joinable no_address final',
  '5 not_joinable no_endpoint',
  '5 not_joinable no_endpoint final',
  '5 not_joinable outside_fleet',
  '5 not_joinable outside_fleet final',
  '5 not_joinable public_address',
  '5 not_joinable public_address final',
  '6 ambiguous evidence_disagrees',
  '6 ambiguous evidence_disagrees final',
  '6 ambiguous other_region',
  '6 ambiguous other_region final',
  '6 attributed in_grace',
  '6 attributed in_grace corroborated',
  '6 attributed in_grace final',
  '6 attributed in_grace final corroborated',
  '6 attributed in_session',
  '6 attributed in_session corroborated',
  '6 attributed in_session final',
  '6 attributed in_session final corroborated',
  '7 ambiguous evidence_disagrees',
  '7 ambiguous evidence_disagrees final',
  '7 ambiguous multi_session',
  '7 ambiguous multi_session final',
  '7 ambiguous other_region',
  '7 ambiguous other_region final',
  '7 ambiguous overlapping_sessions',
  '7 ambiguous overlapping_sessions final',
  '7 attributed instance_credentials',
  '7 attributed instance_credentials final',
  '8 pending awaiting_report',
  '8 pending evidence_unread',
  '9 unattributed not_connected',
  '9 unattributed not_connected final',
  '9 unattributed outside_session',
  '9 unattributed outside_session final',
  '9 unattributed unknown_address',
  '9 unattributed unknown_address final',
  'S ambiguous evidence_disagrees',
  'S ambiguous evidence_disagrees final',
  'S attributed own_credentials',
  'S attributed own_credentials corroborated',
  'S attributed own_credentials final',
  'S attributed own_credentials final corroborated',
];
