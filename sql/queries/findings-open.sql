-- title: Findings
-- question: What should somebody look at, worst first, that later evidence has not answered since?
-- param severity text = low: least severity: low, medium, high or critical
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
WITH unnamed_reads AS (
  SELECT DISTINCT a.dt, coalesce(a.source_address, '') AS source_address, coalesce(a.bucket, '') AS bucket, a.event_time_ms - a.event_time_ms % 3600000 AS hour_ms
  FROM attributions a
  WHERE a.dt >= :from AND a.dt <= :to AND a.verdict = 'unattributed' AND a.action IN ('read', 'list') AND a.event_category = 'Data'
), others AS (
  SELECT DISTINCT g.finding_id
  FROM findings g CROSS JOIN UNNEST(g.event_ids) AS t(event_id)
  JOIN attributions b ON b.dt = g.dt AND b.event_id = t.event_id
  WHERE g.dt >= :from AND g.dt <= :to AND b.dt >= :from AND b.dt <= :to AND g.rule_id IN ('access-denied-burst', 'bulk-read') AND coalesce(b.user_id, '') <> g.user_id
), judged_so AS (
  SELECT DISTINCT g.finding_id
  FROM findings g CROSS JOIN UNNEST(g.event_ids) AS t(event_id)
  JOIN attributions b ON b.dt = g.dt AND b.event_id = t.event_id
  WHERE g.dt >= :from AND g.dt <= :to AND b.dt >= :from AND b.dt <= :to
    AND ((g.rule_id = 'credentials-of-another-user' AND b.verdict_row = 'S' AND b.verdict = 'ambiguous' AND strpos(g.subject, coalesce(b.account_id, '') || ' ' || b.self_named_user || ' ') = 1)
      OR (g.rule_id = 'foreign-credentials-in-session' AND g.subject = b.foreign_credentials || ' ' || b.user_key || ' ' || b.dt)
      OR (g.rule_id = 'home-folder-role-misused' AND b.verdict_row NOT IN ('1', '2', '3')))
), told_sessions AS (
  -- the views are worked out in the moment they are read: once
  SELECT session_id, user_key, account_id, region, coalesce(fleet_name, '') AS fleet_name, CAST(CAST(session_start AS date) AS varchar) AS dt, session_start_ms, session_end_ms,
    connected, doubtful, cardinality(private_addresses) AS addresses, count(*) OVER (PARTITION BY session_id) AS sessions_of_id
  FROM resolved_sessions
), told_days AS (
  SELECT account_id, region, report_day, contested FROM report_days WHERE issues >= 1
), present AS (
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
  UNION ALL SELECT DISTINCT 'fleet-credentials-at-foreign-endpoint', vpc_endpoint_id
  FROM attributions WHERE dt >= :from AND dt <= :to AND reason = 'foreign_endpoint' AND vpc_endpoint_id IS NOT NULL
), ranked AS (
  SELECT f.severity, CASE f.severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END AS severity_rank,
         f.rule_id, f.event_time, f.event_time_ms, f.summary, f.user_id, f.source_address, f.resource,
         array_join(f.event_ids, ', ') AS events, f.finding_id
  FROM findings f
  LEFT JOIN attributions a ON a.dt = f.dt AND a.event_time_ms = f.event_time_ms AND a.event_id = array_join(f.event_ids, ',')
  LEFT JOIN unnamed_reads r ON r.dt = f.dt AND r.source_address = coalesce(f.source_address, '') AND r.bucket = coalesce(f.resource, '')
    AND r.hour_ms = f.event_time_ms - f.event_time_ms % 3600000
  LEFT JOIN others o ON o.finding_id = f.finding_id
  LEFT JOIN judged_so e ON e.finding_id = f.finding_id
  LEFT JOIN present p ON p.rule_id = f.rule_id AND p.subject = f.subject
  LEFT JOIN told_days d ON f.rule_id = 'missing-evidence' AND 'report ' || d.account_id || ' ' || d.region || ' ' || d.report_day = f.subject
  WHERE f.dt >= :from AND f.dt <= :to AND o.finding_id IS NULL
    AND NOT (f.rule_id IN ('evidence-disagrees', 'unattributed-write', 'unnamed-write') AND a.user_id IS NOT NULL)
    AND NOT (f.rule_id = 'evidence-disagrees' AND a.event_id IS NOT NULL AND (a.reason <> 'evidence_disagrees' OR coalesce(a.verdict_row, '') IN ('0', 'S')))
    AND NOT (f.rule_id = 'unattributed-write' AND a.event_id IS NOT NULL AND a.verdict <> 'unattributed')
    AND NOT (f.rule_id = 'unnamed-write' AND a.event_id IS NOT NULL AND f.subject <> a.event_id || ' ' || CAST(a.event_time_ms AS varchar) || ' ' || a.reason)
    AND NOT (f.rule_id = 'event-copies-disagree' AND a.event_id IS NOT NULL AND a.verdict_row <> '0')
    AND NOT (f.rule_id = 'unattributed-read' AND r.dt IS NULL)
    AND NOT (f.rule_id IN ('credentials-of-another-user', 'foreign-credentials-in-session', 'home-folder-role-misused') AND e.finding_id IS NULL)
    AND NOT (f.rule_id IN ('evidence-unread', 'fleet-credentials-at-foreign-endpoint', 'overlapping-sessions-of-user', 'report-rewritten', 'report-row-contradicts',
      'session-id-reused', 'session-without-address') AND p.subject IS NULL) AND d.report_day IS NULL
)
SELECT severity, rule_id, event_time, summary, user_id, source_address, resource, events, finding_id
FROM ranked
WHERE severity_rank >= CASE :severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END
ORDER BY severity_rank DESC, event_time_ms, finding_id
