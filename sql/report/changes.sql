-- Verdicts of the subject's events that changed: another verdict, user or session than before.
SELECT c.event_id, c.event_time_ms, c.old_verdict, c.old_reason, c.old_user_id, c.old_session_id, c.new_verdict, c.new_reason, c.new_user_id,
  c.new_session_id, c.cause, r.as_of_ms, a.event_name, a.bucket, a.object_key, c.run_id, count(*) OVER () AS changes
FROM attribution_changes c
JOIN report_events a ON a.event_id = c.event_id AND a.event_time_ms = c.event_time_ms
LEFT JOIN runs r ON r.run_id = c.run_id
WHERE c.old_verdict IS NOT NULL AND c.new_verdict IS NOT NULL
  AND (c.old_verdict <> c.new_verdict OR coalesce(c.old_user_key, '') <> coalesce(c.new_user_key, '')
    OR coalesce(c.old_session_id, '') <> coalesce(c.new_session_id, ''))
ORDER BY r.started_at_ms, c.event_time_ms, c.event_id
LIMIT 30
