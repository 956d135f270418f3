-- Every session of the run as `attributions` shows it, with its logon.
SELECT s.session_no, s.account_id, s.session_id, s.session_start, s.session_start_ms, s.session_end, s.session_end_ms, s.fleet_name, s.stack_name, s.instance_id,
  l.logon_event_id, l.logon_time, l.logon_time_ms, l.logon_source_address
FROM run_sessions n
JOIN resolved_sessions s ON s.session_no = n.session_no
LEFT JOIN session_logons l ON l.session_no = n.session_no
