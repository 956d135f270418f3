-- Copies, by where they went.
SELECT a.bucket AS to_bucket, a.copy_source, a.object_key AS to_key, a.event_time_ms, a.error_code, a.verdict, a.user_id, a.event_id,
  count(*) OVER () AS copies
FROM report_events a
WHERE a.copy_source IS NOT NULL
ORDER BY a.event_time_ms, a.event_id
LIMIT 40
