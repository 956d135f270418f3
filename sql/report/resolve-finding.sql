-- A finding by its id, or by the beginning of it.
SELECT f.finding_id, f.rule_id, f.severity, f.session_id, f.user_id, f.source_address, f.event_time_ms, f.event_ids, f.summary
FROM findings f
WHERE starts_with(f.finding_id, :finding_id)
ORDER BY f.finding_id
LIMIT 5
