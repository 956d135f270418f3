-- title: Timeline of one session
-- question: What happened in this session, from the logon to the end?
-- param session text: session id
-- The logon is known when some event was attributed to the session; the report has no times of applications. An id that stands for
-- several sessions (finding session-id-reused) shows all of them, each with its user.
WITH session AS (
  SELECT * FROM resolved_sessions WHERE session_id = :session
), steps AS (
  SELECT DISTINCT logon_time_ms AS at_ms, logon_time AS happened_at, 0 AS step, 'logon' AS what,
         user_id || coalesce(' from ' || logon_source_address, '') AS detail, logon_event_id AS event_id
  FROM attributions WHERE session_id = :session AND logon_event_id IS NOT NULL
  UNION ALL
  SELECT session_start_ms, session_start, 1, 'session start',
         user_id || ' on ' || coalesce(fleet_name, '?') || ' at ' || array_join(private_addresses, ', '), CAST(NULL AS varchar)
  FROM session
  UNION ALL
  SELECT s.start_ms, s.started, 2, 'application (time not reported)', a.application_name, CAST(NULL AS varchar)
  FROM (SELECT min(session_start_ms) AS start_ms, min(session_start) AS started FROM session) s
  JOIN applications a ON a.session_id = :session AND s.start_ms IS NOT NULL
  UNION ALL
  SELECT event_time_ms, event_time, 3, verdict || ': ' || event_name,
         coalesce(bucket, event_source) || coalesce('/' || object_key, '') || coalesce(' (' || error_code || ')', ''), event_id
  FROM attributions WHERE session_id = :session
  UNION ALL
  SELECT session_end_ms, session_end, 4,
         CASE WHEN origin = 'report' THEN 'session end' ELSE 'last seen (no report yet)' END,
         CASE WHEN connected THEN 'connected at least once' ELSE 'never connected' END, CAST(NULL AS varchar)
  FROM session
)
SELECT happened_at, what, detail, event_id
FROM steps
ORDER BY at_ms, step, event_id, detail
