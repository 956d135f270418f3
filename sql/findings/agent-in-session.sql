-- title: Software agent in a session
-- severity: medium
-- looks at: days
-- meaning: Calls of the service through which software agents see and steer sessions (agent access). What was done in the
--   session at that time may be the agent's and not the user's; which session it was, the record does not say for sure. Told
--   once for each caller, address and day (UTC).
-- next: Whose agent is the caller? `query sessions-of-user` for the users whose streaming URLs it asked for; hold verdicts of
--   that time as those of a user or an agent.
-- false positives: An agent that is meant to be there.
-- source: AWS: service authorization reference, agentaccess-mcp; the event source is inferred
-- att&ck: T1219 Remote Access Software
WITH called AS (
  SELECT e.event_id, e.event_time, e.event_time_ms, e.dt, e.event_name, coalesce(e.source_address, '') AS source_address, e.error_code,
    coalesce(e.principal_arn, e.principal_type, 'an unnamed caller') AS caller,
    row_number() OVER (PARTITION BY coalesce(e.shared_event_id, e.event_id), e.event_time_ms ORDER BY e.event_id, e.record_sha256) AS place
  FROM events e
  JOIN finding_days d ON d.dt = e.dt
  WHERE e.event_source LIKE 'agentaccess-mcp%'
), daily AS (
  SELECT c.caller, c.source_address, c.dt, min(c.event_time_ms) AS first_ms, min(c.event_time) AS first_time, max(c.event_time) AS last_time, count(*) AS calls,
    count(c.error_code) AS failed, array_join(slice(array_agg(DISTINCT c.event_name ORDER BY c.event_name), 1, 10), ', ') AS names,
    min(CAST(c.event_time_ms AS varchar) || ' ' || c.event_id) AS first_event, max(CAST(c.event_time_ms AS varchar) || ' ' || c.event_id) AS last_event
  FROM called c
  WHERE c.place = 1
  GROUP BY c.caller, c.source_address, c.dt
)
SELECT y.first_ms AS event_time_ms, y.dt, y.caller || ' ' || y.source_address || ' ' || y.dt AS subject,
  y.caller || ' steered sessions as an agent from ' || coalesce(nullif(y.source_address, ''), 'no address') || ' on ' || y.dt || ' from ' || substr(CAST(y.first_time AS varchar), 12, 8)
    || ' to ' || substr(CAST(y.last_time AS varchar), 12, 8) || ' UTC: ' || CAST(y.calls AS varchar) || CASE WHEN y.calls = 1 THEN ' call (' ELSE ' calls (' END || y.names || ')'
    || CASE WHEN y.failed = y.calls THEN '; all of them failed' WHEN y.failed > 0 THEN '; ' || CAST(y.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, nullif(y.source_address, '') AS source_address, 'agent access' AS resource,
  array_sort(array_distinct(ARRAY[substr(y.first_event, strpos(y.first_event, ' ') + 1), substr(y.last_event, strpos(y.last_event, ' ') + 1)])) AS event_ids
FROM daily y
