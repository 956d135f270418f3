-- The rows of a report, those first that must not be left out: of findings, without a name, writes and deletes, refused; then the rest.
WITH found AS (
  SELECT DISTINCT e.event_id
  FROM findings f CROSS JOIN UNNEST(f.event_ids) AS e(event_id)
  WHERE coalesce(f.state, 'open') = 'open' AND f.suppressed_reason IS NULL
), ranked AS (
  SELECT a.*, CASE WHEN f.event_id IS NOT NULL OR a.event_id = :event_id THEN 0
      WHEN a.user_id IS NULL AND a.action IN ('write', 'delete') THEN 1
      WHEN a.action IN ('write', 'delete') THEN 2 WHEN a.error_code IS NOT NULL THEN 3
      WHEN a.verdict IN ('unattributed', 'pending') THEN 4 ELSE 5 END AS priority
  FROM report_events a
  LEFT JOIN found f ON f.event_id = a.event_id
), placed AS (
  SELECT r.*, row_number() OVER (ORDER BY r.priority, r.event_time_ms, r.event_id) AS place FROM ranked r
)
SELECT p.event_time_ms, p.action, p.event_name, p.event_source, p.bucket, p.object_key, p.copy_source, p.bytes_out, p.bytes_in,
  p.error_code, p.verdict, p.reason, p.verdict_row, p.final, p.closed_by, p.corroborated, p.user_id, p.session_id,
  p.candidate_user_ids, p.candidate_count, p.source_address, p.principal_arn, p.access_key_id,
  p.vpc_endpoint_id, p.region, p.source_file, p.source_index,
  p.record_sha256, p.event_id, p.priority
FROM placed p
WHERE p.place <= :most
ORDER BY p.place
