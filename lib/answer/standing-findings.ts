/** Which findings still hold. A finding is told once and kept for ever; evidence that comes later may answer it. */

/** Rules that say "nobody can be named": a name that the present verdict gives answers them. */
const ANSWERED_BY_A_NAME = ['evidence-disagrees', 'unattributed-write', 'unnamed-write'];

/**
 * A SELECT of the rows of `findings` that still hold: all but those of an event that could not be given a name when they were
 * found, and has one now. `sql/queries/findings-open.sql` says the same.
 */
export const STANDING_FINDINGS = `
SELECT f.*
FROM findings f
LEFT JOIN attributions a ON a.dt = f.dt AND a.event_time_ms = f.event_time_ms AND a.event_id = array_join(f.event_ids, ',')
WHERE NOT (f.rule_id IN (${ANSWERED_BY_A_NAME.map((rule) => `'${rule}'`).join(', ')}) AND a.user_id IS NOT NULL)`;
