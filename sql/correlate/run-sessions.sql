-- The sessions that can matter to the events of this run, numbered so that the greater number is the one to prefer:
-- the later start, then the greater id. An instance is multi-session when any session on it is flagged so.
-- Those that were over, with their grace, before the first event only hold their addresses (`holds`), unless they are still
-- possible or may be newcomers to one that is: from the first start of these on none is left out. `matters_until_ms` is the last time, inclusive,
-- at which a session can be a candidate or a newcomer; null when it is never left out.
WITH multi AS (
  SELECT account_id, instance_id FROM resolved_sessions WHERE is_multisession AND instance_id IS NOT NULL GROUP BY account_id, instance_id
), possible AS (
  -- a sighting may be dated before the start of what it shows
  SELECT min(least(session_start_ms, session_end_ms)) AS first_start_ms
  FROM resolved_sessions
  WHERE origin = 'snapshot' AND coalesce(absent_ms, session_start_ms + :longest_ms) + :grace_ms + 1000 >= :from_ms
)
SELECT row_number() OVER (ORDER BY s.session_start_ms, s.session_id) AS session_no,
  s.session_id, s.origin, s.account_id, s.region, s.user_id, s.authentication_type, k.user_no, s.fleet_name, s.stack_name,
  s.instance_id, s.private_addresses, s.session_start_ms, s.session_end_ms, s.end_precision, s.connected,
  -- beside a session that is flagged, one that says it is alone is not known to be
  CASE WHEN m.instance_id IS NOT NULL AND s.is_multisession = false THEN NULL ELSE s.is_multisession END AS is_multisession,
  CASE WHEN s.session_end_ms + 1000 >= p.first_start_ms THEN NULL ELSE s.session_end_ms + :grace_ms + 1000 END AS matters_until_ms,
  s.absent_ms, CASE WHEN m.instance_id IS NOT NULL THEN s.instance_id END AS shared_instance_id
FROM resolved_sessions s
CROSS JOIN possible p
JOIN numbered_users k ON k.user_key = s.user_key
LEFT JOIN multi m ON m.account_id = s.account_id AND m.instance_id = s.instance_id
WHERE s.session_start_ms <= :to_ms
  AND (s.session_end_ms + :grace_ms + 1000 >= :from_ms OR s.session_end_ms + 1000 >= p.first_start_ms)
