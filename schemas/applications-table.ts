import type { Row, Table } from './table.ts';

/** One application launched in a session (F§1.3): no launch time, and only launches through the catalogue. */
export const applications = {
  name: 'applications',
  doc: 'One application launched in a session. The report has no time of launch and knows only launches through the catalogue (F§1.3).',
  key: ['session_id', 'application_name', 'n'],
  kind: 'landing',
  dt: 'the report',
  columns: {
    session_id: { type: 'text', required: true, doc: 'Session id.' },
    application_name: { type: 'text', required: true, doc: 'Name of the application in the catalogue.' },
    n: { type: 'bigint', required: true, doc: 'Which launch of this application in this session within the report, from 1.' },
    report_day: { type: 'text', doc: 'The UTC day the report is about, from its name; null when the name does not say.' },
    source_modified: { type: 'timestamp', doc: 'When the input was last modified, UTC.' },
    source_modified_ms: { type: 'bigint', required: true, doc: '`source_modified` as epoch milliseconds.' },
    source_file: { type: 'text', required: true, doc: 'Location of the input it came from.' },
    source_index: { type: 'bigint', required: true, doc: 'Line in that input, from 1.' },
    ingested_at: { type: 'timestamp', doc: 'When it was ingested, UTC.' },
    ingested_at_ms: { type: 'bigint', required: true, doc: '`ingested_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

export type ApplicationRow = Row<typeof applications>;
