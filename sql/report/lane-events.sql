-- What is marked on the lanes of sessions: writes, deletes and refusals, thinned to one mark a step.
SELECT a.session_id, a.event_time_ms - a.event_time_ms % :step_ms AS at_ms,
  CASE WHEN a.error_code IS NOT NULL THEN 'denied' WHEN a.action = 'delete' THEN 'delete' WHEN a.action = 'write' THEN 'write' ELSE 'read' END AS mark,
  count(*) AS n
FROM report_events a
WHERE contains(:session_ids, a.session_id)
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
LIMIT 6000
