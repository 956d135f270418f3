-- title: Data transfer settings of a stack changed
-- severity: high
-- looks at: days
-- meaning: UpdateStack set user settings (clipboard, file transfer, printing) or storage connectors, or CreateStack made a stack with one
--   that `policy.session` forbids. What is against the policy is named.
-- next: Was the change planned? Put the settings back; `query sessions-of-user` and `session-allows-data-exit` show who had them.
-- false positives: Planned changes. The console sends all settings with every change, also those that stay as they are.
-- source: AWS: API reference, UpdateStack
-- att&ck: T1562 Impair Defenses
WITH setting AS (
  SELECT a.event_id, a.record_sha256, a.dt, a.value AS action, b.value AS permission
  FROM event_parameters a
  JOIN event_parameters b ON b.event_id = a.event_id AND b.record_sha256 = a.record_sha256 AND b.dt = a.dt AND b.name = replace(a.name, '.action', '.permission')
  WHERE a.event_source = 'appstream.amazonaws.com' AND a.name LIKE 'userSettings.%.action' AND b.name LIKE 'userSettings.%.permission'
  UNION
  SELECT event_id, record_sha256, dt, value, 'ENABLED' FROM event_parameters
  WHERE event_source = 'appstream.amazonaws.com' AND name LIKE 'storageConnectors.%.connectorType'
), said AS (
  SELECT s.event_id, s.record_sha256, s.dt, array_join(array_agg(s.action || ' ' || s.permission ORDER BY s.action), ', ') AS settings,
    array_join(array_agg(f.label ORDER BY f.label) FILTER (WHERE f.action IS NOT NULL AND s.permission = 'ENABLED'), ', ') AS against
  FROM setting s
  LEFT JOIN policy_forbidden f ON f.action = s.action
  GROUP BY s.event_id, s.record_sha256, s.dt
)
SELECT c.event_time_ms, c.dt, c.event_id || ' ' || CAST(c.event_time_ms AS varchar) AS subject,
  c.caller || CASE WHEN c.event_name = 'UpdateStack' THEN ' changed' ELSE ' made' END || ' the stack ' || coalesce(n.value, 'that is not named') || ' (' || s.settings || ')'
    || coalesce(', against the policy: ' || nullif(s.against, ''), '') || ',' || c.circumstances AS summary,
  c.user_id, c.session_id, c.source_address, 'stack ' || coalesce(n.value, '') AS resource, ARRAY[c.event_id] AS event_ids
FROM finding_calls c
JOIN said s ON s.event_id = c.event_id AND s.record_sha256 = c.record_sha256 AND s.dt = c.dt
LEFT JOIN event_parameters n ON n.event_id = c.event_id AND n.record_sha256 = c.record_sha256 AND n.dt = c.dt AND n.name = 'name'
WHERE c.event_source = 'appstream.amazonaws.com' AND (c.event_name = 'UpdateStack' OR (c.event_name = 'CreateStack' AND nullif(s.against, '') IS NOT NULL))
