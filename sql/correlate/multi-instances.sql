-- Every instance that several users may share: one session on it is flagged so, whatever its other sessions say.
SELECT account_id, instance_id FROM resolved_sessions WHERE is_multisession AND instance_id IS NOT NULL GROUP BY account_id, instance_id
