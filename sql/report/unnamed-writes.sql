-- Writes and deletes of the window without a name, whatever the report is about: those of fleets and those at addresses of fleets.
SELECT a.event_id, a.event_time_ms, a.event_name, a.action, a.bucket, a.object_key, a.bytes_in, a.error_code, a.verdict, a.reason,
  a.final, a.source_address, a.principal_arn, a.candidate_user_ids, a.candidate_count,
  count(*) OVER () AS writes, count(*) FILTER (WHERE a.verdict = 'unattributed') OVER () AS unattributed_writes,
  count(*) FILTER (WHERE a.verdict = 'ambiguous') OVER () AS ambiguous_writes,
  count(*) FILTER (WHERE a.verdict = 'pending') OVER () AS pending_writes
FROM attributions a
WHERE a.dt >= :from_dt AND a.dt <= :to_dt AND a.event_time_ms >= :from_ms AND a.event_time_ms < :to_ms
  AND a.action IN ('write', 'delete') AND a.verdict IN ('unattributed', 'ambiguous', 'pending')
  AND coalesce(a.multipart_step, '') <> 'part'
ORDER BY CASE a.verdict WHEN 'unattributed' THEN 0 WHEN 'pending' THEN 1 ELSE 2 END, a.event_time_ms, a.event_id
LIMIT 40
