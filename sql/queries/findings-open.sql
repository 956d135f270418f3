-- title: Findings
-- question: What should somebody look at, worst first, that later evidence has not answered since and no exception suppresses?
-- columns: severity, event_time, summary, rule_id
-- param severity text(low|medium|high|critical) = low: least severity
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
WITH ranked AS (
  SELECT f.*, array_join(f.event_ids, ', ') AS events,
    CASE f.severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END AS severity_rank
  FROM findings f
  WHERE f.dt >= :from AND f.dt <= :to AND coalesce(f.state, 'open') = 'open' AND f.suppressed_reason IS NULL
)
SELECT severity, rule_id, event_time, summary, user_id, source_address, resource, events, finding_id
FROM ranked
WHERE severity_rank >= CASE :severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END
ORDER BY severity_rank DESC, event_time_ms, finding_id
