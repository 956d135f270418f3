-- title: Agent access to a stack enabled
-- severity: medium
-- looks at: days
-- meaning: CreateStack or UpdateStack let software agents see or steer sessions of a stack (agent access). In its sessions an
--   agent may have acted for the user that a verdict names.
-- next: Was it planned, and for which agent? `query sessions-of-user` shows who used the stack; `agent-in-session` which calls
--   an agent made. Where screenshots are kept, they are evidence.
-- false positives: A stack that is meant for agents.
-- source: AWS: API reference, AgentAccessConfig
-- att&ck: T1219 Remote Access Software
WITH allowed AS (
  SELECT a.event_id, a.record_sha256, a.dt, array_join(array_agg(DISTINCT a.value ORDER BY a.value), ', ') AS actions
  FROM event_parameters a
  LEFT JOIN event_parameters b ON b.event_id = a.event_id AND b.record_sha256 = a.record_sha256 AND b.dt = a.dt AND b.name = replace(a.name, '.agentAction', '.permission')
  WHERE a.event_source = 'appstream.amazonaws.com' AND a.name LIKE 'agentAccessConfig.settings.%.agentAction' AND coalesce(b.value, 'ENABLED') = 'ENABLED'
  GROUP BY a.event_id, a.record_sha256, a.dt
)
SELECT c.event_time_ms, c.dt, c.event_id || ' ' || CAST(c.event_time_ms AS varchar) AS subject,
  c.caller || ' let agents into the stack ' || coalesce(n.value, 'that is not named') || ' (' || a.actions || coalesce('; user control ' || u.value, '') || ')' || c.circumstances AS summary,
  c.user_id, c.session_id, c.source_address, 'stack ' || coalesce(n.value, '') AS resource, ARRAY[c.event_id] AS event_ids
FROM finding_calls c
JOIN allowed a ON a.event_id = c.event_id AND a.record_sha256 = c.record_sha256 AND a.dt = c.dt
LEFT JOIN event_parameters n ON n.event_id = c.event_id AND n.record_sha256 = c.record_sha256 AND n.dt = c.dt AND n.name = 'name'
LEFT JOIN event_parameters u ON u.event_id = c.event_id AND u.record_sha256 = c.record_sha256 AND u.dt = c.dt AND u.name = 'agentAccessConfig.userControlMode'
WHERE c.event_source = 'appstream.amazonaws.com' AND c.event_name IN ('CreateStack', 'UpdateStack')
