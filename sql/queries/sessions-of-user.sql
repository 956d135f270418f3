-- title: Sessions of a user
-- question: When and where was this user in a session, and what could leave it?
-- columns: session_start, session_end, fleet_name, private_addresses, client_addresses, events, session_id
-- param user text: user id, exactly as the report writes it
-- param from time = 1970-01-01: sessions that were still running at this time or later
-- param to time = 9999-12-31: sessions that had begun by this time
-- The logon is known when some event was attributed to the session.
WITH used AS (
  SELECT session_id, user_key, session_start_ms, count(*) AS events, min(logon_time) AS logon_time, min(logon_source_address) AS logon_source_address
  FROM attributions WHERE user_id = :user AND session_id IS NOT NULL
  GROUP BY session_id, user_key, session_start_ms
)
SELECT s.session_start, s.session_end, s.connected, s.origin, s.authentication_type, s.account_id, s.region, s.fleet_name, s.stack_name, s.instance_id,
       array_join(s.private_addresses, ', ') AS private_addresses, array_join(s.client_addresses, ', ') AS client_addresses,
       s.clipboard_to_device, s.file_download, s.printing, s.google_drive, s.one_drive, coalesce(u.events, 0) AS events,
       u.logon_time, u.logon_source_address, s.report_day, s.session_id
FROM resolved_sessions s LEFT JOIN used u ON u.session_id = s.session_id AND u.user_key = s.user_key AND u.session_start_ms = s.session_start_ms
WHERE s.user_id = :user AND s.session_start_ms <= :to AND coalesce(s.session_end_ms, s.session_start_ms) >= :from
ORDER BY s.session_start_ms, s.session_id
