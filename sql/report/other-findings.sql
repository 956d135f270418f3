-- How many findings stand in the window, whatever the report is about, and how many were withdrawn.
SELECT f.severity, coalesce(f.state, 'open') AS state, count(*) AS n
FROM findings f
WHERE f.dt >= :from_dt AND f.dt <= :to_dt
  AND (f.event_time_ms IS NULL OR (f.event_time_ms >= :from_ms AND f.event_time_ms < :to_ms))
GROUP BY 1, 2
ORDER BY 1, 2
