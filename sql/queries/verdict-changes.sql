-- title: Verdicts that changed
-- question: What do we believe now that we did not believe before?
-- columns: event_time, what_changed, old_verdict, new_verdict, new_reason, new_user_id, event_name, object_key
-- param run_id text = '': a run; empty for the last one
-- what_changed is final where the same verdict names the same user and session and only became certain; those come last.
WITH changed AS (
  SELECT c.*, CASE WHEN c.old_verdict IS NULL THEN 'new'
                   WHEN c.new_verdict IS NULL THEN 'left scope'
                   WHEN c.old_verdict <> c.new_verdict THEN 'verdict'
                   WHEN coalesce(c.old_user_key, '') <> coalesce(c.new_user_key, '') THEN 'user'
                   WHEN coalesce(c.old_session_id, '') <> coalesce(c.new_session_id, '') THEN 'session'
                   WHEN c.old_reason <> c.new_reason THEN 'reason'
                   WHEN c.old_final <> c.new_final THEN 'final'
                   ELSE 'details' END AS what_changed
  FROM attribution_changes c
  WHERE c.run_id = CASE WHEN :run_id = '' THEN (SELECT r.run_id FROM runs r ORDER BY r.started_at_ms DESC, r.run_id DESC LIMIT 1) ELSE :run_id END
)
SELECT c.event_time, c.what_changed, c.old_verdict, c.old_reason, c.old_user_id, c.new_verdict, c.new_reason, c.new_user_id, c.old_final, c.new_final,
       c.cause, a.event_name, a.bucket, a.object_key, c.event_id, c.run_id
FROM changed c
LEFT JOIN attributions a ON a.event_id = c.event_id AND a.event_time_ms = c.event_time_ms
ORDER BY CASE WHEN c.what_changed IN ('final', 'details') THEN 1 ELSE 0 END, c.event_time_ms, c.event_id
