/** One session of a DescribeSessions page (F§3.1) as a row of `sessions`. */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { type SnapshotPage, type SnapshotSession, snapshotSessionSchema } from '../../schemas/snapshot.ts';
import { canonicalAddress } from '../address.ts';
import { sha256Hex } from './digest.ts';
import type { InputContext } from './reader.ts';
import { whyOutOfRange } from './time-range.ts';
import { readAuthenticationType, userFold, userHash, userKey } from './user-identity.ts';

/**
 * Reads one session as a page lists it.
 *
 * A session that is only reserved may have no start yet. Without an address and an instance it cannot have done anything,
 * and its sweep stands for its start; with one of them, a missing start could mean any time before, and it is rejected.
 * @param line the line of the page, from 1
 */
export function readSnapshotSession(
  listed: unknown,
  page: SnapshotPage,
  line: number,
  context: InputContext,
): SessionRow | { readonly reason: string } {
  const read = snapshotSessionSchema.safeParse(listed);
  if (!read.success) return { reason: read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim()).join(', ') };
  const session = read.data;
  const authentication = readAuthenticationType(session.AuthenticationType);
  const addresses = addressesOf(session);
  const instance = session.InstanceId || null;
  const start = session.StartTime ?? null;
  if (start === null && (addresses.length > 0 || instance !== null))
    return { reason: 'StartTime is missing, though the session has an instance' };
  const impossible = start === null ? null : whyOutOfRange(start, 'StartTime', context.limits);
  if (impossible !== null) return { reason: impossible };
  return {
    session_id: session.Id.trim(),
    origin: 'snapshot',
    account_id: page.account,
    region: page.region.trim(),
    user_id: session.UserId,
    authentication_type: authentication,
    user_key: userKey(page.account, authentication, session.UserId),
    user_hash: userHash(session.UserId),
    user_arn: null,
    user_fold: userFold(session.UserId),
    contradiction: null,
    fleet_name: session.FleetName || null,
    stack_name: session.StackName || null,
    instance_type: null,
    instance_id: instance,
    eni_id: session.NetworkAccessConfiguration?.EniId || null,
    private_addresses: addresses,
    session_start_ms: start ?? page.time,
    session_end_ms: null,
    end_precision: null,
    connected: session.ConnectionState === 'CONNECTED',
    is_multisession: isMultisession(session.InstanceDrainStatus),
    client_addresses: [],
    clipboard_from_device: null,
    clipboard_to_device: null,
    file_upload: null,
    file_download: null,
    printing: null,
    google_drive: null,
    one_drive: null,
    max_session_seconds: null,
    session_type: null,
    state: session.State || null,
    observed_at_ms: page.time,
    report_day: null,
    source_modified_ms: context.modifiedMs,
    record_sha256: sha256Hex(JSON.stringify(listed)),
    source_file: context.location,
    source_index: line,
    ingested_at_ms: context.ingestedAtMs,
  };
}

function addressesOf({ NetworkAccessConfiguration: network }: SnapshotSession): string[] {
  const written = [network?.EniPrivateIpAddress, ...(network?.EniIpv6Addresses ?? [])];
  return [...new Set(written.map((each) => canonicalAddress(each ?? '')))].filter((each) => each !== null);
}

/** Only multi-session instances can be drained (F§3.1); an unknown status says nothing. */
function isMultisession(drainStatus: string | null | undefined): boolean | null {
  if (drainStatus === 'NOT_APPLICABLE') return false;
  return drainStatus === 'ACTIVE' || drainStatus === 'DRAINING' ? true : null;
}
