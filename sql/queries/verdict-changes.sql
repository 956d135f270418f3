-- title: Verdicts that changed
-- question: What do we believe now that we did not believe before?
-- param run_id text = '': a run; empty for the last one
SELECT c.event_time, c.old_verdict, c.old_reason, c.old_user_id, c.new_verdict, c.new_reason, c.new_user_id, c.old_final, c.new_final,
       c.cause, a.event_name, a.bucket, a.object_key, c.event_id, c.run_id
FROM attribution_changes c
LEFT JOIN attributions a ON a.event_id = c.event_id AND a.event_time_ms = c.event_time_ms
WHERE c.run_id = CASE WHEN :run_id = '' THEN (SELECT r.run_id FROM runs r ORDER BY r.started_at_ms DESC, r.run_id DESC LIMIT 1) ELSE :run_id END
ORDER BY c.event_time_ms, c.event_id
