-- title: Sign-in or session from an untrusted network
-- severity: high
-- looks at: days
-- needs: logons.trustedCidrs
-- meaning: A SAML sign-in came from an address outside `logons.trustedCidrs`, or the sessions report lists such an address among the
--   devices of a session (told once for each user, address and day on which sessions began). A sign-in counts for the roles of `logons.roles` (empty: any). Where a streaming URL is asked for, the
--   address is the portal's, so it is not looked at.
-- next: Ask the user where they were; `query session-timeline` shows what was done. End the session and sign the user out when in doubt.
-- false positives: IAM Identity Center signs in from its own address; a network that `logons.trustedCidrs` lacks.
-- source: docs/facts.md, sign-ins and the sessions report
-- att&ck: T1078 Valid Accounts
WITH role AS (
  SELECT a.role_arn
  FROM (SELECT role_arn FROM logons WHERE role_arn IS NOT NULL GROUP BY role_arn) a
  CROSS JOIN configured_logon_roles c
  WHERE a.role_arn = c.role
    OR (length(a.role_arn) > length(c.role) AND substr(a.role_arn, length(a.role_arn) - length(c.role)) = '/' || c.role)
  GROUP BY a.role_arn
), led AS (
  SELECT logon_event_id, min(session_id) AS session_id FROM finding_sessions WHERE logon_event_id IS NOT NULL GROUP BY logon_event_id
), device AS (
  SELECT x.user_key, x.address, x.dt, min(x.user_id) AS user_id, min(x.session_start_ms) AS first_ms, min(x.session_start) AS first_time,
    count(*) AS sessions, min(x.session_id) AS session_id
  FROM (SELECT s.session_id, s.user_id, s.user_key, s.session_start, s.session_start_ms, s.dt, t.a AS address
    FROM finding_sessions s CROSS JOIN UNNEST(s.client_addresses) AS t(a)) x
  JOIN finding_addresses a ON a.address = x.address
  WHERE :has_trusted_networks AND NOT a.in_trusted
  GROUP BY x.user_key, x.address, x.dt
)
SELECT l.logon_time_ms AS event_time_ms, l.dt, 'logon ' || l.event_id AS subject,
  coalesce(l.user_id, 'somebody') || ' signed in by SAML at ' || substr(CAST(l.logon_time AS varchar), 1, 19) || ' UTC from ' || l.source_address
    || ', a network that is not trusted' || CASE WHEN l.success THEN '' ELSE '; the sign-in failed: ' || coalesce(l.error_code, 'Failure') END AS summary,
  CASE WHEN l.success THEN l.user_id END AS user_id, s.session_id, l.source_address, 'role ' || coalesce(l.role_arn, '') AS resource, ARRAY[l.event_id] AS event_ids
FROM logons l
JOIN finding_days d ON d.dt = l.dt
JOIN finding_addresses a ON a.address = l.source_address
LEFT JOIN role r ON r.role_arn = l.role_arn
LEFT JOIN led s ON s.logon_event_id = l.event_id
WHERE :has_trusted_networks AND l.kind = 'saml' AND NOT a.in_trusted AND (NOT :has_logon_roles OR r.role_arn IS NOT NULL)
UNION ALL
SELECT v.first_ms, v.dt, 'device ' || v.user_key || ' ' || v.address || ' ' || v.dt,
  v.user_id || ' used ' || CASE WHEN v.sessions = 1 THEN 'the session ' || v.session_id ELSE CAST(v.sessions AS varchar) || ' sessions' END || ', begun '
    || substr(CAST(v.first_time AS varchar), 1, 19) || ' UTC, from the device address ' || v.address || ', a network that is not trusted',
  v.user_id, CASE WHEN v.sessions = 1 THEN v.session_id END, v.address, 'device ' || v.address, CAST(ARRAY[] AS varchar ARRAY)
FROM device v
