-- title: Data written to a foreign account
-- severity: high
-- looks at: days
-- meaning: One of our principals wrote or copied objects into a bucket that an account outside `policy.accounts` owns (empty: the
--   accounts that have sessions). Told once for each caller, address, bucket and hour (UTC).
-- next: Ask the named user. `query copies` lists the sources. Close the way: an endpoint policy with `aws:ResourceAccount`.
-- false positives: An account of ours that `policy.accounts` does not list; buckets of partners or of AWS that are written to on purpose.
-- source: AWS: `resources` of a record name the account that owns the bucket
-- att&ck: T1537 Transfer Data to Cloud Account
WITH ours AS (
  SELECT account_id FROM policy_accounts
  UNION
  SELECT account_id FROM known_accounts WHERE NOT :has_own_accounts
), copied AS (
  SELECT e.event_id, e.event_time, e.event_time_ms, e.dt, e.source_address, e.bucket, e.object_key, e.copy_source, e.resource_account_id, e.error_code,
    coalesce(e.principal_arn, e.principal_type, '') AS caller, e.bytes_in, e.event_time_ms - e.event_time_ms % 3600000 AS hour_ms,
    row_number() OVER (PARTITION BY coalesce(e.shared_event_id, e.event_id), e.event_time_ms
      ORDER BY CASE WHEN e.recipient_account_id = e.account_id THEN 0 ELSE 1 END, e.event_id, e.record_sha256) AS place
  FROM events e
  JOIN finding_days d ON d.dt = e.dt
  JOIN ours c ON c.account_id = e.account_id
  LEFT JOIN ours o ON o.account_id = e.resource_account_id
  WHERE e.event_category = 'Data' AND e.action = 'write' AND e.resource_account_id IS NOT NULL AND o.account_id IS NULL AND e.event_source LIKE 's3%'
    AND coalesce(e.multipart_step, 'complete') IN ('complete', 'part') AND (e.multipart_step IS NULL OR e.multipart_step = 'complete' OR e.copy_source IS NOT NULL)
    AND coalesce(e.principal_type, '') <> 'AWSService'
), sent AS (
  -- each call once, however often its record was delivered
  SELECT * FROM copied WHERE place = 1
), known AS (
  SELECT s.caller, s.source_address, s.bucket, s.resource_account_id, s.dt, s.hour_ms,
    min(s.event_time_ms) AS first_ms, min(s.event_time) AS first_time, count(*) AS calls, count(s.error_code) AS failed, max(s.error_code) AS error_code,
    min(s.copy_source) AS copy_source, CASE WHEN count(a.user_key) = count(*) THEN count(DISTINCT a.user_key) ELSE 0 END AS users,
    count(DISTINCT a.session_id) AS sessions, min(a.user_id) AS user_id, min(a.session_id) AS session_id,
    min(CAST(s.event_time_ms AS varchar) || ' ' || s.event_id) AS first_event, max(CAST(s.event_time_ms AS varchar) || ' ' || s.event_id) AS last_event
  FROM sent s
  LEFT JOIN (SELECT f.event_id, f.event_time_ms, f.user_key, f.user_id, f.session_id, f.dt FROM attributions f JOIN finding_days g ON g.dt = f.dt
    WHERE f.action = 'write' AND f.user_key IS NOT NULL) a ON a.event_id = s.event_id AND a.event_time_ms = s.event_time_ms AND a.dt = s.dt
  GROUP BY s.caller, s.source_address, s.bucket, s.resource_account_id, s.dt, s.hour_ms
)
SELECT k.first_ms AS event_time_ms, k.dt,
  k.caller || ' ' || coalesce(k.source_address, '') || ' ' || coalesce(k.bucket, '') || ' ' || substr(CAST(k.first_time AS varchar), 1, 13) AS subject,
  CASE WHEN k.users = 1 THEN k.user_id || ' as ' ELSE '' END || k.caller || ' wrote to ' || coalesce(k.bucket, 'a bucket') || ' of account ' || k.resource_account_id
    || ', which is not ours, from ' || coalesce(k.source_address, 'no address') || ' in the hour of ' || substr(CAST(k.first_time AS varchar), 1, 13) || ':00 UTC: '
    || CAST(k.calls AS varchar) || ' calls' || CASE WHEN k.copy_source IS NULL THEN '' ELSE ', copies of ' || k.copy_source || CASE WHEN k.calls > 1 THEN ' and others' ELSE '' END END
    || CASE WHEN k.failed = k.calls THEN '; all of them failed: ' || k.error_code WHEN k.failed > 0 THEN '; ' || CAST(k.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  CASE WHEN k.users = 1 THEN k.user_id END AS user_id, CASE WHEN k.users = 1 AND k.sessions = 1 THEN k.session_id END AS session_id,
  k.source_address, k.bucket AS resource,
  array_sort(array_distinct(ARRAY[substr(k.first_event, strpos(k.first_event, ' ') + 1), substr(k.last_event, strpos(k.last_event, ' ') + 1)])) AS event_ids
FROM known k
