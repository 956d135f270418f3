-- title: Sessions of a user
-- question: When and where was this user in a session, and what could leave it?
-- param user text: user id, exactly as the report writes it
-- param from time = 1970-01-01: sessions that were still running at this time or later
-- param to time = 9999-12-31: sessions that had begun by this time
SELECT session_start, session_end, connected, origin, authentication_type, account_id, region, fleet_name, stack_name, instance_id,
       array_join(private_addresses, ', ') AS private_addresses, array_join(client_addresses, ', ') AS client_addresses,
       clipboard_to_device, file_download, printing, google_drive, one_drive, logon_time, logon_source_address, report_day, session_id
FROM resolved_sessions
WHERE user_id = :user AND session_start_ms <= :to AND coalesce(session_end_ms, session_start_ms) >= :from
ORDER BY session_start_ms, session_id
