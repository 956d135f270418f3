/** One session out of everything that was said of it (docs/verdicts.md, Snapshots, Disputed sessions). */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { compareText, distinct, type EvidenceBase, first, groupedBy, type Known, once, type Session } from './evidence-base.ts';
import { type Reported, reportedSessions } from './reported-sessions.ts';
import { sightingsOf, sweepsOf } from './sweeps.ts';

/** A session before it is held against all others. */
type Alone = Omit<Session, 'multiFleet' | 'reused' | 'instanceIsShared'>;

/** Every session known, reported or only seen, in byte order of its id. */
export const resolveSessions = once(findSessions);

export function knownFrom(base: EvidenceBase): Known {
  const sessions = resolveSessions(base);
  return { base, configuration: base.configuration, sessions, accounts: distinct(sessions.map((session) => session.accountId)) };
}

function findSessions(base: EvidenceBase): Session[] {
  const reported = reportedSessions(base);
  const seen = groupedBy(sightingsOf(base), keyOf);
  const sightingsFor = (key: string) => seen.find(([row]) => keyOf(row as SessionRow) === key) ?? [];
  const rowsFor = (key: string) => reported.filter((each) => keyOf(each.row) === key).map(({ row }) => row);
  const isElsewhere = (key: string) => sightingsFor(key).some((sighting) => contradictsPlace(sighting, rowsFor(key)));
  const fromReports = reported.map((each) => {
    const session = fromReport(each, sightingsFor(keyOf(each.row)));
    return { ...session, doubtful: session.doubtful || isElsewhere(keyOf(each.row)) };
  });
  const fromSweeps = seen
    .filter(([row]) => rowsFor(keyOf(row as SessionRow)).length === 0 || isElsewhere(keyOf(row as SessionRow)))
    .map((sightings) => fromSnapshots(sightings, base));
  const all: Alone[] = [...fromReports, ...fromSweeps].sort((a, b) => compareText(a.id, b.id));
  return all.map((session) => ({
    ...session,
    multiSession: all.some((other) => sharesInstance(session, other)) ? session.multiSession || null : session.multiSession,
    instanceIsShared: all.some((other) => sharesInstance(session, other)),
    multiFleet:
      session.multiSession === true ||
      all.some((other) => sharesInstance(session, other) || (sharesFleet(session, other) && other.multiSession === true)),
    reused: all.some((other) => other.id === session.id && other.userKey !== session.userKey),
  }));
}

/** One user's session: a sighting with another user stays a session of its own. */
function keyOf(row: SessionRow): string {
  return JSON.stringify([row.account_id, row.region, row.session_id, row.user_key]);
}

/** Seen on an IPv4 address, or on an instance, that no report row of the session has. */
function contradictsPlace(sighting: SessionRow, rows: readonly SessionRow[]): boolean {
  const addresses = rows.flatMap((row) => row.private_addresses);
  const instances = rows.map((row) => row.instance_id);
  const otherAddress = sighting.private_addresses.some((address) => !address.includes(':') && !addresses.includes(address));
  const otherInstance = sighting.instance_id !== null && !instances.includes(sighting.instance_id);
  return (addresses.length > 0 && otherAddress) || (rows.length > 0 && !instances.includes(null) && otherInstance);
}

/** An instance is multi-session when any session on it is flagged so: one that says it is alone there is not known to be. */
function sharesInstance(session: Alone, other: Alone): boolean {
  const same = session.instanceId !== null && session.instanceId === other.instanceId && session.accountId === other.accountId;
  return same && other.multiSession === true;
}

function sharesFleet(session: Alone, other: Alone): boolean {
  return (
    session.fleetName !== null &&
    session.fleetName === other.fleetName &&
    session.accountId === other.accountId &&
    session.region === other.region
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
function fromReport({ row, contested }: Reported, sightings: readonly SessionRow[]): Alone {
  if (row.session_end_ms === null) throw new Error(`session ${row.session_id} is reported without an end`);
  const latest = first(sightings, latestFirst);
  const ipv6 = sightings.flatMap((seen) => seen.private_addresses).filter((address) => address.includes(':'));
  return {
    ...identity(row),
    instanceId: row.instance_id ?? latest?.instance_id ?? null,
    multiSession: row.is_multisession ?? latest?.is_multisession ?? null,
    addresses: distinct([...row.private_addresses, ...ipv6]),
    startMs: row.session_start_ms,
    endMs: row.session_end_ms,
    endPrecision: row.end_precision === 'ms' ? 'ms' : 's',
    connected: row.connected,
    reported: true,
    contested,
    doubtful: row.contradiction !== null,
    goneByMs: null,
  };
}

/** Known from snapshots only: it has a start and a last sighting, but no end. */
function fromSnapshots(sightings: readonly SessionRow[], base: EvidenceBase): Alone {
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
    contested: false,
    doubtful: false,
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
