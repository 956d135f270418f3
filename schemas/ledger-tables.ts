import type { Row, Table } from './table.ts';

/** One input object as it was read. */
export const inputs = {
  name: 'inputs',
  doc: 'One input object as it was read. records_read = kept + malformed + not_records.',
  key: ['location', 'version'],
  kind: 'ledger',
  columns: {
    location: {
      type: 'text',
      required: true,
      doc: 'Absolute path or `s3://bucket/key`; of a file in an archive that of the archive, `!/`, and the path in it.',
    },
    version: { type: 'text', required: true, doc: 'What tells two contents at one location apart: the SHA-256 of the bytes.' },
    kind: { type: 'text', required: true, doc: '`cloudtrail`, `usage_report`, `snapshot`, `session_check` or `flow_log`.' },
    content: {
      type: 'text',
      doc: 'What was found in it: `records`, `sessions_report`, `applications_report`, `sweeps`, `flows`, `digest`, `insight`, `aggregated`, `network_activity`, `activity_log` (of a channel of CloudTrail Lake), `session_checks`, `archive` (its files have rows of their own), `empty`, `unknown`.',
    },
    size_bytes: { type: 'bigint', required: true, doc: 'Size as stored.' },
    unpacked_bytes: { type: 'bigint', required: true, doc: 'Size after unpacking.' },
    sha256: { type: 'text', required: true, doc: 'Lower-case hex SHA-256 of the bytes as stored.' },
    etag: { type: 'text', doc: 'ETag, for S3 objects.' },
    modified: { type: 'timestamp', doc: 'Last modified, UTC.' },
    modified_ms: { type: 'bigint', required: true, doc: '`modified` as epoch milliseconds.' },
    records_read: { type: 'bigint', required: true, doc: 'Records found.' },
    kept: { type: 'bigint', required: true, doc: 'Records kept.' },
    malformed: { type: 'bigint', required: true, doc: 'Records set aside (listed in `rejected_records`).' },
    not_records: {
      type: 'bigint',
      required: true,
      doc: 'Well-formed things that are not records: digests, insights, aggregates, network activity, repeated header lines.',
    },
    status: {
      type: 'text',
      required: true,
      doc: '`ingested`, `partial` (something was set aside) or `rejected` (nothing was kept of an input that should have had records).',
    },
    reason: { type: 'text', doc: 'Why it is partial or rejected, and what to do.' },
    account_id: { type: 'text', doc: 'Account named by the location, where it names one.' },
    region: { type: 'text', doc: 'Region named by the location, where it names one.' },
    report_day: { type: 'text', doc: 'Reports: the day in the name.' },
    batch_id: { type: 'text', required: true, doc: 'Batch it was ingested in.' },
    ingested_at: { type: 'timestamp', doc: 'When, UTC.' },
    ingested_at_ms: { type: 'bigint', required: true, doc: '`ingested_at` as epoch milliseconds.' },
    reader_version: {
      type: 'bigint',
      required: true,
      doc: 'Version of the reader of its `kind`: raised whenever that reader gives other rows, or sets other records aside, than before.',
    },
  },
} as const satisfies Table;

/** One record that was set aside. */
export const rejectedRecords = {
  name: 'rejected_records',
  doc: 'One record that was set aside, with the reason. Never its content: it may hold secrets.',
  key: ['location', 'version', 'source_index', 'n'],
  kind: 'ledger',
  columns: {
    location: { type: 'text', required: true, doc: 'Input.' },
    version: { type: 'text', required: true, doc: 'Version of the input.' },
    source_index: { type: 'bigint', required: true, doc: 'Place of the record (from 0) or line of the row (from 1).' },
    n: { type: 'bigint', required: true, doc: 'Numbers rejections of one place, from 0.' },
    reason: { type: 'text', required: true, doc: 'What is wrong with it.' },
  },
} as const satisfies Table;

/** One Parquet file of the lake. A file that is not listed is not in the lake. */
export const files = {
  name: 'files',
  doc: 'One Parquet file of the lake. A file that is not listed here is not in the lake.',
  key: ['path'],
  kind: 'ledger',
  columns: {
    path: { type: 'text', required: true, doc: 'Path below the lake, with `/`.' },
    table_name: { type: 'text', required: true, doc: 'Table it belongs to.' },
    dt: { type: 'text', required: true, doc: 'Its partition.' },
    row_count: { type: 'bigint', required: true, doc: 'Rows.' },
    size_bytes: { type: 'bigint', required: true, doc: 'Bytes.' },
    batch_id: { type: 'text', required: true, doc: 'Batch that wrote it.' },
    schema_version: {
      type: 'bigint',
      doc: 'Schema version that it was written with; null: 1. It lacks the columns that came later: they are null when it is read.',
    },
  },
} as const satisfies Table;

/** What is known of a day of events and flows: whether it has to be settled again. */
export const days = {
  name: 'days',
  doc: 'One day that has, or may have, events or flows: what happened to it since it was last settled.',
  key: ['dt'],
  kind: 'ledger',
  columns: {
    dt: { type: 'text', required: true, doc: 'UTC day.' },
    dirty: {
      type: 'boolean',
      required: true,
      doc: 'True when events, flows or evidence that can matter to the day arrived since it was last settled.',
    },
    settled_as_of: { type: 'timestamp', doc: '`as_of` of the run that settled it last, UTC.' },
    settled_as_of_ms: { type: 'bigint', doc: '`settled_as_of` as epoch milliseconds.' },
    open_rows: { type: 'bigint', required: true, doc: 'Rows that were not final then.' },
    configuration_hash: { type: 'text', doc: 'Configuration it was settled with.' },
    rules_version: { type: 'text', doc: 'SQL it was settled with.' },
  },
} as const satisfies Table;

/** The counts of one day in one run: the identities of a day, as they were checked before it was published. */
export const dayCounts = {
  name: 'day_counts',
  doc: 'The counts of one day in one run. kept = duplicates + superseded + account_copies + out_of_scope + in_scope; in_scope = the five verdicts together.',
  key: ['run_id', 'dt'],
  kind: 'ledger',
  columns: {
    run_id: { type: 'text', required: true, doc: 'Run.' },
    dt: { type: 'text', required: true, doc: 'UTC day.' },
    events_kept: { type: 'bigint', required: true, doc: 'Rows of the listed event files of the day.' },
    duplicates: { type: 'bigint', required: true, doc: 'Copies of an event (same id and time).' },
    conflicting_copies: { type: 'bigint', required: true, doc: 'Of the duplicates, those whose bytes differ from the copy that was kept.' },
    superseded: { type: 'bigint', required: true, doc: 'Events that a correction replaced.' },
    account_copies: { type: 'bigint', required: true, doc: 'Copies of one call delivered to another account.' },
    out_of_scope: { type: 'bigint', required: true, doc: 'Events outside the scope.' },
    in_scope: { type: 'bigint', required: true, doc: 'Rows of `attributions`.' },
    attributed: { type: 'bigint', required: true, doc: 'Verdict attributed.' },
    ambiguous: { type: 'bigint', required: true, doc: 'Verdict ambiguous.' },
    pending: { type: 'bigint', required: true, doc: 'Verdict pending.' },
    unattributed: { type: 'bigint', required: true, doc: 'Verdict unattributed.' },
    not_joinable: { type: 'bigint', required: true, doc: 'Verdict not joinable.' },
    not_final: { type: 'bigint', required: true, doc: 'Rows that are not final.' },
  },
} as const satisfies Table;

/** Evidence that arrived and was not yet turned into days to settle. */
export const evidenceMarks = {
  name: 'evidence_marks',
  doc: 'Evidence that arrived since the last run planned its days: a report, or a span of time that sweeps or logons can matter to.',
  key: ['batch_id', 'kind', 'account_id', 'region', 'report_day', 'from_ms'],
  kind: 'ledger',
  columns: {
    batch_id: { type: 'text', required: true, doc: 'Batch that brought it.' },
    kind: {
      type: 'text',
      required: true,
      doc: '`report`, `span` (sweeps, logons), `check` (a day of session checks, in `report_day`), `correction`, or `unread` (what could not be read, or was accepted as such; a null account or day may be any); in the cloud also `events`: a day that got events or flows, in `report_day`.',
    },
    account_id: { type: 'text', doc: 'Reports, unread: account.' },
    region: { type: 'text', doc: 'Reports, unread: region.' },
    report_day: { type: 'text', doc: 'Reports and session checks: day.' },
    from_ms: { type: 'bigint', doc: 'Spans: first instant it can matter to, epoch milliseconds, inclusive.' },
    to_ms: { type: 'bigint', doc: 'Spans: last instant before the configured windows are added, epoch milliseconds, inclusive.' },
    event_id: { type: 'text', doc: 'Corrections: the event that is superseded.' },
  },
} as const satisfies Table;

/** One input that could not be opened or read to its end, and has not been since. */
export const failedInputs = {
  name: 'failed_inputs',
  doc: 'One input that could not be opened or read, for a reason that may pass: tried again by every run, and gone from here once it was read.',
  key: ['location'],
  kind: 'ledger',
  columns: {
    location: { type: 'text', required: true, doc: 'Absolute path or `s3://bucket/key`.' },
    kind: { type: 'text', required: true, doc: 'As in `inputs`.' },
    reason: { type: 'text', required: true, doc: 'Why it could not be read, and what to do.' },
    account_id: { type: 'text', doc: 'Account named by the location; null when it may be any.' },
    region: { type: 'text', doc: 'Region named by the location; null when it may be any.' },
    report_day: { type: 'text', doc: 'Reports: the day named by the location; null when it may be any.' },
    failed_at: { type: 'timestamp', doc: 'When it failed last, UTC.' },
    failed_at_ms: { type: 'bigint', required: true, doc: '`failed_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

/** Somebody's word that evidence will never be readable. */
export const acceptances = {
  name: 'acceptances',
  doc: "Somebody's word that an input, or one line of it, will never be readable: from then on it does not keep its day open. Append-only.",
  key: ['location', 'source_index', 'accepted_at_ms'],
  kind: 'ledger',
  columns: {
    location: { type: 'text', required: true, doc: 'The input, as `inputs` or `failed_inputs` has it.' },
    version: {
      type: 'text',
      doc: 'SHA-256 of the bytes that were accepted; null for an input that could not be opened: then whatever fails there is accepted.',
    },
    source_index: { type: 'bigint', doc: 'Line from 1; null for the whole input.' },
    reason: { type: 'text', required: true, doc: 'Why, as the person gave it.' },
    accepted_by: { type: 'text', required: true, doc: 'Who: user and host on one machine, the caller ARN in the cloud.' },
    accepted_at: { type: 'timestamp', doc: 'When, UTC.' },
    accepted_at_ms: { type: 'bigint', required: true, doc: '`accepted_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

export type FailedInputRow = Row<typeof failedInputs>;
export type AcceptanceRow = Row<typeof acceptances>;
export type InputRow = Row<typeof inputs>;
export type RejectedRecordRow = Row<typeof rejectedRecords>;
export type DayCountsRow = Row<typeof dayCounts>;
export type FileRow = Row<typeof files>;
export type EvidenceMarkRow = Row<typeof evidenceMarks>;
