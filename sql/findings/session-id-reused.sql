-- title: Session id used by several sessions
-- severity: high
-- looks at: everything
-- meaning: Reports or sweeps give one session id to different users, accounts, instances or times, and none of what they say is an
--   update of the other. AppStream gives every session an id of its own. Each of them counts as a session, so a verdict that hangs on
--   one of them is ambiguous or not final. Told once for each id; nobody is named by it.
-- next: Compare the reports that say so (`query session-timeline`, `query replaced-reports`) with fresh copies from the bucket that AWS
--   writes them to. Who may write to the places the reports were read from?
-- false positives: Reports that another program joined or edited; an export that was made again while the sessions went on.
-- source: docs/verdicts.md, disputed sessions
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH repeated AS (
  SELECT session_id FROM resolved_sessions GROUP BY session_id HAVING count(*) > 1
), variant AS (
  SELECT s.session_id, s.user_key, s.user_id, s.session_start, s.session_start_ms,
    s.user_id || ' (' || s.authentication_type || ') of account ' || s.account_id || ' in ' || s.region || ' from ' || substr(CAST(s.session_start AS varchar), 1, 19)
      || ' to ' || coalesce(substr(CAST(s.session_end AS varchar), 1, 19), 'an unknown time') || ' UTC on '
      || CASE WHEN cardinality(s.private_addresses) = 0 THEN 'no address' ELSE array_join(array_sort(s.private_addresses), ', ') END
      || coalesce(', ' || s.instance_id, '') || CASE WHEN s.origin = 'snapshot' THEN ', seen by sweeps only' ELSE '' END AS told
  FROM resolved_sessions s
  JOIN repeated r ON r.session_id = s.session_id
), grouped AS (
  SELECT v.session_id, min(v.session_start_ms) AS first_ms, min(v.session_start) AS first_time, count(*) AS sessions, count(DISTINCT v.user_key) AS users,
    array_agg(DISTINCT v.told ORDER BY v.told) AS told
  FROM variant v
  GROUP BY v.session_id
)
SELECT g.first_ms AS event_time_ms, substr(CAST(g.first_time AS varchar), 1, 10) AS dt, g.session_id AS subject,
  'the session id ' || g.session_id || ' stands for ' || CAST(g.sessions AS varchar) || ' sessions of ' || CASE WHEN g.users = 1 THEN 'one user' ELSE CAST(g.users AS varchar) || ' users' END
    || ': ' || array_join(slice(g.told, 1, 10), '; ') || CASE WHEN cardinality(g.told) > 10 THEN '; and others' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, g.session_id, CAST(NULL AS varchar) AS source_address, 'session ' || g.session_id AS resource,
  CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM grouped g
