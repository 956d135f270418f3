-- title: Who had an address
-- question: Whose sessions were on this address, and when?
-- columns: session_start, session_end, user_id, connected, fleet_name, instance_id, session_id
-- param address text: IP address, canonical
-- param from time = 1970-01-01: sessions that were still there at this time or later
-- param to time = 9999-12-31: sessions that had begun by this time
SELECT session_start, session_end, end_precision, user_id, authentication_type, connected, is_multisession, origin,
       account_id, region, fleet_name, stack_name, instance_id, session_id
FROM resolved_sessions
WHERE contains(private_addresses, :address)
  AND session_start_ms <= :to AND coalesce(session_end_ms, session_start_ms) >= :from
ORDER BY session_start_ms, session_id
