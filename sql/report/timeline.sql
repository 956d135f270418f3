-- Events by steps of time, for the chart.
SELECT a.event_time_ms - a.event_time_ms % :step_ms AS at_ms, a.verdict,
  CASE WHEN a.action IN ('write', 'delete') THEN 'write' ELSE 'read' END AS kind, count(*) AS n,
  CAST(coalesce(sum(a.bytes_out), 0) AS bigint) AS bytes_out
FROM report_events a
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
