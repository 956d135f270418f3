-- title: Sign-in without a session
-- severity: low
-- looks at: recent days
-- needs: logons.roles, for sign-ins by SAML
-- meaning: A user signed in with a role that may stream, or a streaming URL was made for them, and no session of theirs began while the
--   sign-in was good for it or was running then, although the reports of all days on which one could have ended are due. Where
--   a session of a user id that differs in case or blanks alone began in time, the summary says so; it is not taken for theirs.
-- next: Ask the user. What else did the credentials of the sign-in do? `query logons-of-user`, `query access-key-history`.
-- false positives: Somebody who signed in and did not start anything; a portal that makes URLs in advance; reports that are not collected.
-- source: docs/facts.md, sign-ins
-- att&ck: T1078 Valid Accounts
WITH role AS (
  SELECT a.role_arn
  FROM (SELECT role_arn FROM logons WHERE role_arn IS NOT NULL GROUP BY role_arn) a
  CROSS JOIN configured_logon_roles c
  WHERE a.role_arn = c.role
    OR (length(a.role_arn) > length(c.role) AND substr(a.role_arn, length(a.role_arn) - length(c.role)) = '/' || c.role)
  GROUP BY a.role_arn
), reporting AS (
  SELECT account_id, min(report_day) AS first_day FROM report_days WHERE issues >= 1 GROUP BY account_id
), signed AS (
  SELECT l.event_id, min(l.logon_time) AS logon_time, l.logon_time_ms, l.dt, l.account_id, l.authentication_type, l.user_id, l.kind, min(l.source_address) AS source_address,
    min(coalesce(l.role_arn, l.stack_name)) AS door,
    l.logon_time_ms + CASE WHEN l.kind = 'saml' THEN :logon_ms ELSE min(coalesce(l.valid_seconds, 60)) * 1000 END AS until_ms
  FROM logons l
  JOIN reporting p ON p.account_id = l.account_id AND p.first_day <= l.dt
  LEFT JOIN role r ON r.role_arn = l.role_arn
  WHERE l.success AND l.user_id IS NOT NULL AND (l.kind = 'streaming_url' OR (l.kind = 'saml' AND :has_logon_roles AND r.role_arn IS NOT NULL)) AND l.dt >= :recent_dt
  GROUP BY l.event_id, l.logon_time_ms, l.dt, l.account_id, l.authentication_type, l.user_id, l.kind
), ordered AS (
  SELECT account_id, authentication_type, user_id, logon_time_ms AS at_ms, 0 AS is_session, CAST(NULL AS bigint) AS start_ms, CAST(NULL AS bigint) AS end_ms, event_id
  FROM signed
  UNION ALL
  SELECT account_id, authentication_type, user_id, session_start_ms, 1, session_start_ms, session_end_ms, CAST(NULL AS varchar) FROM resolved_sessions
), near AS (
  SELECT event_id, is_session,
    min(start_ms) OVER (PARTITION BY account_id, authentication_type, user_id ORDER BY at_ms, is_session ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next_start_ms,
    max(end_ms) OVER (PARTITION BY account_id, authentication_type, user_id ORDER BY at_ms, is_session ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS last_end_ms
  FROM ordered
), alone AS (
  SELECT s.*
  FROM signed s
  JOIN near n ON n.event_id = s.event_id AND n.is_session = 0
  WHERE coalesce(n.next_start_ms, s.until_ms + 1000) > s.until_ms + 999 AND coalesce(n.last_end_ms, 0) < s.logon_time_ms
    -- the report of the day on which a session could have ended last is due
    AND s.until_ms + :longest_ms + 172800000 <= :as_of_ms
), alike AS (
  -- the first session in time of an id that only looks like the user's
  SELECT a.event_id, min(substr(CAST(s.session_start AS varchar), 1, 19) || s.user_id) AS earliest
  FROM alone a
  JOIN resolved_sessions s ON s.account_id = a.account_id AND s.authentication_type = a.authentication_type AND replace(lower(s.user_id), ' ', '') = replace(lower(a.user_id), ' ', '')
  WHERE s.user_id <> a.user_id AND s.session_start_ms + 999 >= a.logon_time_ms AND s.session_start_ms <= a.until_ms + 999
  GROUP BY a.event_id
)
SELECT s.logon_time_ms AS event_time_ms, s.dt, s.event_id AS subject,
  s.user_id || CASE WHEN s.kind = 'saml' THEN ' signed in by SAML with ' ELSE ' was given a streaming URL of ' END || coalesce(s.door, 'a stack') || ' at '
    || substr(CAST(s.logon_time AS varchar), 1, 19) || ' UTC from ' || coalesce(s.source_address, 'no address') || ', and no session followed'
    || coalesce('; a session of "' || substr(k.earliest, 20) || '", which looks like that user id and is another, began at ' || substr(k.earliest, 1, 19) || ' UTC', '') AS summary,
  s.user_id, CAST(NULL AS varchar) AS session_id, s.source_address, s.door AS resource, ARRAY[s.event_id] AS event_ids
FROM alone s
LEFT JOIN alike k ON k.event_id = s.event_id
