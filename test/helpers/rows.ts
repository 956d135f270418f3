/** Rows as the readers would give them, with everything filled in that a test does not care about. */
import { createHash } from 'node:crypto';
import { readSourceAddress } from '../../lib/address.ts';
import { userFold } from '../../lib/ingest/user-identity.ts';
import { formatDt } from '../../lib/time.ts';
import { defaultConfiguration } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { AcceptanceRow, FailedInputRow, InputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import type { LogonRow } from '../../schemas/logons-table.ts';
import type { SessionRow } from '../../schemas/sessions-table.ts';
import type { SnapshotRow } from '../../schemas/snapshots-table.ts';
import type { EvidenceBase } from '../oracle/evidence-base.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
/** When everything was ingested and, unless said, modified. */
export const INGESTED_MS = Date.parse('2026-03-25T00:00:00Z');

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Epoch milliseconds of `HH:MM:SS[.mmm]` on 2 March 2026, or of a full time without its Z. */
export function utc(time: string): number {
  return Date.parse(`${time.includes('T') ? time : `2026-03-02T${time}`}Z`);
}

/** A GetObject with the fleet role from 10.0.1.25 on 2 March 2026, 10:30:00. Address kind and hex follow from `source_address`. */
export function eventRow(more: Partial<EventRow> = {}): EventRow {
  const eventTime = more.event_time_ms ?? more.join_time_ms ?? utc('10:30:00');
  const address = readSourceAddress(more.source_address === undefined ? '10.0.1.25' : more.source_address);
  const row = {
    event_id: 'e0000000-0000-4000-8000-000000000001',
    event_time_ms: Math.floor(eventTime / 1000) * 1000,
    join_time_ms: eventTime,
    refused_start_ms: null,
    time_precision: 's',
    event_source: 's3.amazonaws.com',
    event_name: 'GetObject',
    event_category: 'Data',
    event_type: 'AwsApiCall',
    event_version: '1.11',
    action: 'read',
    read_only: true,
    multipart_step: null,
    upload_id: null,
    account_id: ACCOUNT,
    recipient_account_id: ACCOUNT,
    region: REGION,
    vpc_endpoint_id: 'vpce-1',
    vpc_endpoint_account_id: null,
    principal_type: 'AssumedRole',
    principal_id: null,
    principal_arn: null,
    principal_name: null,
    principal_role: 'FleetRole',
    principal_role_arn: `arn:aws:iam::${ACCOUNT}:role/FleetRole`,
    role_session_name: 'machine',
    access_key_id: null,
    source_identity: null,
    on_behalf_of_user_id: null,
    identity_store_arn: null,
    credential_id: null,
    in_scope_type: null,
    in_scope_resource: null,
    ec2_role_delivery: null,
    invoked_by: null,
    bucket: 'data',
    object_key: 'a.csv',
    copy_source: null,
    copy_source_bucket: null,
    copy_source_key: null,
    copy_source_version_id: null,
    access_point: null,
    list_prefix: null,
    version_id: null,
    delete_effect: null,
    acl: null,
    encryption: null,
    kms_key_id: null,
    key_account_id: null,
    key_authentication_type: null,
    key_user_hash: null,
    bytes_in: 0,
    bytes_out: 10,
    request_id: null,
    error_code: null,
    tls_version: 'TLSv1.3',
    resource_account_id: ACCOUNT,
    user_agent: null,
    shared_event_id: null,
    corrects_event_id: null,
    corrects_request_id: null,
    correction_reason: null,
    source_file: '/in/cloudtrail.json',
    source_index: 0,
    ingested_at_ms: INGESTED_MS,
    ...more,
    source_address: address.text,
    source_address_kind: address.kind,
    source_address_hex: address.hex,
  };
  return { record_sha256: sha256(JSON.stringify(row)), ...row };
}

/**
 * A session of alice on 10.0.1.25 from 10:00:00 to 11:00:00 as a report has it. User key and hash follow from account,
 * authentication type and user id; the report day and its file from the end, unless they are given.
 */
export function reportedSession(more: Partial<SessionRow> = {}): SessionRow {
  const account = more.account_id ?? ACCOUNT;
  const authentication = more.authentication_type ?? 'SAML';
  const user = more.user_id ?? 'alice';
  const end = more.session_end_ms === undefined ? utc('11:00:00') : more.session_end_ms;
  const day = more.report_day ?? formatDt(end ?? 0);
  const row = {
    session_id: 's-1',
    origin: 'report',
    account_id: account,
    region: REGION,
    user_id: user,
    authentication_type: authentication,
    user_key: `${account}/${authentication}/${user}`,
    user_hash: sha256(user),
    user_arn: null,
    user_fold: userFold(user),
    contradiction: null,
    fleet_name: 'analytics',
    stack_name: 'analytics-stack',
    instance_type: null,
    instance_id: 'i-1',
    eni_id: null,
    private_addresses: ['10.0.1.25'],
    session_start_ms: utc('10:00:00'),
    session_end_ms: end,
    end_precision: 's',
    connected: true,
    is_multisession: false,
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
    state: null,
    observed_at_ms: null,
    report_day: day,
    source_modified_ms: INGESTED_MS,
    source_file: `/in/${account}/${more.region ?? REGION}/daily-session-report-${day}.csv`,
    source_index: 2,
    ingested_at_ms: INGESTED_MS,
    ...more,
  };
  return { record_sha256: sha256(JSON.stringify(row)), ...row };
}

/** A session of alice on 10.0.1.25 that began at 10:00:00, as the sweep of 10:10:00 sees it: connected. */
export function seenSession(more: Partial<SessionRow> = {}): SessionRow {
  return reportedSession({
    origin: 'snapshot',
    session_end_ms: null,
    end_precision: null,
    state: 'ACTIVE',
    observed_at_ms: utc('10:10:00'),
    source_file: '/in/snapshots.jsonl',
    ...more,
    report_day: null,
  });
}

/** A page of the sweep of 10:10:00 that completes it. */
export function sweepPage(more: Partial<SnapshotRow> = {}): SnapshotRow {
  return {
    sweep_time_ms: utc('10:10:00'),
    account_id: ACCOUNT,
    region: REGION,
    fleets: ['analytics'],
    complete: true,
    sessions_seen: 0,
    source_file: '/in/snapshots.jsonl',
    source_index: 1,
    ingested_at_ms: INGESTED_MS,
    ...more,
  };
}

/** A SAML logon of alice at 09:55:00. */
export function logonRow(more: Partial<LogonRow> = {}): LogonRow {
  const row = {
    event_id: 'l-1',
    logon_time_ms: utc('09:55:00'),
    kind: 'saml',
    account_id: ACCOUNT,
    region: REGION,
    user_id: 'alice',
    authentication_type: 'SAML',
    source_address: '203.0.113.9',
    role_arn: `arn:aws:iam::${ACCOUNT}:role/AppStreamUsers`,
    caller_arn: null,
    success: true,
    mfa: null,
    valid_seconds: null,
    stack_name: null,
    fleet_name: null,
    identity_provider: null,
    subject_type: null,
    issued_access_key_id: null,
    error_code: null,
    source_file: '/in/cloudtrail.json',
    source_index: 0,
    ingested_at_ms: INGESTED_MS,
    ...more,
  };
  return { record_sha256: sha256(JSON.stringify(row)), ...row };
}

/** An input that was read in whole: the sessions report of 2 March 2026, known by its place. */
export function inputRow(more: Partial<InputRow> = {}): InputRow {
  const location = more.location ?? `/in/${ACCOUNT}/${REGION}/daily-session-report-2026-03-02.csv`;
  const version = sha256(`${location}/${more.modified_ms ?? INGESTED_MS}`);
  return {
    location,
    version,
    kind: 'usage_report',
    content: 'sessions_report',
    size_bytes: 1000,
    unpacked_bytes: 1000,
    sha256: version,
    etag: null,
    modified_ms: INGESTED_MS,
    records_read: 0,
    kept: 0,
    malformed: 0,
    not_records: 0,
    status: 'ingested',
    reason: null,
    account_id: ACCOUNT,
    region: REGION,
    report_day: '2026-03-02',
    batch_id: 'batch-1',
    ingested_at_ms: INGESTED_MS,
    reader_version: 1,
    ...more,
  };
}

/** Line 3 of an input, set aside. */
export function rejectedRow(input: InputRow, more: Partial<RejectedRecordRow> = {}): RejectedRecordRow {
  return { location: input.location, version: input.version, source_index: 3, n: 0, reason: 'made so', ...more };
}

/** The sessions report of 2 March 2026, which could not be opened. */
export function failedInputRow(more: Partial<FailedInputRow> = {}): FailedInputRow {
  const location = more.location ?? `/in/${ACCOUNT}/${REGION}/daily-session-report-2026-03-02.csv`;
  const place = { account_id: ACCOUNT, region: REGION, report_day: '2026-03-02' };
  return { location, kind: 'usage_report', reason: 'made so', ...place, failed_at_ms: INGESTED_MS, ...more };
}

/** Somebody's word that a whole input will never be readable, whatever its version. */
export function acceptanceRow(location: string, more: Partial<AcceptanceRow> = {}): AcceptanceRow {
  const who = { accepted_by: 'somebody', accepted_at_ms: INGESTED_MS };
  return { location, version: null, source_index: null, reason: 'lost', ...who, ...more };
}

/** A lake that holds nothing, judged with the defaults at its beginning. */
export const NO_EVIDENCE: Omit<EvidenceBase, 'inputs'> & { readonly inputs: readonly InputRow[] } = {
  events: [],
  sessions: [],
  logons: [],
  snapshots: [],
  inputs: [],
  rejected: [],
  failed: [],
  acceptances: [],
  configuration: defaultConfiguration,
  asOfMs: 0,
};
