/** Which findings still hold. A finding is told once and kept for ever (what it says is refreshed while its rule finds it); evidence that comes later may answer it. */

/** Rules that say "nobody can be named": a name that the present verdict gives answers them. */
export const ANSWERED_BY_A_NAME: readonly string[] = ['evidence-disagrees', 'unattributed-write', 'unnamed-write'];

/**
 * A SELECT of the rows of `findings` that still hold: all but those of an event that could not be given a name when they were
 * found, and has one now, and those of reads in an hour of which none is unattributed any more.
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
WHERE NOT (f.rule_id IN (${ANSWERED_BY_A_NAME.map((rule) => `'${rule}'`).join(', ')}) AND a.user_id IS NOT NULL)
  AND NOT (f.rule_id = 'unattributed-read' AND r.dt IS NULL)`;
