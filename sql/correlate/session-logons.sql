-- The nearest logon of the same user before each session's start, on the second: SAML within the configured hours, a
-- streaming URL within its validity. One running maximum for each length of validity, so that it stays linear.
-- A configured role is an ARN or a name: the part after the last slash.
WITH allowed AS (
  SELECT a.role_arn
  FROM (SELECT role_arn FROM logons WHERE role_arn IS NOT NULL GROUP BY role_arn) a
  CROSS JOIN configured_logon_roles c
  WHERE a.role_arn = c.role
    OR (length(a.role_arn) > length(c.role) AND substr(a.role_arn, length(a.role_arn) - length(c.role)) = '/' || c.role)
  GROUP BY a.role_arn
), usable AS (
  SELECT account_id, authentication_type, user_id, event_id, source_address, stack_name, fleet_name, logon_time, logon_time_ms, logon_time_ms - logon_time_ms % 1000 AS at_ms,
    CASE WHEN kind = 'saml' THEN :logon_ms ELSE coalesce(valid_seconds, 60) * 1000 END AS valid_ms
  FROM logons l
  LEFT JOIN allowed r ON r.role_arn = l.role_arn
  WHERE success AND user_id IS NOT NULL
    AND ((kind = 'saml' AND (NOT :has_logon_roles OR r.role_arn IS NOT NULL)) OR kind = 'streaming_url')
), valid AS (
  -- what no session of the run can have needs no place in the order
  SELECT u.*
  FROM usable u
  CROSS JOIN (SELECT min(session_start_ms) AS start_ms FROM run_sessions) f
  WHERE u.logon_time_ms <= :to_ms + 1000 AND u.logon_time_ms + u.valid_ms + 1000 >= f.start_ms
), wanted AS (
  SELECT session_no, account_id, authentication_type, user_id, session_start_ms - session_start_ms % 1000 AS at_ms, stack_name, fleet_name
  FROM run_sessions
), length AS (
  SELECT account_id, authentication_type, user_id, valid_ms, coalesce(stack_name, '') AS stack_name, coalesce(fleet_name, '') AS fleet_name
  FROM valid
  GROUP BY account_id, authentication_type, user_id, valid_ms, coalesce(stack_name, ''), coalesce(fleet_name, '')
), ordered AS (
  SELECT account_id, authentication_type, user_id, valid_ms, coalesce(stack_name, '') AS stack_name, coalesce(fleet_name, '') AS fleet_name,
    at_ms, at_ms AS logon_ms, CAST(NULL AS bigint) AS session_no
  FROM valid
  UNION ALL
  SELECT w.account_id, w.authentication_type, w.user_id, l.valid_ms, l.stack_name, l.fleet_name, w.at_ms, CAST(NULL AS bigint), w.session_no
  FROM wanted w
  JOIN length l ON l.account_id = w.account_id AND l.authentication_type = w.authentication_type AND l.user_id = w.user_id
  WHERE (l.stack_name = '' OR l.stack_name = w.stack_name) AND (l.fleet_name = '' OR l.fleet_name = w.fleet_name)
), nearest AS (
  SELECT session_no, account_id, authentication_type, user_id, valid_ms, stack_name, fleet_name, at_ms,
    max(logon_ms) OVER (PARTITION BY account_id, authentication_type, user_id, valid_ms, stack_name, fleet_name
      ORDER BY at_ms, CASE WHEN session_no IS NULL THEN 0 ELSE 1 END ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS logon_ms
  FROM ordered
), linked AS (
  SELECT n.session_no, v.event_id, v.logon_time, v.logon_time_ms, v.source_address,
    row_number() OVER (PARTITION BY n.session_no ORDER BY v.at_ms DESC, v.event_id DESC, v.source_address) AS place
  FROM nearest n
  JOIN valid v ON v.account_id = n.account_id AND v.authentication_type = n.authentication_type AND v.user_id = n.user_id
    AND v.valid_ms = n.valid_ms AND v.at_ms = n.logon_ms
    AND coalesce(v.stack_name, '') = n.stack_name AND coalesce(v.fleet_name, '') = n.fleet_name
  WHERE n.session_no IS NOT NULL AND n.at_ms - n.logon_ms <= n.valid_ms
)
SELECT session_no, event_id AS logon_event_id, logon_time, logon_time_ms, source_address AS logon_source_address
FROM linked
WHERE place = 1
