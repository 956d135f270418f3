/** A verdict as a row of `attributions`. */
import type { AttributionRow } from '../../schemas/attributions-table.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { knownInstance, ownerOfKey } from './credentials.ts';
import { distinct, type Known, type Session } from './evidence-base.ts';
import type { Judged } from './judge.ts';
import { logonOf } from './logons.ts';
import { networkAccounts } from './network.ts';
import { foreignCredentials, personOf } from './person.ts';
import { isFleetSide } from './scope.ts';

/** A row of `attributions` without the run. */
export type ExpectedAttribution = Omit<AttributionRow, 'run_id'>;

export function toRow(event: EventRow, { verdict, closedBy }: Judged, known: Known): ExpectedAttribution {
  const { session, user } = verdict;
  const logon = session ? logonOf(session, known.base.logons, known.configuration) : undefined;
  return {
    ...whatWasDone(event),
    network_account_id: networkAccountOf(event, session, known),
    fleet_side: isFleetSide(event, known),
    verdict: verdict.verdict,
    reason: verdict.reason,
    final: verdict.final,
    closed_by: closedBy,
    verdict_row: verdict.row,
    corroborated: verdict.corroborated,
    self_named_user: personOf(event, known)?.name ?? null,
    foreign_credentials: foreignCredentials(event, known),
    user_id: user?.id ?? null,
    user_key: user?.key ?? null,
    authentication_type: user?.authenticationType ?? null,
    session_id: session?.id ?? null,
    session_start_ms: session?.startMs ?? null,
    session_end_ms: session?.endMs ?? null,
    fleet_name: session?.fleetName ?? null,
    stack_name: session?.stackName ?? null,
    instance_id: session?.instanceId ?? knownInstance(event, known),
    candidate_count: distinct(verdict.listedUsers.map((listed) => listed.key)).length,
    candidate_user_ids: distinct(verdict.listedUsers.map((listed) => listed.id)).slice(0, 10),
    candidate_session_ids: distinct(verdict.listedSessions.map((listed) => listed.id)).slice(0, 10),
    object_owner_user_id: ownerOfKey(event, known)?.id ?? null,
    object_owner_hash: event.key_user_hash,
    logon_event_id: logon?.event_id ?? null,
    logon_time_ms: logon?.logon_time_ms ?? null,
    logon_source_address: logon?.source_address ?? null,
    source_file: event.source_file,
    source_index: event.source_index,
    record_sha256: event.record_sha256,
  };
}

/** Of an endpoint with several accounts: that of the session shown, if any. */
function networkAccountOf(event: EventRow, session: Session | null, known: Known): string | null {
  const accounts = networkAccounts(event, known);
  return accounts.length === 1 ? (accounts[0] as string) : accounts.length === 0 ? null : (session?.accountId ?? null);
}

/** The columns that the event gives as they are. */
function whatWasDone(event: EventRow) {
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
    region: event.region,
    bucket: event.bucket,
    object_key: event.object_key,
    copy_source: event.copy_source,
    copy_source_bucket: event.copy_source_bucket,
    copy_source_key: event.copy_source_key,
    copy_source_version_id: event.copy_source_version_id,
    access_point: event.access_point,
    list_prefix: event.list_prefix,
    version_id: event.version_id,
    delete_effect: event.delete_effect,
    acl: event.acl,
    encryption: event.encryption,
    kms_key_id: event.kms_key_id,
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
  };
}
