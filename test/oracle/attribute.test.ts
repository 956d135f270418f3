/** What the golden folders cannot show in a few files: limits, ties of leads, what a named user's columns hold. */
import { describe, expect, test } from '@jest/globals';
import { type Configuration, configurationSchema } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { eventRow, inputRow, logonRow, NO_EVIDENCE, reportedSession, seenSession, sha256, sweepPage, utc } from '../helpers/rows.ts';
import { attribute } from './attribute.ts';
import type { EvidenceBase } from './evidence-base.ts';

const CLOSED = utc('2026-03-20T00:00:00');
const OPEN = utc('13:00:00');

function judge(event: Partial<EventRow>, more: Partial<EvidenceBase> = {}) {
  return attribute({ ...NO_EVIDENCE, asOfMs: CLOSED, ...more, events: [eventRow(event), ...(more.events ?? [])] }).rows[0];
}

function configured(scope: Partial<Configuration['scope']>): Configuration {
  return configurationSchema.parse({ scope });
}

describe('candidate columns', () => {
  test('count every user and list at most ten, sorted by bytes', () => {
    const sessions = Array.from({ length: 12 }, (_, n) =>
      reportedSession({ session_id: `s-${n}`, user_id: n === 0 ? 'Zed' : `user-${String(n).padStart(2, '0')}`, is_multisession: true }),
    );

    const row = judge({}, { sessions });

    expect(row).toMatchObject({ verdict: 'ambiguous', reason: 'multi_session', candidate_count: 12 });
    expect(row?.candidate_user_ids).toEqual(['Zed', ...Array.from({ length: 9 }, (_, n) => `user-0${n + 1}`)]);
    expect(row?.candidate_session_ids).toEqual(['s-0', 's-1', 's-10', 's-11', 's-2', 's-3', 's-4', 's-5', 's-6', 's-7']);
  });

  test('count one id under two authentication types as two users', () => {
    const sessions = [reportedSession(), reportedSession({ session_id: 's-2', authentication_type: 'CUSTOM' })];

    expect(judge({}, { sessions })).toMatchObject({ verdict: 'ambiguous', candidate_count: 2, candidate_user_ids: ['alice'] });
  });
});

describe('evidence in a key', () => {
  const home = { principal_role: 'AmazonAppStreamServiceAccess', role_session_name: 'AppStream2.0', key_account_id: '111122223333' };

  test('needs account and folder mode to fit', () => {
    const key = { ...home, source_address: null, key_user_hash: sha256('alice') };

    expect(judge({ ...key, key_authentication_type: 'SAML' }, { sessions: [reportedSession()] })).toMatchObject({ user_id: 'alice' });
    expect(judge({ ...key, key_authentication_type: 'CUSTOM' }, { sessions: [reportedSession()] })).toMatchObject({ user_id: null });
    expect(judge({ ...key, key_authentication_type: 'SAML', key_account_id: '4' }, { sessions: [reportedSession()] })).toMatchObject({
      user_id: null,
    });
  });
});

describe('sweeps', () => {
  const sweeps = [utc('10:20:00'), utc('10:35:00')];
  const snapshots = sweeps.map((sweep_time_ms) => sweepPage({ sweep_time_ms }));
  const seen = (more: Parameters<typeof seenSession>[0]) => sweeps.map((observed_at_ms) => seenSession({ observed_at_ms, ...more }));

  test('close on both sides of an event, not without one of them', () => {
    const sessions = seen({ is_multisession: null });

    expect(judge({}, { sessions, snapshots, asOfMs: OPEN })).toMatchObject({ verdict: 'attributed', final: false });
    expect(judge({}, { sessions, snapshots: snapshots.slice(0, 1), asOfMs: OPEN })).toMatchObject({ verdict: 'pending' });
    expect(judge({}, { sessions, snapshots: snapshots.slice(1), asOfMs: OPEN })).toMatchObject({ verdict: 'pending' });
  });

  test('of the fleets of another endpoint list nobody that matters', () => {
    const configuration = configured({ vpcEndpoints: [{ id: 'vpce-1', fleets: ['analytics'] }] });
    const sessions = [
      ...seen({ is_multisession: null }),
      ...seen({ session_id: 's-2', user_id: 'bob', fleet_name: 'finance', session_start_ms: utc('10:00:00') }),
    ];

    expect(judge({}, { sessions, snapshots, asOfMs: OPEN, configuration })).toMatchObject({ verdict: 'attributed', user_id: 'alice' });
    expect(judge({}, { sessions, snapshots, asOfMs: OPEN })).toMatchObject({ verdict: 'ambiguous', candidate_count: 2 });
  });

  test('make an account with sweeps only wait for its reports', () => {
    const sessions = seen({});

    expect(judge({}, { sessions, snapshots, asOfMs: OPEN })).toMatchObject({ verdict: 'attributed', final: false });
    expect(judge({}, { sessions, snapshots, asOfMs: CLOSED })).toMatchObject({ verdict: 'unattributed', candidate_user_ids: ['alice'] });
  });
});

describe('the days that matter', () => {
  test('begin with the day on which grace began', () => {
    const configuration = configurationSchema.parse({ window: { longestSessionHours: 1 } });
    const today = inputRow({ report_day: '2026-03-03', location: '/today' });
    const asOfMs = utc('2026-03-03T23:59:59');
    const sessions = [reportedSession({ private_addresses: ['10.0.1.99'] })];
    const at = (join_time_ms: number, inputs: EvidenceBase['inputs']) =>
      judge({ join_time_ms }, { configuration, sessions, asOfMs, inputs });
    const midnight = utc('2026-03-03T00:05:00');

    expect(at(midnight, [today])).toMatchObject({ final: true, closed_by: 'report' });
    expect(at(midnight - 1000, [today])).toMatchObject({ final: false, closed_by: null });
    expect(at(midnight - 1000, [today, inputRow()])).toMatchObject({ final: true, closed_by: 'report' });
  });
});

describe('a report of applications', () => {
  test('closes no day', () => {
    const configuration = configurationSchema.parse({ window: { longestSessionHours: 1 } });
    const grace = { join_time_ms: utc('11:00:01') };
    const sessions = [reportedSession()];
    const applications = inputRow({ location: '/applications', content: 'applications_report' });

    expect(judge(grace, { sessions, configuration, asOfMs: OPEN, inputs: [inputRow()] })).toMatchObject({
      reason: 'in_grace',
      final: true,
    });
    expect(judge(grace, { sessions, configuration, asOfMs: OPEN, inputs: [applications] })).toMatchObject({ verdict: 'pending' });
  });
});

describe('access-key leads', () => {
  const outside = { event_id: 'e-9', access_key_id: 'AK', source_address: '198.51.100.20' };

  test('are those of the first use, later ones do not count', () => {
    const sessions = [reportedSession(), reportedSession({ session_id: 's-2', user_id: 'bob', private_addresses: ['10.0.1.26'] })];
    const events = [
      eventRow({ event_id: 'e-2', access_key_id: 'AK', join_time_ms: utc('10:20:00') }),
      eventRow({ event_id: 'e-1', access_key_id: 'AK', join_time_ms: utc('10:20:00'), source_address: '10.0.1.26' }),
      eventRow({ event_id: 'e-0', access_key_id: 'AK', join_time_ms: utc('10:25:00') }),
    ];

    const { rows } = attribute({ ...NO_EVIDENCE, events: [...events, eventRow(outside)], sessions, asOfMs: CLOSED });

    expect(rows.find((row) => row.event_id === 'e-9')).toMatchObject({ verdict: 'not_joinable', candidate_user_ids: ['bob'] });
  });
});

describe('the logon of a session', () => {
  test('is that of the account, the user and the authentication type, and the nearest of several', () => {
    const logons = [
      logonRow({ event_id: 'l-1', logon_time_ms: utc('09:00:00') }),
      logonRow({ event_id: 'l-2', logon_time_ms: utc('09:30:00') }),
      logonRow({ event_id: 'l-3', logon_time_ms: utc('09:30:00') }),
      logonRow({ event_id: 'l-4', account_id: '444455556666' }),
      logonRow({ event_id: 'l-5', user_id: 'Alice' }),
      logonRow({ event_id: 'l-6', kind: 'streaming_url', authentication_type: 'CUSTOM', valid_seconds: 3600 }),
      logonRow({ event_id: 'l-7', kind: 'console' }),
      logonRow({ event_id: 'l-8', success: false }),
    ];

    expect(judge({}, { sessions: [reportedSession()], logons })).toMatchObject({ logon_event_id: 'l-3', logon_time_ms: utc('09:30:00') });
  });
});
