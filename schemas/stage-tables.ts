/**
 * Stages that questions read and that one statement of Athena cannot work out: on one machine they are views, a deployment keeps
 * them as tables, as the last published run had them. Columns are those of `sql/correlate/<stage>.sql`, in any order.
 */
import { sessions } from './sessions-table.ts';
import type { Table } from './table.ts';

const said = sessions.columns;

/** The issues of the daily sessions reports. */
export const reportIssues = {
  name: 'report_issues',
  doc: 'One input that speaks for the sessions report of an account, region and day.',
  key: ['account_id', 'region', 'report_day', 'source_file', 'source_modified_ms', 'ingested_at_ms'],
  kind: 'answer',
  columns: {
    account_id: { type: 'text', required: true, doc: 'Account that it speaks for.' },
    region: { type: 'text', required: true, doc: 'Region that it speaks for.' },
    report_day: { type: 'text', required: true, doc: 'UTC day that it speaks for.' },
    source_file: { type: 'text', required: true, doc: 'Input, as `location` in `inputs`.' },
    source_modified_ms: { type: 'bigint', required: true, doc: 'When the input was modified, epoch milliseconds.' },
    ingested_at_ms: { type: 'bigint', required: true, doc: 'When the input was read, epoch milliseconds.' },
    version: { type: 'text', doc: 'SHA-256 of the input.' },
    status: { type: 'text', required: true, doc: 'As in `inputs`: `ingested` or `partial`.' },
    counts: { type: 'boolean', required: true, doc: 'False when a later issue, or an equal one, replaces it.' },
  },
} as const satisfies Table;

/** Whether the daily sessions reports are in. */
export const reportDays = {
  name: 'report_days',
  doc: 'The sessions report of an account, region and day.',
  key: ['account_id', 'region', 'report_day'],
  kind: 'answer',
  columns: {
    account_id: { type: 'text', required: true, doc: 'Account.' },
    region: { type: 'text', required: true, doc: 'Region.' },
    report_day: { type: 'text', required: true, doc: 'UTC day.' },
    issues: { type: 'bigint', required: true, doc: 'Issues that count.' },
    contested: { type: 'boolean', required: true, doc: 'True when several issues count: they contradict each other.' },
    whole: { type: 'boolean', required: true, doc: 'True when nothing of these issues was set aside, and no later issue was refused.' },
  },
} as const satisfies Table;

/** Sessions as verdicts see them. */
export const resolvedSessions = {
  name: 'resolved_sessions',
  doc: 'One session: an account, region and id, and what it says of user, start, end and instance.',
  key: ['session_no'],
  kind: 'answer',
  columns: {
    session_no: { type: 'bigint', required: true, doc: 'Numbers the sessions; of two that fit, the greater is shown.' },
    session_id: { type: 'text', required: true, doc: 'Id; not unique: `contradicting` and `reused` tell.' },
    origin: { type: 'text', required: true, doc: '`report`, or `snapshot` for a session that no report has.' },
    account_id: said.account_id,
    region: said.region,
    user_id: said.user_id,
    authentication_type: said.authentication_type,
    user_key: said.user_key,
    user_hash: said.user_hash,
    user_arn: said.user_arn,
    user_fold: said.user_fold,
    fleet_name: said.fleet_name,
    stack_name: said.stack_name,
    instance_type: said.instance_type,
    instance_id: { type: 'text', doc: 'Instance; of snapshots where the report lacks it.' },
    private_addresses: { type: 'text[]', required: true, doc: 'Private addresses, sorted; IPv6 from snapshots.' },
    session_start: said.session_start,
    session_start_ms: said.session_start_ms,
    session_end: { type: 'timestamp', doc: 'End, UTC; of a snapshot the last sighting.' },
    session_end_ms: { type: 'bigint', required: true, doc: 'End as epoch milliseconds, inclusive.' },
    end_precision: said.end_precision,
    connected: { type: 'boolean', doc: 'Whether anybody ever connected.' },
    is_multisession: { type: 'boolean', doc: 'Whether the instance is flagged as shared; null when nothing says.' },
    client_addresses: said.client_addresses,
    clipboard_from_device: said.clipboard_from_device,
    clipboard_to_device: said.clipboard_to_device,
    file_upload: said.file_upload,
    file_download: said.file_download,
    printing: said.printing,
    google_drive: said.google_drive,
    one_drive: said.one_drive,
    max_session_seconds: said.max_session_seconds,
    session_type: said.session_type,
    report_day: said.report_day,
    absent_ms: { type: 'bigint', doc: 'Snapshots: the first complete sweep without it, epoch milliseconds.' },
    source_file: { type: 'text', required: true, doc: 'Input of the row that is shown.' },
    source_index: { type: 'bigint', required: true, doc: 'Line or place of that row.' },
    source_version: { type: 'text', doc: 'SHA-256 of that input.' },
    said_rows: { type: 'bigint', doc: 'Report rows that say it; null for snapshots.' },
    contested: { type: 'boolean', required: true, doc: 'Another issue that counts, or another statement of the id, does not say so.' },
    contradiction: {
      type: 'text',
      doc: 'As in `sessions`; and `sighting` where a sweep saw the session on another IPv4 address or instance. Joined by a blank.',
    },
    doubtful: { type: 'boolean', required: true, doc: 'True where there is a `contradiction`: it names nobody by itself.' },
    contradicting: { type: 'boolean', required: true, doc: 'Its id is another reported session’s, too.' },
    reused: { type: 'boolean', required: true, doc: 'Its id is another user’s, too.' },
  },
} as const satisfies Table;

/** All of them, those that others read first. */
export const stageTables: readonly Table[] = [reportIssues, reportDays, resolvedSessions];
