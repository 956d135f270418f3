-- Every instance that a session of any time was on.
SELECT account_id, instance_id FROM resolved_sessions WHERE instance_id IS NOT NULL GROUP BY account_id, instance_id
