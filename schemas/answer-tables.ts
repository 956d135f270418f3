import type { Row, Table } from './table.ts';

/** One change of a verdict. Append-only: what was believed before stays readable. */
export const attributionChanges = {
  name: 'attribution_changes',
  doc: 'One change of a verdict, append-only. A row that leaves `attributions` is a change to no verdict.',
  key: ['event_id', 'event_time', 'run_id'],
  kind: 'answer',
  dt: 'the event',
  columns: {
    event_id: { type: 'text', required: true, doc: 'Event id.' },
    event_time: { type: 'timestamp', doc: '`eventTime`, UTC.' },
    event_time_ms: { type: 'bigint', required: true, doc: '`event_time` as epoch milliseconds.' },
    run_id: { type: 'text', required: true, doc: 'The run that changed it.' },
    old_run_id: { type: 'text', doc: 'The run that had given the old verdict.' },
    old_verdict: { type: 'text', doc: 'Verdict before.' },
    old_reason: { type: 'text', doc: 'Reason before.' },
    old_user_id: { type: 'text', doc: 'User before.' },
    old_user_key: { type: 'text', doc: 'User key before.' },
    old_session_id: { type: 'text', doc: 'Session before.' },
    old_final: { type: 'boolean', doc: 'Whether the old verdict was final.' },
    new_verdict: { type: 'text', doc: 'Verdict now; null when the event left the table.' },
    new_reason: { type: 'text', doc: 'Reason now.' },
    new_user_id: { type: 'text', doc: 'User now.' },
    new_user_key: { type: 'text', doc: 'User key now.' },
    new_session_id: { type: 'text', doc: 'Session now.' },
    new_final: { type: 'boolean', doc: 'Whether the new verdict is final.' },
    cause: {
      type: 'text',
      required: true,
      doc: 'What made the run look again: `new_evidence`, `time_passed`, `configuration` or `requested`; `left_scope` when the event left the table.',
    },
  },
} as const satisfies Table;

/** One thing a person should look at. */
export const findings = {
  name: 'findings',
  doc: 'One thing a person should look at. The id is a hash of rule and subject, so the same fact is one finding however often it is recomputed.',
  key: ['finding_id'],
  kind: 'answer',
  dt: 'the event, else the day the finding is about',
  columns: {
    finding_id: { type: 'text', required: true, doc: 'Lower-case hex SHA-256 of rule id and subject, first 32 digits.' },
    rule_id: { type: 'text', required: true, doc: 'The rule: the name of its file in `sql/findings/`.' },
    severity: { type: 'text', required: true, doc: '`low`, `medium`, `high` or `critical`.' },
    event_time: { type: 'timestamp', doc: 'When it happened, UTC.' },
    event_time_ms: { type: 'bigint', doc: '`event_time` as epoch milliseconds.' },
    subject: { type: 'text', required: true, doc: 'What the finding is about, in a form that does not change when it is recomputed.' },
    summary: { type: 'text', required: true, doc: 'One sentence for a tired person: who, what, when.' },
    user_id: { type: 'text', doc: 'The user, where the correlation knows one.' },
    session_id: { type: 'text', doc: 'The session, where the correlation knows one.' },
    source_address: { type: 'text', doc: 'Source address.' },
    resource: { type: 'text', doc: 'Object, bucket, report or trail.' },
    event_ids: { type: 'text[]', required: true, doc: 'The events it rests on, sorted, at most ten.' },
    run_id: { type: 'text', required: true, doc: 'The run that first found it.' },
    state: {
      type: 'text',
      doc: '`open` while the last run that looked at its days found it; `withdrawn` when that run did not: later evidence answered it. Null, as in lakes before schema version 2, means open.',
    },
    state_run_id: { type: 'text', doc: 'The run that set the state.' },
  },
} as const satisfies Table;

/** One correlation run. Written last: a run without a row was not published. */
export const runs = {
  name: 'runs',
  doc: 'One correlation run. Written last: a run without a row was not published.',
  key: ['run_id'],
  kind: 'answer',
  columns: {
    run_id: { type: 'text', required: true, doc: 'Run id: start time and a random part.' },
    started_at: { type: 'timestamp', doc: 'When it began, UTC.' },
    started_at_ms: { type: 'bigint', required: true, doc: '`started_at` as epoch milliseconds.' },
    finished_at: { type: 'timestamp', doc: 'When it was published, UTC.' },
    finished_at_ms: { type: 'bigint', required: true, doc: '`finished_at` as epoch milliseconds.' },
    as_of: { type: 'timestamp', doc: 'The time the run counted from, UTC.' },
    as_of_ms: { type: 'bigint', required: true, doc: '`as_of` as epoch milliseconds.' },
    from_dt: { type: 'text', doc: 'First day settled; null when there was nothing to settle.' },
    to_dt: { type: 'text', doc: 'Last day settled, inclusive.' },
    days: { type: 'bigint', required: true, doc: 'Number of days settled.' },
    engine: { type: 'text', required: true, doc: 'Engine and its version.' },
    tool_version: { type: 'text', required: true, doc: 'Version of appstream-audit.' },
    configuration_hash: { type: 'text', required: true, doc: 'SHA-256 of the effective configuration.' },
    rules_version: { type: 'text', required: true, doc: 'SHA-256 of the correlation and findings SQL.' },
    status: { type: 'text', required: true, doc: '`published` (a failed run has no row).' },
    events_kept: { type: 'bigint', required: true, doc: 'Rows of the listed event files of the days settled.' },
    duplicates: { type: 'bigint', required: true, doc: 'Copies of an event (same id and time).' },
    conflicting_copies: { type: 'bigint', required: true, doc: 'Of the duplicates, those whose bytes differ from the copy that was kept.' },
    superseded: { type: 'bigint', required: true, doc: 'Events that a correction replaced.' },
    account_copies: { type: 'bigint', required: true, doc: 'Copies of one call delivered to another account.' },
    out_of_scope: { type: 'bigint', required: true, doc: 'Events outside the scope.' },
    in_scope: { type: 'bigint', required: true, doc: 'Events in scope: the rows of `attributions` for these days.' },
    attributed: { type: 'bigint', required: true, doc: 'Verdict attributed.' },
    ambiguous: { type: 'bigint', required: true, doc: 'Verdict ambiguous.' },
    pending: { type: 'bigint', required: true, doc: 'Verdict pending.' },
    unattributed: { type: 'bigint', required: true, doc: 'Verdict unattributed.' },
    not_joinable: { type: 'bigint', required: true, doc: 'Verdict not joinable.' },
    session_rows: {
      type: 'bigint',
      doc: 'Rows of sessions reports in the lake: sessions + joined + replaced + contradicting. Null in runs before schema version 2, as the next four.',
    },
    sessions: { type: 'bigint', doc: 'Reported sessions whose id no other one has.' },
    session_rows_joined: { type: 'bigint', doc: 'Rows that say the same as another row that counts.' },
    session_rows_replaced: { type: 'bigint', doc: 'Rows of replaced issues, and rows that a later one updates.' },
    sessions_contradicting: { type: 'bigint', doc: 'Reported sessions that share their id with another one.' },
    changes: { type: 'bigint', required: true, doc: 'Rows written to `attribution_changes`.' },
    new_findings: { type: 'bigint', required: true, doc: 'Findings not known before.' },
    duration_ms: { type: 'bigint', required: true, doc: 'From start to publication, milliseconds.' },
  },
} as const satisfies Table;

export type AttributionChangeRow = Row<typeof attributionChanges>;
export type FindingRow = Row<typeof findings>;
export type RunRow = Row<typeof runs>;
