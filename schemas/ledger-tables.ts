import type { Row, Table } from './table.ts';

/** One input object as it was read. */
export const inputs = {
  name: 'inputs',
  doc: 'One input object as it was read. records_read = kept + malformed + not_records.',
  key: ['location', 'version'],
  kind: 'ledger',
  columns: {
    location: { type: 'text', required: true, doc: 'Absolute path or `s3://bucket/key`.' },
    version: { type: 'text', required: true, doc: 'What tells two contents at one location apart: the SHA-256 of the bytes.' },
    kind: { type: 'text', required: true, doc: '`cloudtrail`, `usage_report`, `snapshot` or `flow_log`.' },
    content: {
      type: 'text',
      doc: 'What was found in it: `records`, `sessions_report`, `applications_report`, `sweeps`, `digest`, `insight`, `aggregated`, `network_activity`, `empty`, `unknown`.',
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
      doc: 'Well-formed things that are not records: digests, insights, aggregates, network activity.',
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
  },
} as const satisfies Table;

/** What is known of a day of events: whether it has to be settled again. */
export const days = {
  name: 'days',
  doc: 'One day that has, or may have, events: what happened to it since it was last settled.',
  key: ['dt'],
  kind: 'ledger',
  columns: {
    dt: { type: 'text', required: true, doc: 'UTC day.' },
    dirty: {
      type: 'boolean',
      required: true,
      doc: 'True when events or evidence that can matter to the day arrived since it was last settled.',
    },
    settled_as_of: { type: 'timestamp', doc: '`as_of` of the run that settled it last, UTC.' },
    settled_as_of_ms: { type: 'bigint', doc: '`settled_as_of` as epoch milliseconds.' },
    open_rows: { type: 'bigint', required: true, doc: 'Rows that were not final then.' },
    configuration_hash: { type: 'text', doc: 'Configuration it was settled with.' },
    rules_version: { type: 'text', doc: 'SQL it was settled with.' },
  },
} as const satisfies Table;

export type InputRow = Row<typeof inputs>;
export type RejectedRecordRow = Row<typeof rejectedRecords>;
export type FileRow = Row<typeof files>;
