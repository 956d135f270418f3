-- title: Streaming URL made by an unauthorized caller
-- severity: high
-- looks at: days
-- needs: policy.streamingUrlCallers
-- meaning: CreateStreamingURL names any user it likes: whoever may call it may be anyone. The caller is not in
--   `policy.streamingUrlCallers`. The session that the URL led to is named, but not its user: who sat there is not known. Told once
--   for each caller, user and day.
-- next: Who holds that role? Treat what was done in the session as done by whoever did this. Take the permission away.
-- false positives: A new portal that nobody added to `policy.streamingUrlCallers`.
-- source: AWS: API reference, CreateStreamingURL
-- att&ck: T1550.001 Use Alternate Authentication Material: Application Access Token
WITH known AS (
  SELECT l.caller_arn
  FROM (SELECT caller_arn FROM logons WHERE kind = 'streaming_url' AND caller_arn IS NOT NULL GROUP BY caller_arn) l
  CROSS JOIN policy_callers c
  WHERE l.caller_arn = c.arn OR substr(l.caller_arn, 1, length(c.assumed_prefix)) = c.assumed_prefix
  GROUP BY l.caller_arn
), led AS (
  SELECT logon_event_id, min(session_id) AS session_id FROM finding_sessions WHERE logon_event_id IS NOT NULL GROUP BY logon_event_id
), made AS (
  SELECT coalesce(l.caller_arn, 'an unnamed caller') AS caller, l.user_id, l.dt, min(l.logon_time_ms) AS first_ms, min(l.logon_time) AS first_time, count(*) AS calls,
    sum(CASE WHEN l.success THEN 0 ELSE 1 END) AS failed, max(l.error_code) AS error_code, min(l.source_address) AS source_address, min(l.stack_name) AS stack_name,
    count(DISTINCT s.session_id) AS sessions, min(s.session_id) AS session_id,
    min(CAST(l.logon_time_ms AS varchar) || ' ' || l.event_id) AS first_event, max(CAST(l.logon_time_ms AS varchar) || ' ' || l.event_id) AS last_event
  FROM logons l
  JOIN finding_days d ON d.dt = l.dt
  LEFT JOIN known k ON k.caller_arn = l.caller_arn
  LEFT JOIN led s ON s.logon_event_id = l.event_id
  WHERE :has_streaming_callers AND l.kind = 'streaming_url' AND k.caller_arn IS NULL
  GROUP BY coalesce(l.caller_arn, 'an unnamed caller'), l.user_id, l.dt
)
SELECT m.first_ms AS event_time_ms, m.dt, m.caller || ' ' || coalesce(m.user_id, '') || ' ' || m.dt AS subject,
  m.caller || ' made a streaming URL for ' || coalesce(m.user_id, 'a user who is not named') || coalesce(' of ' || m.stack_name, '') || ' on ' || m.dt || ' at '
    || substr(CAST(m.first_time AS varchar), 12, 8) || ' UTC from ' || coalesce(m.source_address, 'no address')
    || CASE WHEN m.failed = m.calls THEN '; the call failed: ' || m.error_code WHEN m.session_id IS NOT NULL THEN '; the session ' || m.session_id || ' began with it'
       ELSE '; no session is known to have begun with it' END AS summary,
  CAST(NULL AS varchar) AS user_id, CASE WHEN m.sessions = 1 THEN m.session_id END AS session_id, m.source_address, coalesce('stack ' || m.stack_name, 'stack') AS resource,
  array_sort(array_distinct(ARRAY[substr(m.first_event, strpos(m.first_event, ' ') + 1), substr(m.last_event, strpos(m.last_event, ' ') + 1)])) AS event_ids
FROM made m
