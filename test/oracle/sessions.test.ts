import { describe, expect, test } from '@jest/globals';
import { defaultConfiguration } from '../../schemas/configuration.ts';
import { ACCOUNT, INGESTED_MS, inputRow, REGION, reportedSession, seenSession, sweepPage, utc } from '../helpers/rows.ts';
import type { EvidenceBase } from './evidence-base.ts';
import { isReportInWhole } from './reports.ts';
import { resolveSessions } from './sessions.ts';

function base(more: Partial<EvidenceBase>): EvidenceBase {
  const nothing = { events: [], sessions: [], logons: [], snapshots: [], inputs: [] };
  return { ...nothing, configuration: defaultConfiguration, asOfMs: utc('13:00:00'), ...more };
}

const ends = (sessions: EvidenceBase['sessions'], inputs: EvidenceBase['inputs']) =>
  resolveSessions(base({ sessions, inputs })).map((session) => [session.id, session.endMs]);

describe('a report issued again', () => {
  const first = reportedSession({ source_file: '/z', source_modified_ms: 1 });
  const kept = inputRow({ location: '/z', modified_ms: 1 });

  test('replaces the day, also with nothing', () => {
    expect(ends([first], [kept])).toEqual([['s-1', utc('11:00:00')]]);
    expect(ends([first], [kept, inputRow({ location: '/a', modified_ms: 2 })])).toEqual([]);
  });

  test('leaves another region, another account and another day alone', () => {
    for (const elsewhere of [{ region: 'us-east-1' }, { account_id: '444455556666' }, { report_day: '2026-03-03' }]) {
      expect(ends([first], [kept, inputRow({ location: '/a', modified_ms: 2, ...elsewhere })])).toHaveLength(1);
    }
  });

  test('that could not be read replaces nothing, but its day is no longer whole', () => {
    const inputs = [kept, inputRow({ location: '/a', modified_ms: 2, status: 'rejected' })];

    expect(ends([first], inputs)).toHaveLength(1);
    expect(isReportInWhole(base({ sessions: [first], inputs: [kept] }), ACCOUNT, REGION, '2026-03-02')).toBe(true);
    expect(isReportInWhole(base({ sessions: [first], inputs }), ACCOUNT, REGION, '2026-03-02')).toBe(false);
  });

  test('at the same time wins by the greater location', () => {
    const other = reportedSession({ source_file: '/zz', source_modified_ms: 1, session_end_ms: utc('10:20:00') });

    expect(ends([first, other], [kept, inputRow({ location: '/zz', modified_ms: 1 })])).toEqual([['s-1', utc('10:20:00')]]);
  });

  test('at the same place wins by its time', () => {
    const again = reportedSession({ source_file: '/z', source_modified_ms: 2, session_end_ms: utc('10:20:00') });

    expect(ends([first, again], [kept, inputRow({ location: '/z', modified_ms: 2 })])).toEqual([['s-1', utc('10:20:00')]]);
  });

  test('is no report of applications', () => {
    expect(ends([first], [kept, inputRow({ location: '/a', modified_ms: 2, content: 'applications_report' })])).toHaveLength(1);
  });
});

describe('a session twice in one report', () => {
  test('has the later end, then the later line', () => {
    const rows = [
      reportedSession({ session_end_ms: utc('10:30:00'), source_index: 2 }),
      reportedSession({ session_end_ms: utc('10:40:00'), source_index: 3, connected: false }),
      reportedSession({ session_end_ms: utc('10:40:00'), source_index: 4 }),
    ];

    expect(resolveSessions(base({ sessions: rows }))).toMatchObject([{ endMs: utc('10:40:00'), connected: true }]);
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
      seenSession({ instance_id: 'i-9', is_multisession: true, private_addresses: ['10.0.1.99', '2001:db8::1'] }),
    ];

    expect(resolveSessions(base({ sessions }))).toMatchObject([
      { instanceId: 'i-9', multiSession: true, connected: false, addresses: ['10.0.1.25', '2001:db8::1'], reported: true, goneByMs: null },
    ]);
  });
});
