-- title: Findings
-- question: What should somebody look at, worst first, that no name has answered since, and no other user's?
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
), ranked AS (
  SELECT f.severity, CASE f.severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END AS severity_rank,
         f.rule_id, f.event_time, f.event_time_ms, f.summary, f.user_id, f.source_address, f.resource,
         array_join(f.event_ids, ', ') AS events, f.finding_id
  FROM findings f
  LEFT JOIN attributions a ON a.dt = f.dt AND a.event_time_ms = f.event_time_ms AND a.event_id = array_join(f.event_ids, ',')
  LEFT JOIN unnamed_reads r ON r.dt = f.dt AND r.source_address = coalesce(f.source_address, '') AND r.bucket = coalesce(f.resource, '')
    AND r.hour_ms = f.event_time_ms - f.event_time_ms % 3600000
  LEFT JOIN others o ON o.finding_id = f.finding_id
  WHERE f.dt >= :from AND f.dt <= :to AND o.finding_id IS NULL
    AND NOT (f.rule_id IN ('evidence-disagrees', 'unattributed-write', 'unnamed-write') AND a.user_id IS NOT NULL)
    AND NOT (f.rule_id = 'unattributed-read' AND r.dt IS NULL)
)
SELECT severity, rule_id, event_time, summary, user_id, source_address, resource, events, finding_id
FROM ranked
WHERE severity_rank >= CASE :severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END
ORDER BY severity_rank DESC, event_time_ms, finding_id
