-- Counts of the subject's events: every sentence and every total of a report is a sum of these rows.
SELECT a.verdict, a.reason, a.verdict_row, a.action, a.final, count(*) AS n, count(*) FILTER (WHERE a.error_code IS NOT NULL) AS denied_n,
  count(*) FILTER (WHERE a.corroborated) AS corroborated_n,
  CAST(coalesce(sum(a.bytes_out), 0) AS bigint) AS bytes_out, CAST(coalesce(sum(a.bytes_in), 0) AS bigint) AS bytes_in,
  min(a.event_time_ms) AS first_ms, max(a.event_time_ms) AS last_ms
FROM report_events a
GROUP BY a.verdict, a.reason, a.verdict_row, a.action, a.final
ORDER BY a.verdict, a.reason, a.verdict_row, a.action, a.final
