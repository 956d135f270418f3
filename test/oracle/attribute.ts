/**
 * The slow obvious attribution: every event against every session, as §4 reads. It is the oracle of the fast SQL and
 * shares nothing with it but the rows it starts from.
 */
import { addDays, formatDt } from '../../lib/time.ts';
import type { RunRow } from '../../schemas/answer-tables.ts';
import type { AttributionRow } from '../../schemas/attributions-table.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { candidatesOn, containsTime, isOn, possibleOn } from './candidates.ts';
import { instanceOfCredentials, isHomeFolderTraffic, knownInstance, ownerOfKey } from './credentials.ts';
import { areDaysClosed, isSwept } from './evidence.ts';
import { compareText, distinct, type EvidenceBase, first, type Session } from './evidence-base.ts';
import { logonOf } from './logons.ts';
import { isAddressIn, isForeignEndpoint, networkAccount, sessionsFor } from './network.ts';
import { addressOf, isFleetSide, isHeld, isInScope } from './scope.ts';
import { resolveSessions } from './sessions.ts';
import { type RecordState, stateRecords } from './states.ts';
import { decide, type Evidence, type Verdict, type VerdictName } from './verdict.ts';

/** The counts of one UTC day (of the event), named as in `runs`; the identities are over these. */
export type DayCounts = { readonly dt: string } & Readonly<
  Pick<
    RunRow,
    'events_kept' | 'duplicates' | 'conflicting_copies' | 'superseded' | 'account_copies' | 'out_of_scope' | 'in_scope' | VerdictName
  >
>;

/** A row of `attributions` without the run, and which row of the table decided. */
export type ExpectedAttribution = Omit<AttributionRow, 'run_id'>;

export interface Attribution {
  /** By event time, then event id. */
  readonly rows: readonly ExpectedAttribution[];
  /** Row of the table (1 to 9) that decided, in the order of `rows`. */
  readonly decidedBy: readonly number[];
  /** One for every day that has records, earliest first. */
  readonly days: readonly DayCounts[];
}

export function attribute(base: EvidenceBase): Attribution {
  const stated = stateRecords(base.events);
  const sessions = resolveSessions(base);
  const standing = stated.filter(({ state }) => state === 'stands').map(({ record }) => record);
  const judged = standing
    .filter((event) => isJudged(event, sessions, base))
    .map((event) => judge(event, sessions, standing, base))
    .sort((x, y) => x.row.event_time_ms - y.row.event_time_ms || compareText(x.row.event_id, y.row.event_id));

  const days = distinct(base.events.map(dayOf)).map((dt): DayCounts => {
    const ofDay = stated.filter(({ record }) => dayOf(record) === dt);
    const count = (state: RecordState) => ofDay.filter((one) => one.state === state).length;
    const rows = judged.filter(({ row }) => formatDt(row.event_time_ms) === dt);
    const verdicts = (verdict: VerdictName) => rows.filter(({ row }) => row.verdict === verdict).length;
    return {
      dt,
      events_kept: ofDay.length,
      duplicates: count('duplicate'),
      conflicting_copies: ofDay.filter((one) => one.conflicting).length,
      superseded: count('superseded'),
      account_copies: count('account_copy'),
      out_of_scope: count('stands') - rows.length,
      in_scope: rows.length,
      attributed: verdicts('attributed'),
      ambiguous: verdicts('ambiguous'),
      pending: verdicts('pending'),
      unattributed: verdicts('unattributed'),
      not_joinable: verdicts('not_joinable'),
    };
  });
  return { rows: judged.map(({ row }) => row), decidedBy: judged.map(({ decidedBy }) => decidedBy), days };
}

function dayOf(event: EventRow): string {
  return formatDt(event.event_time_ms);
}

function isJudged(event: EventRow, sessions: readonly Session[], base: EvidenceBase): boolean {
  const existing = sessionsFor(event, sessions, base.configuration);
  return isInScope(event, isFleetSide(event, existing, base.configuration), base.configuration);
}

/** Candidates on the event's address; none when its endpoint is foreign, because the address then says nothing. */
function candidatesByAddress(event: EventRow, sessions: readonly Session[], base: EvidenceBase): Session[] {
  const address = addressOf(event);
  if (address === null || isForeignEndpoint(event, base.configuration)) return [];
  return candidatesOn(event, { address }, sessionsFor(event, sessions, base.configuration), base.configuration);
}

function judge(event: EventRow, sessions: readonly Session[], standing: readonly EventRow[], base: EvidenceBase) {
  const { configuration } = base;
  const existing = sessionsFor(event, sessions, configuration);
  const address = addressOf(event);
  const foreign = isForeignEndpoint(event, configuration);
  const candidates = candidatesByAddress(event, sessions, base);
  const instanceId = instanceOfCredentials(event, configuration);
  const daysClosed = areDaysClosed(event, base);
  const usersOfA = candidates.map((session) => session.userKey);
  const evidence: Evidence = {
    hasHash: isHomeFolderTraffic(event),
    k: isHomeFolderTraffic(event) ? ownerOfKey(event, sessions) : null,
    candidates,
    onInstance: instanceId === null ? [] : candidatesOn(event, { instanceId }, existing, configuration),
    possible: address === null || foreign ? [] : possibleOn(event, { address }, existing, configuration),
    possibleOnInstance: instanceId === null ? [] : possibleOn(event, { instanceId }, existing, configuration),
    contains: (session) => containsTime(event, session),
    trustsCredentials: configuration.scope.fleetRoles.length > 0,
    natAddress: isPublic(event) && isAddressIn(event, configuration.scope.natAddresses),
    notJoinable: notJoinable(event, foreign, isHeld(event, existing, configuration), base),
    held: isHeld(event, existing, configuration),
    neverConnectedContains:
      address !== null &&
      existing.some((session) => isOn(session, { address }) && session.reported && !session.connected && containsTime(event, session)),
    daysClosed,
    closed: daysClosed || isSwept(event, usersOfA, base),
    keyLeads: leadsOfAccessKey(event, sessions, standing, base),
  };
  const verdict = decide(evidence);
  return { row: toRow(event, verdict, sessions, base), decidedBy: verdict.row };
}

function isPublic(event: EventRow): boolean {
  return event.source_address_kind === 'public' || event.source_address_kind === 'ipv6';
}

/** The first reason of row 5 that fits, in the order of the table. */
function notJoinable(event: EventRow, foreign: boolean, held: boolean, base: EvidenceBase): string | null {
  const { fleetCidrs } = base.configuration.scope;
  if (event.source_address_kind === 'none') return 'no_address';
  if (event.source_address_kind === 'internal') return 'aws_internal';
  if (event.source_address_kind === 'service') return 'aws_service';
  if (foreign) return 'foreign_endpoint';
  if (held || isAddressIn(event, fleetCidrs)) return null;
  if (isPublic(event)) return 'public_address';
  return fleetCidrs.length > 0 ? 'outside_fleet' : null;
}

/** Candidates of the first event of this access key, today or yesterday, that was made from a session's address. */
function leadsOfAccessKey(
  event: EventRow,
  sessions: readonly Session[],
  standing: readonly EventRow[],
  base: EvidenceBase,
): readonly Session[] {
  if (event.access_key_id === null) return [];
  const days = [dayOf(event), addDays(dayOf(event), -1)];
  const uses = standing.filter(
    (other) =>
      other.access_key_id === event.access_key_id && days.includes(dayOf(other)) && candidatesByAddress(other, sessions, base).length > 0,
  );
  const firstUse = first(
    uses,
    (a, b) => a.join_time_ms - b.join_time_ms || compareText(a.event_id, b.event_id) || a.event_time_ms - b.event_time_ms,
  );
  return firstUse && firstUse.join_time_ms <= event.join_time_ms ? candidatesByAddress(firstUse, sessions, base) : [];
}

function toRow(event: EventRow, verdict: Verdict, sessions: readonly Session[], base: EvidenceBase): ExpectedAttribution {
  const { configuration } = base;
  const { session, user } = verdict;
  const logon = session ? logonOf(session, base.logons, configuration) : undefined;
  return {
    event_id: event.event_id,
    event_time_ms: event.event_time_ms,
    join_time_ms: event.join_time_ms,
    event_source: event.event_source,
    event_name: event.event_name,
    event_category: event.event_category,
    action: event.action,
    multipart_step: event.multipart_step,
    account_id: event.account_id,
    network_account_id: networkAccount(event, configuration),
    region: event.region,
    bucket: event.bucket,
    object_key: event.object_key,
    copy_source: event.copy_source,
    bytes_in: event.bytes_in,
    bytes_out: event.bytes_out,
    error_code: event.error_code,
    source_address: event.source_address,
    source_address_kind: event.source_address_kind,
    vpc_endpoint_id: event.vpc_endpoint_id,
    principal_type: event.principal_type,
    principal_arn: event.principal_arn,
    principal_role: event.principal_role,
    role_session_name: event.role_session_name,
    access_key_id: event.access_key_id,
    user_agent: event.user_agent,
    request_id: event.request_id,
    fleet_side: isFleetSide(event, sessionsFor(event, sessions, configuration), configuration),
    verdict: verdict.verdict,
    reason: verdict.reason,
    final: verdict.final,
    corroborated: verdict.corroborated,
    user_id: user?.id ?? null,
    user_key: user?.key ?? null,
    authentication_type: user?.authenticationType ?? null,
    session_id: session?.id ?? null,
    session_start_ms: session?.startMs ?? null,
    session_end_ms: session?.endMs ?? null,
    fleet_name: session?.fleetName ?? null,
    stack_name: session?.stackName ?? null,
    instance_id: session?.instanceId ?? knownInstance(event, sessions, configuration),
    candidate_count: distinct(verdict.listedUsers.map((listed) => listed.key)).length,
    candidate_user_ids: distinct(verdict.listedUsers.map((listed) => listed.id)).slice(0, 10),
    candidate_session_ids: distinct(verdict.listedSessions.map((listed) => listed.id)).slice(0, 10),
    object_owner_user_id: ownerOfKey(event, sessions)?.id ?? null,
    object_owner_hash: event.key_user_hash,
    logon_event_id: logon?.event_id ?? null,
    logon_time_ms: logon?.logon_time_ms ?? null,
    logon_source_address: logon?.source_address ?? null,
    source_file: event.source_file,
    source_index: event.source_index,
    record_sha256: event.record_sha256,
  };
}
