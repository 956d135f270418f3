/** Which findings still hold. A finding is told once and kept for ever (what it says is refreshed while its rule finds it); evidence that comes later may answer it. */

/** Rules that say "nobody can be named": a name that the present verdict gives answers them. */
export const ANSWERED_BY_A_NAME: readonly string[] = ['evidence-disagrees', 'unattributed-write', 'unnamed-write'];

/** Rules that tell of a user for himself: when their events are another's now, or nobody's, the finding is of nobody. */
const TOLD_OF_A_USER: readonly string[] = ['access-denied-burst', 'bulk-read'];

const listed = (rules: readonly string[]) => rules.map((rule) => `'${rule}'`).join(', ');

/**
 * A SELECT of the rows of `findings` that still hold: all but those of an event that could not be given a name when they were
 * found, and has one now, those of reads in an hour of which none is unattributed any more, and those about a user to whom an event
 * that they name is not attributed any more.
 * `sql/queries/findings-open.sql` says the same.
 */
export const STANDING_FINDINGS = `
SELECT f.*
FROM findings f
LEFT JOIN attributions a ON a.dt = f.dt AND a.event_time_ms = f.event_time_ms AND a.event_id = array_join(f.event_ids, ',')
LEFT JOIN (
  SELECT DISTINCT dt, coalesce(source_address, '') AS source_address, coalesce(bucket, '') AS bucket, event_time_ms - event_time_ms % 3600000 AS hour_ms
  FROM attributions WHERE verdict = 'unattributed' AND action IN ('read', 'list') AND event_category = 'Data'
) r ON r.dt = f.dt AND r.source_address = coalesce(f.source_address, '') AND r.bucket = coalesce(f.resource, '')
  AND r.hour_ms = f.event_time_ms - f.event_time_ms % 3600000
LEFT JOIN (
  SELECT DISTINCT g.finding_id
  FROM findings g CROSS JOIN UNNEST(g.event_ids) AS t(event_id) JOIN attributions b ON b.dt = g.dt AND b.event_id = t.event_id
  WHERE g.rule_id IN (${listed(TOLD_OF_A_USER)}) AND coalesce(b.user_id, '') <> g.user_id
) o ON o.finding_id = f.finding_id
WHERE NOT (f.rule_id IN (${listed(ANSWERED_BY_A_NAME)}) AND a.user_id IS NOT NULL)
  AND NOT (f.rule_id = 'unattributed-read' AND r.dt IS NULL) AND o.finding_id IS NULL`;
