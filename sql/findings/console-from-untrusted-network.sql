-- title: Console used from an untrusted network
-- severity: high
-- looks at: days
-- needs: policy.consoleCidrs or logons.trustedCidrs
-- meaning: A sign-in to the console, tried or done, or calls made in the console, came from an address outside `policy.consoleCidrs`
--   (empty: `logons.trustedCidrs`). Sign-ins are told one by one, calls once for each caller, address and day. A console call is told by
--   its user agent or by the record's own mark.
-- next: Was it the person it says? Sign the session out (`AWSRevokeOlderSessions`), look at what was changed.
-- false positives: A network that the setting lacks; a person on the road.
-- source: AWS: ConsoleLogin; CloudTrail record contents, sessionCredentialFromConsole
-- att&ck: T1538 Cloud Service Dashboard
WITH used AS (
  SELECT c.dt, coalesce(c.principal_arn, c.principal_type, '') AS who, c.source_address, min(c.event_time_ms) AS first_ms, min(c.event_time) AS first_time,
    count(*) AS calls, count(c.error_code) AS failed, max(c.error_code) AS error_code, min(c.event_name) AS event_name, count(DISTINCT c.event_name) AS names,
    CASE WHEN count(c.user_key) = count(*) THEN count(DISTINCT c.user_key) ELSE 0 END AS users,
    min(c.user_id) AS user_id, count(DISTINCT c.session_id) AS sessions, min(c.session_id) AS session_id,
    min(CAST(c.event_time_ms AS varchar) || ' ' || c.event_id) AS first_event, max(CAST(c.event_time_ms AS varchar) || ' ' || c.event_id) AS last_event
  FROM finding_calls c
  JOIN finding_addresses a ON a.address = c.source_address
  WHERE :has_console_networks AND c.by_console AND NOT a.in_console AND NOT c.fleet_side AND c.event_name <> 'ConsoleLogin'
  GROUP BY c.dt, coalesce(c.principal_arn, c.principal_type, ''), c.source_address
)
SELECT l.logon_time_ms AS event_time_ms, l.dt, 'logon ' || l.event_id AS subject,
  coalesce(l.user_id, l.caller_arn, 'somebody') || ' signed in to the console at ' || substr(CAST(l.logon_time AS varchar), 1, 19) || ' UTC from ' || l.source_address
    || ', a network that is not trusted' || CASE WHEN l.success THEN '' ELSE '; the sign-in failed: ' || coalesce(l.error_code, 'Failure') END AS summary,
  CASE WHEN l.success THEN l.user_id END AS user_id, CAST(NULL AS varchar) AS session_id, l.source_address, coalesce(l.caller_arn, 'console') AS resource, ARRAY[l.event_id] AS event_ids
FROM logons l
JOIN finding_days d ON d.dt = l.dt
JOIN finding_addresses a ON a.address = l.source_address
WHERE :has_console_networks AND l.kind = 'console' AND NOT a.in_console
UNION ALL
SELECT u.first_ms, u.dt, 'calls ' || u.who || ' ' || u.source_address || ' ' || u.dt,
  CASE WHEN u.users = 1 THEN u.user_id || ' as ' ELSE '' END || u.who || ' used the console on ' || u.dt || ' from ' || substr(CAST(u.first_time AS varchar), 12, 8) || ' UTC from '
    || u.source_address || ', a network that is not trusted: ' || CAST(u.calls AS varchar) || ' calls, ' || u.event_name || CASE WHEN u.names > 1 THEN ' and others' ELSE '' END
    || CASE WHEN u.failed = u.calls THEN '; all of them failed: ' || u.error_code WHEN u.failed > 0 THEN '; ' || CAST(u.failed AS varchar) || ' of them failed' ELSE '' END,
  CASE WHEN u.users = 1 THEN u.user_id END, CASE WHEN u.users = 1 AND u.sessions = 1 THEN u.session_id END, u.source_address, u.who,
  array_sort(array_distinct(ARRAY[substr(u.first_event, strpos(u.first_event, ' ') + 1), substr(u.last_event, strpos(u.last_event, ' ') + 1)]))
FROM used u
