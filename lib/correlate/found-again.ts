/** What becomes of a finding that a rule finds again: both engines keep findings with the same MERGE. */

/** The columns of `findings` that a rule's answer and its run fill, and the day that they are filed under. */
export const FINDING_COLUMNS =
  'finding_id, rule_id, severity, event_time, event_time_ms, subject, summary, user_id, session_id, source_address, resource, event_ids, run_id, dt';

/**
 * Evidence that came since may have given it a name or taken one away, or may have brought more calls of the same hour. What the
 * rule says now replaces what it said: nobody is to stand there on evidence that does not hold any more. The id, and the run that
 * found it first, stay: it is not told again as a new one. A finding that is about several days is filed under the first of them:
 * it moves when an earlier one comes in, and not to a later one when a run looks at that alone.
 */
const REFRESHED = [
  'dt',
  'event_time',
  'event_time_ms',
  'summary',
  'user_id',
  'session_id',
  'source_address',
  'resource',
  'event_ids',
] as const;

/** Clause of a MERGE of found rows `s` into `findings t`, in the words of both engines. */
export const FINDINGS_FOUND_AGAIN = `WHEN MATCHED AND (s.dt < t.dt OR (t.dt = s.dt AND (${REFRESHED.filter(
  (name) => name !== 'dt' && !name.startsWith('event_time'),
)
  .map((name) => `t.${name} IS DISTINCT FROM s.${name}`)
  .join(' OR ')}))) THEN UPDATE SET ${REFRESHED.map((name) => `${name} = s.${name}`).join(', ')}`;
