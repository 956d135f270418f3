/** What becomes of a finding that a rule finds again, or does not find again: the same on both engines. */
import type { RuleSpan } from '../answer/finding-rule.ts';

/** The columns of `findings` that a rule's answer and its run fill, and the day that they are filed under. */
export const FINDING_COLUMNS =
  'finding_id, rule_id, severity, event_time, event_time_ms, subject, summary, user_id, session_id, source_address, resource, event_ids, run_id, state, state_run_id, dt';

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

const DIFFERS = REFRESHED.filter((name) => name !== 'dt' && !name.startsWith('event_time')).map(
  (name) => `t.${name} IS DISTINCT FROM s.${name}`,
);

/** Clause of a MERGE of found rows `s` into `findings t`, in the words of both engines. One that was withdrawn holds again. */
export const FINDINGS_FOUND_AGAIN =
  `WHEN MATCHED AND (t.state IS DISTINCT FROM 'open' OR s.dt < t.dt OR (t.dt = s.dt AND (${DIFFERS.join(' OR ')}))) ` +
  `THEN UPDATE SET ${REFRESHED.map((name) => `${name} = s.${name}`).join(', ')}, ` +
  "state_run_id = CASE WHEN t.state IS DISTINCT FROM 'open' THEN s.run_id ELSE t.state_run_id END, state = 'open'";

/**
 * The findings that a run asks a rule for anew, as a condition over `findings t`; null where it withdraws nothing.
 * @param days condition that the day of `t` is one of the run's
 * @param recentDt first of the recent days
 */
export function askedAgain(span: RuleSpan, days: string, recentDt: string): string | null {
  const recent = `t.dt >= '${recentDt}'`;
  const conditions: Readonly<Record<RuleSpan, string | null>> = {
    days,
    'recent days': recent,
    'days and recent days': `(${days} OR ${recent})`,
    everything: 'true',
    'days together': null,
  };
  return conditions[span];
}
