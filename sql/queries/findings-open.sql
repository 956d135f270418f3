-- title: Findings
-- question: What should somebody look at, worst first?
-- param severity text = low: least severity: low, medium, high or critical
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
WITH ranked AS (
  SELECT severity, CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END AS severity_rank,
         rule_id, event_time, event_time_ms, summary, user_id, source_address, resource,
         array_join(event_ids, ', ') AS events, finding_id
  FROM findings
  WHERE dt >= :from AND dt <= :to
)
SELECT severity, rule_id, event_time, summary, user_id, source_address, resource, events, finding_id
FROM ranked
WHERE severity_rank >= CASE :severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END
ORDER BY severity_rank DESC, event_time_ms, finding_id
