-- The sessions that can matter to the events of this run. An instance is multi-session when any session on it is flagged so, a
-- fleet when any of its sessions is.
-- Those that were over, with their grace, before the first event only hold their addresses (`holds`), unless they are still
-- possible or may be newcomers to one that is: from the first start of these on none is left out. `matters_until_ms` is the last time, inclusive,
-- at which a session can be a candidate or a newcomer; null when it is never left out.
WITH possible AS (
  -- a sighting may be dated before the start of what it shows
  SELECT min(least(session_start_ms, session_end_ms)) AS first_start_ms
  FROM resolved_sessions
  WHERE origin = 'snapshot' AND coalesce(absent_ms, session_start_ms + :longest_ms) + :grace_ms + 1000 >= :from_ms
)
SELECT s.session_no, s.session_id, s.origin, s.account_id, s.region, s.user_id, s.authentication_type, k.user_no, s.fleet_name, s.stack_name,
  s.instance_id, s.private_addresses, s.session_start_ms, s.session_end_ms, s.end_precision, s.connected,
  -- beside a session that is flagged, one that says it is alone is not known to be
  CASE WHEN m.instance_id IS NOT NULL AND s.is_multisession = false THEN NULL ELSE s.is_multisession END AS is_multisession,
  CASE WHEN f.fleet_name IS NOT NULL OR m.instance_id IS NOT NULL OR s.is_multisession THEN true ELSE false END AS multi_fleet,
  s.doubtful, CASE WHEN s.doubtful OR s.contested THEN true ELSE false END AS disputed, s.reused,
  CASE WHEN s.session_end_ms + 1000 >= p.first_start_ms THEN NULL ELSE s.session_end_ms + :grace_ms + 1000 END AS matters_until_ms,
  s.absent_ms, CASE WHEN m.instance_id IS NOT NULL THEN s.instance_id END AS shared_instance_id
FROM resolved_sessions s
CROSS JOIN possible p
JOIN numbered_users k ON k.user_key = s.user_key
LEFT JOIN multi_instances m ON m.account_id = s.account_id AND m.instance_id = s.instance_id
LEFT JOIN multi_fleets f ON f.account_id = s.account_id AND f.region = s.region AND f.fleet_name = s.fleet_name
WHERE s.session_start_ms <= :to_ms
  AND (s.session_end_ms + :grace_ms + 1000 >= :from_ms OR s.session_end_ms + 1000 >= p.first_start_ms)
