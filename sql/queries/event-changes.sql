-- title: Everything we ever believed about one event
-- question: When did the verdict on this event change, and why?
-- columns: changed_at, old_verdict, old_user_id, new_verdict, new_user_id, new_reason, cause
-- param event_id text: event id
SELECT r.finished_at AS changed_at, r.as_of, c.old_verdict, c.old_reason, c.old_user_id, c.old_final,
       c.new_verdict, c.new_reason, c.new_user_id, c.new_final, c.cause, c.run_id
FROM attribution_changes c LEFT JOIN runs r ON r.run_id = c.run_id
WHERE c.event_id = :event_id
ORDER BY r.started_at_ms, c.run_id
