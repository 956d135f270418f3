import type { Row, Table } from './table.ts';

/** One parameter of a control-plane call, where findings need more than the columns of `events`. */
export const eventParameters = {
  name: 'event_parameters',
  doc: 'One scalar request parameter of a call that findings read: of management events those listed in `lib/ingest/event-parameters.ts`, of calls on S3 those of `lib/ingest/s3-parameters.ts`. What is not listed, secrets and tokens among it, never enters the lake.',
  key: ['event_id', 'event_time', 'name'],
  kind: 'landing',
  dt: 'the event (eventTime)',
  columns: {
    event_id: { type: 'text', required: true, doc: '`eventID` of the CloudTrail record; the same record is also in `events`.' },
    event_time: { type: 'timestamp', doc: '`eventTime`, UTC.' },
    event_time_ms: { type: 'bigint', required: true, doc: '`event_time` as epoch milliseconds.' },
    event_source: { type: 'text', required: true, doc: '`eventSource`, for example `sagemaker.amazonaws.com`.' },
    event_name: { type: 'text', required: true, doc: '`eventName`.' },
    name: {
      type: 'text',
      required: true,
      doc: 'Path of the parameter within `requestParameters`, places in lists from 0: `userSettings.0.action`. `sessionCredentialFromConsole` is the field of the record itself: the credentials came from a console session.',
    },
    value: { type: 'text', required: true, doc: 'Its value as text, at most 256 characters; booleans as `true` and `false`.' },
    record_sha256: { type: 'text', required: true, doc: 'Lower-case hex SHA-256 of the bytes of the record.' },
    source_file: { type: 'text', required: true, doc: 'Location of the input it came from.' },
    source_index: { type: 'bigint', required: true, doc: 'Place of the record in that input, from 0.' },
    ingested_at: { type: 'timestamp', doc: 'When it was ingested, UTC.' },
    ingested_at_ms: { type: 'bigint', required: true, doc: '`ingested_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

export type EventParameterRow = Row<typeof eventParameters>;
