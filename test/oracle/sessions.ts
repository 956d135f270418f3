/** One session out of everything that was said of it (§4 "Snapshots", "Sessions reported again"). */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { compareText, distinct, type EvidenceBase, first, type Session } from './evidence-base.ts';
import { rowsThatCount } from './reports.ts';
import { sightingsOf, sweepsOf } from './sweeps.ts';

/** Every session known, reported or only seen, in byte order of its id. */
export function resolveSessions(base: EvidenceBase): Session[] {
  const reported = rowsThatCount(base);
  const seen = sightingsOf(base);
  const sessions = distinct([...reported, ...seen].map((row) => row.session_id)).map((id) => {
    const rows = reported.filter((row) => row.session_id === id);
    const sightings = seen.filter((row) => row.session_id === id);
    const report = first(rows, lastWordFirst);
    return report ? fromReport(report, sightings) : fromSnapshots(sightings, base);
  });
  return sessions.map((session) =>
    sessions.some((other) => sharesInstance(session, other)) ? { ...session, multiSession: session.multiSession || null } : session,
  );
}

/** An instance is multi-session when any session on it is flagged so: one that says it is alone there is not known to be. */
function sharesInstance(session: Session, other: Session): boolean {
  const same = session.instanceId !== null && session.instanceId === other.instanceId && session.accountId === other.accountId;
  return same && other.multiSession === true;
}

/** Between days the later day wins; within a report the later end, then the greatest line. */
function lastWordFirst(a: SessionRow, b: SessionRow): number {
  return (
    compareText(b.report_day ?? '', a.report_day ?? '') ||
    (b.session_end_ms ?? 0) - (a.session_end_ms ?? 0) ||
    b.source_index - a.source_index
  );
}

/** Latest sweep first; within a sweep a session listed twice is the same session, so any order that is always the same will do. */
function latestFirst(a: SessionRow, b: SessionRow): number {
  return observedAt(b) - observedAt(a) || compareText(b.source_file, a.source_file) || b.source_index - a.source_index;
}

function observedAt(row: SessionRow): number {
  return row.observed_at_ms ?? 0;
}

/** Times, user and connectedness are the report's; snapshots add IPv6 addresses and what an older report does not have. */
function fromReport(report: SessionRow, sightings: readonly SessionRow[]): Session {
  if (report.session_end_ms === null) throw new Error(`session ${report.session_id} is reported without an end`);
  const latest = first(sightings, latestFirst);
  const ipv6 = sightings.flatMap((row) => row.private_addresses).filter((address) => address.includes(':'));
  return {
    ...identity(report),
    instanceId: report.instance_id ?? latest?.instance_id ?? null,
    multiSession: report.is_multisession ?? latest?.is_multisession ?? null,
    addresses: distinct([...report.private_addresses, ...ipv6]),
    startMs: report.session_start_ms,
    endMs: report.session_end_ms,
    endPrecision: report.end_precision === 'ms' ? 'ms' : 's',
    connected: report.connected,
    reported: true,
    goneByMs: null,
  };
}

/** Known from snapshots only: it has a start and a last sighting, but no end. */
function fromSnapshots(sightings: readonly SessionRow[], base: EvidenceBase): Session {
  const latest = first(sightings, latestFirst) as SessionRow;
  const lastSeenMs = observedAt(latest);
  const firstWithout = sweepsOf(base).find(
    (sweep) => sweep.complete && sweep.accountId === latest.account_id && sweep.region === latest.region && sweep.timeMs > lastSeenMs,
  );
  const longestMs = base.configuration.window.longestSessionHours * 3_600_000;
  return {
    ...identity(latest),
    instanceId: latest.instance_id,
    multiSession: latest.is_multisession,
    addresses: distinct(sightings.flatMap((row) => row.private_addresses)),
    startMs: latest.session_start_ms,
    endMs: lastSeenMs,
    endPrecision: 'ms',
    connected: sightings.some((row) => row.connected),
    reported: false,
    goneByMs: firstWithout ? firstWithout.timeMs : latest.session_start_ms + longestMs,
  };
}

function identity(row: SessionRow) {
  return {
    id: row.session_id,
    accountId: row.account_id,
    region: row.region,
    userKey: row.user_key,
    userId: row.user_id,
    authenticationType: row.authentication_type,
    userHash: row.user_hash,
    fleetName: row.fleet_name,
    stackName: row.stack_name,
  };
}
