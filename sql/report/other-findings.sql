-- How many findings stand in the window, whatever the report is about, how many exceptions suppress, and how many were closed.
SELECT f.severity, CASE WHEN coalesce(f.state, 'open') = 'open' AND f.suppressed_reason IS NOT NULL THEN 'suppressed'
  ELSE coalesce(f.state, 'open') END AS state, count(*) AS n
FROM findings f
WHERE f.dt >= :from_dt AND f.dt <= :to_dt
  AND (f.event_time_ms IS NULL OR (f.event_time_ms >= :from_ms AND f.event_time_ms < :to_ms))
GROUP BY 1, 2
ORDER BY 1, 2
