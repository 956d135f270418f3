-- title: A session that no sign-in led to
-- severity: medium
-- meaning: Somebody connected to a session, and no sign-in of that user is on record that could have led to it, although sign-ins of
--   that kind (SAML, or streaming URLs) are collected for the account from before the session until after it.
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
)
SELECT s.session_start_ms AS event_time_ms, s.dt, s.session_id AS subject,
  s.user_id || ' (' || s.authentication_type || ') had the session ' || s.session_id || ' on ' || coalesce(s.fleet_name, 'a fleet') || ' from '
    || substr(CAST(s.session_start AS varchar), 1, 19) || ' UTC, and no sign-in of that user led to it' AS summary,
  s.user_id, s.session_id, CASE WHEN cardinality(s.client_addresses) = 1 THEN s.client_addresses[1] END AS source_address,
  'session ' || s.session_id AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM finding_sessions s
JOIN collected c ON c.account_id = s.account_id AND c.authentication_type = s.authentication_type
WHERE s.connected AND s.logon_event_id IS NULL AND s.authentication_type IN ('SAML', 'CUSTOM')
  -- a sign-in may lie as far back as it is valid, and may be delivered late
  AND s.session_start_ms >= c.first_ms + CASE WHEN s.authentication_type = 'SAML' THEN :logon_ms ELSE 604800000 END
  AND s.session_start_ms <= c.last_ms AND s.session_start_ms + 86400000 <= :as_of_ms
