-- title: Objects encrypted with a customer or foreign key
-- severity: critical
-- looks at: days
-- meaning: Objects were written or copied with a key that the caller brings along (SSE-C), or with a KMS key of an account
--   outside `policy.accounts` (empty: the accounts that have sessions). Whoever holds the key alone can read them: this is how
--   ransomware locks a bucket. Told once for each caller, address, bucket and hour (UTC).
-- next: Stop the caller first: revoke its sessions. Are older versions there (`query object-history`)? Do not let a lifecycle
--   delete them. What else did the caller do (`query access-key-history`)? A bucket policy may deny SSE-C.
-- rest: bucket-activity bucket=resource from=dt to=dt
-- false positives: A program that is meant to use SSE-C; a KMS key of a partner or of an account that `policy.accounts` does
--   not list.
-- source: AWS: security blog, unauthorized use of SSE-C; requestParameters of S3 data events
-- att&ck: T1486 Data Encrypted for Impact
WITH ours AS (
  SELECT account_id FROM policy_accounts
  UNION
  SELECT account_id FROM known_accounts WHERE NOT :has_own_accounts
), marked AS (
  SELECT a.event_id, a.event_time_ms, a.event_time, a.dt, a.source_address, a.bucket, a.object_key, a.error_code, a.user_key, a.user_id, a.session_id,
    coalesce(a.principal_arn, a.principal_type, 'anonymous') AS caller, a.event_time_ms - a.event_time_ms % 3600000 AS hour_ms,
    CASE WHEN p.name = 'kmsKeyAccount' THEN 'a KMS key of account ' || p.value ELSE 'a customer key' END AS mark
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  JOIN event_parameters p ON p.event_id = a.event_id AND p.record_sha256 = a.record_sha256 AND p.dt = a.dt
  LEFT JOIN ours o ON o.account_id = p.value
  WHERE a.event_category = 'Data' AND a.action = 'write' AND coalesce(a.multipart_step, '') <> 'part'
    AND (p.name = 'x-amz-server-side-encryption-customer-algorithm' OR (p.name = 'kmsKeyAccount' AND o.account_id IS NULL))
), placed AS (
  SELECT n.*, row_number() OVER (PARTITION BY n.caller, n.source_address, n.bucket, n.hour_ms ORDER BY n.event_time_ms, n.event_id) AS place
  FROM marked n
), hourly AS (
  SELECT p.caller, p.source_address, p.bucket, p.dt, p.hour_ms, min(p.event_time_ms) AS first_ms, min(p.event_time) AS first_time, max(p.event_time) AS last_time,
    count(*) AS calls, count(p.error_code) AS failed, max(p.error_code) AS error_code,
    CASE WHEN count(p.user_key) = count(*) AND count(DISTINCT p.user_key) = 1 THEN min(p.user_id) END AS user_id,
    CASE WHEN count(p.user_key) = count(*) AND count(DISTINCT p.user_key) = 1 AND count(DISTINCT p.session_id) = 1 THEN min(p.session_id) END AS session_id,
    array_join(slice(array_sort(array_agg(DISTINCT p.mark)), 1, 5), ', ') AS marks,
    min(CASE WHEN p.place = 1 THEN p.object_key END) AS first_key, max(CAST(p.event_time_ms AS varchar) || ' ' || p.event_id) AS last_event,
    array_agg(p.event_id) FILTER (WHERE p.place <= 9) AS examples
  FROM placed p
  GROUP BY p.caller, p.source_address, p.bucket, p.dt, p.hour_ms
)
SELECT h.first_ms AS event_time_ms, h.dt,
  h.caller || ' ' || coalesce(h.source_address, '') || ' ' || coalesce(h.bucket, '') || ' ' || substr(CAST(h.first_time AS varchar), 1, 13) AS subject,
  coalesce(h.user_id || ' as ', '') || h.caller || ' encrypted objects with a key that is not ours in ' || coalesce(h.bucket, 'a bucket that is not named') || ' from ' || coalesce(h.source_address, 'no address')
    || ' between ' || substr(CAST(h.first_time AS varchar), 1, 19) || ' and ' || substr(CAST(h.last_time AS varchar), 12, 8) || ' UTC: '
    || CAST(h.calls AS varchar) || CASE WHEN h.calls = 1 THEN ' call' ELSE ' calls' END || ' (' || h.marks || '), the first on ' || coalesce(h.first_key, 'no key')
    || CASE WHEN h.failed = h.calls THEN '; all of them failed: ' || h.error_code WHEN h.failed > 0 THEN '; ' || CAST(h.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  h.user_id, h.session_id, h.source_address, h.bucket AS resource,
  array_sort(array_distinct(h.examples || ARRAY[substr(h.last_event, strpos(h.last_event, ' ') + 1)])) AS event_ids
FROM hourly h
