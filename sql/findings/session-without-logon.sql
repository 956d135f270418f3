-- title: Session without a sign-in
-- severity: medium
-- looks at: days and recent days
-- meaning: Somebody connected to a session, and no sign-in of that user is on record that could have led to it, although sign-ins of
--   that kind (SAML, or streaming URLs) are collected for the account from before the session until after it. Where a user id that differs
--   in case or blanks alone signed in in time, the summary says so; it is not taken for a sign-in of this user. Sessions that share
--   their id with another (`session-id-reused`) are left out.
-- next: Was the trail whole at that time (`status`, trail gaps)? Look at who called CreateStreamingURL or AssumeRoleWithSAML then.
-- false positives: A sign-in that another region's trail has; `window.logonHours` shorter than people stay signed in; `logons.roles`
--   without a role that may stream. User-pool sign-ins leave no event and are left out.
-- source: docs/facts.md, sign-ins
-- att&ck: T1550.001 Use Alternate Authentication Material: Application Access Token
WITH role AS (
  SELECT a.role_arn
  FROM (SELECT role_arn FROM logons WHERE role_arn IS NOT NULL GROUP BY role_arn) a
  CROSS JOIN configured_logon_roles c
  WHERE a.role_arn = c.role
    OR (length(a.role_arn) > length(c.role) AND substr(a.role_arn, length(a.role_arn) - length(c.role)) = '/' || c.role)
  GROUP BY a.role_arn
), collected AS (
  SELECT l.account_id, l.authentication_type, min(l.logon_time_ms) AS first_ms, max(l.logon_time_ms) AS last_ms
  FROM logons l
  LEFT JOIN role r ON r.role_arn = l.role_arn
  WHERE l.success AND l.user_id IS NOT NULL AND (l.kind = 'streaming_url' OR (l.kind = 'saml' AND (NOT :has_logon_roles OR r.role_arn IS NOT NULL)))
  GROUP BY l.account_id, l.authentication_type
), single AS (
  SELECT session_id FROM resolved_sessions GROUP BY session_id HAVING count(*) = 1
), bare AS (
  SELECT s.*
  FROM finding_sessions s
  JOIN single o ON o.session_id = s.session_id
  WHERE s.connected AND s.logon_event_id IS NULL AND s.authentication_type IN ('SAML', 'CUSTOM')
), alike AS (
  -- the last sign-in in time of an id that only looks like the user's
  SELECT b.session_id, max(substr(CAST(l.logon_time AS varchar), 1, 19) || l.user_id) AS latest
  FROM bare b
  JOIN logons l ON l.account_id = b.account_id AND l.authentication_type = b.authentication_type AND replace(lower(l.user_id), ' ', '') = replace(lower(b.user_id), ' ', '')
  LEFT JOIN role r ON r.role_arn = l.role_arn
  WHERE l.success AND l.user_id <> b.user_id AND l.logon_time_ms <= b.session_start_ms
    AND ((l.kind = 'saml' AND (NOT :has_logon_roles OR r.role_arn IS NOT NULL) AND l.logon_time_ms + :logon_ms + 999 >= b.session_start_ms)
      OR (l.kind = 'streaming_url' AND l.logon_time_ms + coalesce(l.valid_seconds, 60) * 1000 + 999 >= b.session_start_ms))
  GROUP BY b.session_id
)
SELECT s.session_start_ms AS event_time_ms, s.dt, s.session_id AS subject,
  s.user_id || ' (' || s.authentication_type || ') had the session ' || s.session_id || ' on ' || coalesce(s.fleet_name, 'a fleet') || ' from '
    || substr(CAST(s.session_start AS varchar), 1, 19) || ' UTC, and no sign-in of that user led to it'
    || coalesce('; "' || substr(k.latest, 20) || '", which looks like that user id and is another, signed in at ' || substr(k.latest, 1, 19) || ' UTC', '') AS summary,
  s.user_id, s.session_id, CASE WHEN cardinality(s.client_addresses) = 1 THEN s.client_addresses[1] END AS source_address,
  'session ' || s.session_id AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM bare s
JOIN collected c ON c.account_id = s.account_id AND c.authentication_type = s.authentication_type
LEFT JOIN alike k ON k.session_id = s.session_id
-- a sign-in may lie as far back as it is valid, and may be delivered late
WHERE s.session_start_ms >= c.first_ms + CASE WHEN s.authentication_type = 'SAML' THEN :logon_ms ELSE 604800000 END
  AND s.session_start_ms <= c.last_ms AND s.session_start_ms + 86400000 <= :as_of_ms
