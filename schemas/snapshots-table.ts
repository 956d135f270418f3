import type { Row, Table } from './table.ts';

/** One page of a DescribeSessions sweep. Pages with the same account, region and time are one sweep. */
export const snapshots = {
  name: 'snapshots',
  doc: 'One page of a DescribeSessions sweep. Pages of the same account, region and time are one sweep, complete when one page says so and none denies it. A page that cannot be read leaves a row without fleets and sessions that denies its sweep.',
  key: ['account_id', 'region', 'sweep_time', 'source_file', 'source_index'],
  kind: 'landing',
  dt: 'the sweep',
  columns: {
    sweep_time: { type: 'timestamp', doc: 'When the sweep began, UTC.' },
    sweep_time_ms: { type: 'bigint', required: true, doc: '`sweep_time` as epoch milliseconds.' },
    account_id: { type: 'text', required: true, doc: 'Account swept.' },
    region: { type: 'text', required: true, doc: 'Region swept.' },
    fleets: { type: 'text[]', required: true, doc: 'Fleets this page covers.' },
    complete: {
      type: 'boolean',
      doc: 'True when, with this page, every fleet, stack, authentication type and page was read; false when the sweep failed somewhere, or something of it could not be read; null when the page does not say.',
    },
    sessions_seen: { type: 'bigint', required: true, doc: 'Sessions on this page.' },
    source_file: { type: 'text', required: true, doc: 'Location of the input it came from.' },
    source_index: { type: 'bigint', required: true, doc: 'Line in that input, from 1.' },
    ingested_at: { type: 'timestamp', doc: 'When it was ingested, UTC.' },
    ingested_at_ms: { type: 'bigint', required: true, doc: '`ingested_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

export type SnapshotRow = Row<typeof snapshots>;
