-- The sessions that can matter to the events of this run, numbered so that the greater number is the one to prefer:
-- the later start, then the greater id. An instance is multi-session when any session on it is flagged so.
WITH multi AS (
  SELECT account_id, instance_id FROM resolved_sessions WHERE is_multisession AND instance_id IS NOT NULL GROUP BY account_id, instance_id
)
SELECT row_number() OVER (ORDER BY s.session_start_ms, s.session_id) AS session_no,
  s.session_id, s.origin, s.account_id, s.region, s.user_id, s.authentication_type, k.user_no, s.fleet_name, s.stack_name,
  s.instance_id, s.private_addresses, s.session_start_ms, s.session_end_ms, s.end_precision, s.connected,
  -- beside a session that is flagged, one that says it is alone is not known to be
  CASE WHEN m.instance_id IS NOT NULL AND s.is_multisession = false THEN NULL ELSE s.is_multisession END AS is_multisession,
  s.absent_ms, CASE WHEN m.instance_id IS NOT NULL THEN s.instance_id END AS shared_instance_id
FROM resolved_sessions s
JOIN numbered_users k ON k.user_key = s.user_key
LEFT JOIN multi m ON m.account_id = s.account_id AND m.instance_id = s.instance_id
WHERE s.session_start_ms <= :to_ms
  AND greatest(s.session_end_ms, CASE WHEN s.origin = 'snapshot' THEN s.session_start_ms + :longest_ms ELSE s.session_end_ms END)
    + :lookback_ms + :grace_ms + 1000 >= :from_ms
