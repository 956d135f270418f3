-- An event by its id, or by the beginning of it.
SELECT a.event_id, a.event_time_ms, a.session_id, a.source_address, a.source_address_kind
FROM attributions a
WHERE starts_with(a.event_id, :event_id)
ORDER BY a.event_id, a.event_time_ms
LIMIT 5
