-- Findings that stand, worst first; of a subject those that name it or rest on its events.
WITH ranked AS (
  SELECT f.finding_id, f.rule_id, f.severity, f.event_time_ms, f.dt, f.summary, f.user_id, f.session_id, f.source_address, f.resource,
    f.event_ids, CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END AS rank
  FROM findings f
  WHERE coalesce(f.state, 'open') = 'open' AND f.suppressed_reason IS NULL AND f.dt >= :from_dt AND f.dt <= :to_dt
    AND (f.event_time_ms IS NULL OR (f.event_time_ms >= :from_ms AND f.event_time_ms < :to_ms))
), of_events AS (
  SELECT DISTINCT r.finding_id
  FROM ranked r CROSS JOIN UNNEST(r.event_ids) AS e(event_id)
  JOIN report_events a ON a.event_id = e.event_id
)
SELECT r.finding_id, r.rule_id, r.severity, r.event_time_ms, r.dt, r.summary, r.user_id, r.session_id, r.source_address, r.resource,
  r.event_ids, r.rank, count(*) OVER () AS findings,
  count(*) FILTER (WHERE r.rank <= 1) OVER () AS grave, count(*) OVER (PARTITION BY r.rank) AS of_severity, count(*) OVER (PARTITION BY r.rule_id) AS of_rule,
  row_number() OVER (PARTITION BY r.rule_id ORDER BY r.event_time_ms, r.finding_id) AS in_rule
FROM ranked r
LEFT JOIN of_events o ON o.finding_id = r.finding_id
WHERE NOT :has_subject OR r.finding_id = :finding_id OR (:user_id <> '' AND r.user_id = :user_id)
  OR (:session_id <> '' AND r.session_id = :session_id) OR o.finding_id IS NOT NULL
ORDER BY r.rank, r.rule_id, r.event_time_ms, r.finding_id
LIMIT 2000
