/** Which findings still hold. A finding is told once and kept for ever (what it says is refreshed while its rule finds it); evidence that comes later may answer it. */

/** Rules that say "nobody can be named": a name that the present verdict gives answers them. */
export const ANSWERED_BY_A_NAME: readonly string[] = ['evidence-disagrees', 'unattributed-write', 'unnamed-write'];

/** Rules that tell of a user for himself: when their events are another's now, or nobody's, the finding is of nobody. */
const TOLD_OF_A_USER: readonly string[] = ['access-denied-burst', 'bulk-read'];

/** Rules that tell of reports, sessions or endpoints: they hold while the present evidence says what their subject names. */
const TOLD_OF_EVIDENCE: readonly string[] = [
  'evidence-unread',
  'fleet-credentials-at-foreign-endpoint',
  'overlapping-sessions-of-user',
  'report-rewritten',
  'report-row-contradicts',
  'session-id-reused',
  'session-without-address',
];

/** Rules that tell of a day's events: they hold while one of the events that they name is still judged so. */
const TOLD_OF_EVENTS: readonly string[] = ['credentials-of-another-user', 'foreign-credentials-in-session', 'home-folder-role-misused'];

const listed = (rules: readonly string[]) => rules.map((rule) => `'${rule}'`).join(', ');

/** Rule and subject of what the present evidence says of reports, sessions and endpoints. */
const PRESENT_EVIDENCE = `
  SELECT DISTINCT 'session-id-reused' AS rule_id, session_id AS subject FROM told_sessions WHERE sessions_of_id > 1
  UNION ALL SELECT 'report-rewritten', account_id || ' ' || region || ' ' || report_day FROM told_days WHERE contested
  UNION ALL SELECT DISTINCT 'evidence-unread', coalesce(version, location) FROM unread_evidence WHERE NOT accepted
  UNION ALL SELECT DISTINCT 'report-row-contradicts', i.sha256 || ' ' || CASE WHEN t.part IN ('account', 'region') THEN 'place' ELSE t.part END
  FROM sessions s CROSS JOIN UNNEST(split(s.contradiction, ' ')) AS t(part)
  JOIN inputs i ON i.location = s.source_file AND i.ingested_at_ms = s.ingested_at_ms AND i.kind = 'usage_report'
  LEFT JOIN (SELECT source_file, source_modified_ms, ingested_at_ms FROM report_issues GROUP BY source_file, source_modified_ms, ingested_at_ms
    HAVING sum(CASE WHEN counts THEN 1 ELSE 0 END) = 0) x
    ON x.source_file = s.source_file AND x.source_modified_ms = s.source_modified_ms AND x.ingested_at_ms = s.ingested_at_ms
  WHERE s.origin = 'report' AND s.contradiction IS NOT NULL AND x.source_file IS NULL
  UNION ALL SELECT DISTINCT 'session-without-address', account_id || ' ' || region || ' ' || fleet_name || ' ' || dt FROM told_sessions WHERE connected AND addresses = 0
  UNION ALL SELECT DISTINCT 'overlapping-sessions-of-user', user_key || ' ' || region || ' ' || fleet_name || ' ' || dt
  FROM (SELECT user_key, region, fleet_name, dt, session_start_ms,
      max(session_end_ms) OVER (PARTITION BY user_key, region, fleet_name ORDER BY session_start_ms, session_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_ms
    FROM told_sessions
    WHERE connected AND session_end_ms IS NOT NULL AND NOT doubtful AND sessions_of_id = 1) lasting
  WHERE before_ms > session_start_ms
  UNION ALL SELECT DISTINCT 'fleet-credentials-at-foreign-endpoint', vpc_endpoint_id FROM attributions WHERE reason = 'foreign_endpoint' AND vpc_endpoint_id IS NOT NULL`;

/**
 * A SELECT of the rows of `findings` that still hold: all but those of an event that could not be given a name when they were
 * found, and has one now or is judged otherwise, those of reads in an hour of which none is unattributed any more, those about a user to
 * whom an event that they name is not attributed any more, those of reports, sessions, endpoints and events of which the present
 * evidence does not say so any more, and those of a report that is there now.
 * `sql/queries/findings-open.sql` says the same.
 */
export const STANDING_FINDINGS = `
WITH told_sessions AS (
  -- the views are worked out in the moment they are read: once
  SELECT session_id, user_key, account_id, region, coalesce(fleet_name, '') AS fleet_name, CAST(CAST(session_start AS date) AS varchar) AS dt, session_start_ms, session_end_ms,
    connected, doubtful, cardinality(private_addresses) AS addresses, count(*) OVER (PARTITION BY session_id) AS sessions_of_id
  FROM resolved_sessions
), told_days AS (
  SELECT account_id, region, report_day, contested FROM report_days WHERE issues >= 1
)
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
LEFT JOIN (
  SELECT DISTINCT g.finding_id
  FROM findings g CROSS JOIN UNNEST(g.event_ids) AS t(event_id) JOIN attributions b ON b.dt = g.dt AND b.event_id = t.event_id
  WHERE (g.rule_id = 'credentials-of-another-user' AND b.verdict_row = 'S' AND b.verdict = 'ambiguous' AND strpos(g.subject, coalesce(b.account_id, '') || ' ' || b.self_named_user || ' ') = 1)
    OR (g.rule_id = 'foreign-credentials-in-session' AND g.subject = b.foreign_credentials || ' ' || b.user_key || ' ' || b.dt)
    OR (g.rule_id = 'home-folder-role-misused' AND b.verdict_row NOT IN ('1', '2', '3'))
) e ON e.finding_id = f.finding_id
LEFT JOIN (${PRESENT_EVIDENCE}
) p ON p.rule_id = f.rule_id AND p.subject = f.subject
LEFT JOIN told_days d ON f.rule_id = 'missing-evidence' AND 'report ' || d.account_id || ' ' || d.region || ' ' || d.report_day = f.subject
WHERE NOT (f.rule_id IN (${listed(ANSWERED_BY_A_NAME)}) AND a.user_id IS NOT NULL)
  AND NOT (f.rule_id = 'evidence-disagrees' AND a.event_id IS NOT NULL AND (a.reason <> 'evidence_disagrees' OR coalesce(a.verdict_row, '') IN ('0', 'S')))
  AND NOT (f.rule_id = 'unattributed-write' AND a.event_id IS NOT NULL AND a.verdict <> 'unattributed')
  AND NOT (f.rule_id = 'unnamed-write' AND a.event_id IS NOT NULL AND f.subject <> a.event_id || ' ' || CAST(a.event_time_ms AS varchar) || ' ' || a.reason)
  AND NOT (f.rule_id = 'event-copies-disagree' AND a.event_id IS NOT NULL AND a.verdict_row <> '0')
  AND NOT (f.rule_id = 'unattributed-read' AND r.dt IS NULL) AND o.finding_id IS NULL
  AND NOT (f.rule_id IN (${listed(TOLD_OF_EVENTS)}) AND e.finding_id IS NULL)
  AND NOT (f.rule_id IN (${listed(TOLD_OF_EVIDENCE)}) AND p.subject IS NULL) AND d.report_day IS NULL`;
