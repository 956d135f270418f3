-- title: Non-fleet credentials used in a session
-- severity: medium
-- looks at: days
-- meaning: Calls from a user's session were made with an IAM user, a root user, a federated user, a role that several people share or
--   credentials of an account that is not ours, and not with the fleet's role. They name no person, so the user of the session is named: read it as made from this session with the
--   credentials of somebody else. Long-lived keys were brought in, or a role was assumed that reaches further than the fleet's. Told
--   once for each of these principals, user and day (UTC).
-- next: Ask the user where the credentials come from. `query access-key-history` shows where else they were used. Take the keys away, or
--   map the IAM user to its person in `identity.users`.
-- false positives: A program in the image that has credentials of its own.
-- source: docs/verdicts.md, column foreign_credentials
-- att&ck: T1078.004 Valid Accounts: Cloud Accounts
WITH daily AS (
  SELECT a.dt, a.foreign_credentials, a.user_key, min(a.user_id) AS user_id, min(a.event_time_ms) AS first_ms, min(a.event_time) AS first_time, count(*) AS calls, count(a.error_code) AS failed,
    count(DISTINCT a.session_id) AS sessions, min(a.session_id) AS session_id, min(a.source_address) AS low_address, max(a.source_address) AS high_address,
    min(a.bucket) AS bucket, max(a.bucket) AS last_bucket, min(a.access_key_id) AS access_key_id,
    sum(CASE WHEN a.action IN ('write', 'delete') THEN 1 ELSE 0 END) AS writes,
    min(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS first_event, max(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS last_event
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.verdict = 'attributed' AND a.foreign_credentials IS NOT NULL AND a.session_id IS NOT NULL
  GROUP BY a.dt, a.foreign_credentials, a.user_key
)
SELECT y.first_ms AS event_time_ms, y.dt, y.foreign_credentials || ' ' || y.user_key || ' ' || y.dt AS subject,
  'calls from the ' || CASE WHEN y.sessions = 1 THEN 'session ' || y.session_id ELSE 'sessions' END || ' of ' || y.user_id || ' were made with the credentials of ' || y.foreign_credentials
    || coalesce(' (' || y.access_key_id || ')', '') || ' on ' || y.dt || ' from ' || substr(CAST(y.first_time AS varchar), 12, 8) || ' UTC: ' || CAST(y.calls AS varchar) || ' calls, '
    || CAST(y.writes AS varchar) || ' of them writes or deletes'
    || CASE WHEN y.bucket IS NULL THEN '' WHEN y.bucket = y.last_bucket THEN ', of ' || y.bucket ELSE ', of ' || y.bucket || ' and others' END
    || CASE WHEN y.failed = y.calls THEN '; all of them failed' WHEN y.failed > 0 THEN '; ' || CAST(y.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  y.user_id, CASE WHEN y.sessions = 1 THEN y.session_id END AS session_id, CASE WHEN y.low_address = y.high_address THEN y.low_address END AS source_address,
  y.foreign_credentials AS resource,
  array_sort(array_distinct(ARRAY[substr(y.first_event, strpos(y.first_event, ' ') + 1), substr(y.last_event, strpos(y.last_event, ' ') + 1)])) AS event_ids
FROM daily y
