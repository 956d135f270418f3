-- The sessions that rules look at: those that began on a day that findings are asked for, and all recent ones (there may be
-- no event on their day), each with the sign-in that led to it.
SELECT s.session_id, s.origin, s.account_id, s.region, s.user_id, s.user_key, s.authentication_type, s.fleet_name, s.stack_name, s.instance_id,
  s.session_start, s.session_start_ms, s.session_end_ms, s.connected, s.client_addresses,
  s.clipboard_from_device, s.clipboard_to_device, s.file_upload, s.file_download, s.printing, s.google_drive, s.one_drive,
  l.logon_event_id, l.logon_time_ms, substr(CAST(s.session_start AS varchar), 1, 10) AS dt
FROM resolved_sessions s
LEFT JOIN finding_days d ON d.dt = substr(CAST(s.session_start AS varchar), 1, 10)
LEFT JOIN run_sessions n ON n.session_no = s.session_no
LEFT JOIN session_logons l ON l.session_no = n.session_no
WHERE d.dt IS NOT NULL OR s.session_start_ms >= :recent_ms
