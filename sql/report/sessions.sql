-- Sessions: those that events of the subject name, and those of the user or of the id that the report is about.
WITH used AS (
  SELECT a.session_id, a.user_key, count(*) AS n, count(*) FILTER (WHERE a.action IN ('write', 'delete')) AS writes,
    count(*) FILTER (WHERE a.error_code IS NOT NULL) AS denied,
    CAST(coalesce(sum(a.bytes_out), 0) AS bigint) AS bytes_out, CAST(coalesce(sum(a.bytes_in), 0) AS bigint) AS bytes_in,
    min(a.logon_time_ms) AS logon_ms, min(a.logon_source_address) AS logon_address, min(a.logon_event_id) AS logon_event_id
  FROM report_events a
  WHERE a.session_id IS NOT NULL
  GROUP BY a.session_id, a.user_key
), flagged AS (
  SELECT f.session_id, count(*) AS n
  FROM findings f
  WHERE f.session_id IS NOT NULL AND coalesce(f.state, 'open') = 'open' AND f.suppressed_reason IS NULL
  GROUP BY f.session_id
)
SELECT s.session_id, s.user_id, s.authentication_type, s.account_id, s.region, s.fleet_name, s.stack_name, s.instance_id, s.instance_type,
  s.private_addresses, s.client_addresses, s.session_start_ms,
  s.session_end_ms, s.end_precision, s.origin, s.connected, s.is_multisession, s.clipboard_from_device, s.clipboard_to_device,
  s.file_upload, s.file_download, s.printing, s.google_drive, s.one_drive, s.contested, s.contradiction, s.doubtful, s.reused,
  s.report_day, s.source_file, s.source_index, coalesce(u.n, 0) AS n, coalesce(u.writes, 0) AS writes, coalesce(u.denied, 0) AS denied,
  coalesce(u.bytes_out, 0) AS bytes_out, coalesce(u.bytes_in, 0) AS bytes_in, u.logon_ms, u.logon_address, u.logon_event_id,
  coalesce(f.n, 0) AS findings, count(*) OVER () AS sessions
FROM resolved_sessions s
LEFT JOIN used u ON u.session_id = s.session_id AND u.user_key = s.user_key
LEFT JOIN flagged f ON f.session_id = s.session_id
WHERE u.session_id IS NOT NULL
  OR (:session_id <> '' AND s.session_id = :session_id)
  OR (:user_id <> '' AND s.user_id = :user_id AND s.session_start_ms < :to_ms AND coalesce(s.session_end_ms, s.session_start_ms) >= :from_ms)
ORDER BY findings DESC, bytes_out DESC, n DESC, s.session_start_ms, s.session_id, s.session_no
LIMIT 400
