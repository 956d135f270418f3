-- title: Look-alike user ids
-- severity: low
-- looks at: everything
-- meaning: User ids of one account differ only in upper and lower case, width, blanks, invisible characters or Unicode form, in
--   sessions or between sessions and sign-ins. AppStream takes them for different people: each has a home folder, a history and
--   verdicts of its own. It is one person whom the identity provider writes in two ways, or somebody who wants to be taken for
--   another. Nothing is joined because of it; of sign-ins only case and blanks are compared.
-- next: Ask whoever runs the identity provider; settle on one form of the NameID. `query sessions-of-user` for each.
-- false positives: Users who are created by hand with such names on purpose.
-- source: docs/verdicts.md, user ids; FusionAuth issue 2596
-- att&ck: T1036 Masquerading
WITH member AS (
  SELECT account_id, user_fold, user_id, 'session' AS kind, min(session_start_ms) AS first_ms, min(session_start) AS first_time
  FROM resolved_sessions
  GROUP BY account_id, user_fold, user_id
), folds AS (
  SELECT account_id, user_fold, min(first_ms) AS first_ms, min(first_time) AS first_time FROM member GROUP BY account_id, user_fold
), signed AS (
  SELECT l.account_id, replace(lower(l.user_id), ' ', '') AS user_fold, l.user_id
  FROM logons l
  WHERE l.success AND l.user_id IS NOT NULL AND l.account_id IS NOT NULL AND l.kind IN ('saml', 'streaming_url')
  GROUP BY l.account_id, replace(lower(l.user_id), ' ', ''), l.user_id
), all_ids AS (
  SELECT account_id, user_fold, user_id, max(in_sessions) AS in_sessions
  FROM (SELECT account_id, user_fold, user_id, 1 AS in_sessions FROM member
    UNION ALL
    SELECT s.account_id, s.user_fold, s.user_id, 0 FROM signed s JOIN folds f ON f.account_id = s.account_id AND f.user_fold = s.user_fold) ids
  GROUP BY account_id, user_fold, user_id
), alike AS (
  SELECT account_id, user_fold, count(*) AS n,
    array_agg('"' || user_id || '"' || CASE WHEN in_sessions = 1 THEN '' ELSE ' (in sign-ins only)' END ORDER BY user_id) AS user_ids
  FROM all_ids
  GROUP BY account_id, user_fold
  HAVING count(*) > 1
)
SELECT f.first_ms AS event_time_ms, substr(CAST(f.first_time AS varchar), 1, 10) AS dt, a.account_id || ' ' || a.user_fold AS subject,
  CAST(a.n AS varchar) || ' user ids of account ' || a.account_id || ' look alike and are different users: ' || array_join(slice(a.user_ids, 1, 10), ', ')
    || CASE WHEN a.n > 10 THEN ' and others' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address, 'user ids of account ' || a.account_id AS resource,
  CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM alike a
JOIN folds f ON f.account_id = a.account_id AND f.user_fold = a.user_fold
