-- title: Conflicting copies of a log record
-- severity: high
-- looks at: days
-- meaning: Records with one event id and one time, or corrections of one event with one time, differ in something that a verdict depends on.
--   CloudTrail delivers a record more than once, but the same, and corrects a record once. One of them was changed or forged, so nobody is
--   named: the verdict is ambiguous, and lists everybody that any of them points to.
-- next: Run `appstream-audit explain EVENT_ID` for the log files of the copies, and check those with `appstream-audit verify-logs`. Who
--   wrote them (`query object-history`)?
-- false positives: Logs that another program rewrote on their way; documentation and test data.
-- source: docs/verdicts.md, row 0
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH judged AS (
  SELECT a.event_id, a.event_time_ms, a.event_time, a.dt, a.event_name, a.bucket, a.object_key, array_join(a.candidate_user_ids, ', ') AS users
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.verdict_row = '0'
), claim AS (
  SELECT j.event_id, j.event_time_ms, e.dt, e.corrects_event_id, e.event_name, coalesce(e.object_key, '') AS object_key
  FROM judged j
  JOIN events e ON e.dt = j.dt AND e.event_id = j.event_id AND e.event_time_ms = j.event_time_ms
  WHERE e.dt >= :first_dt AND e.corrects_event_id IS NOT NULL
), compared_events AS (
  SELECT event_id, event_time_ms, dt, event_id AS with_event_id FROM judged
  UNION
  SELECT a.event_id, a.event_time_ms, a.dt, b.event_id
  FROM claim a
  JOIN claim b ON b.corrects_event_id = a.corrects_event_id AND b.event_time_ms = a.event_time_ms AND b.event_name = a.event_name
    AND b.object_key = a.object_key
), copied AS (
  SELECT j.event_id, j.event_time_ms, j.with_event_id, e.record_sha256,
    e.join_time_ms, e.event_source, e.event_name, e.event_category, coalesce(e.account_id, '') AS account_id, coalesce(e.recipient_account_id, '') AS recipient_account_id,
    coalesce(e.region, '') AS region, coalesce(e.source_address, '') AS source_address, coalesce(e.vpc_endpoint_id, '') AS vpc_endpoint_id,
    coalesce(e.vpc_endpoint_account_id, '') AS vpc_endpoint_account_id,
    coalesce(e.principal_arn, '') || ' ' || coalesce(e.principal_type, '') || ' ' || coalesce(e.principal_role_arn, '') AS caller, coalesce(e.role_session_name, '') AS role_session_name,
    coalesce(e.access_key_id, '') AS access_key_id, coalesce(e.invoked_by, '') AS invoked_by,
    coalesce(e.on_behalf_of_user_id, '') || ' ' || coalesce(e.principal_name, '') || ' ' || coalesce(e.source_identity, '') || ' ' || coalesce(e.identity_store_arn, '') AS person,
    coalesce(e.bucket, '') AS bucket, coalesce(e.key_account_id, '') || coalesce(e.key_authentication_type, '') || coalesce(e.key_user_hash, '') AS key_user,
    coalesce(e.error_code, '') AS error_code, coalesce(e.user_agent, '') AS user_agent
  FROM compared_events j
  JOIN events e ON e.dt = j.dt AND e.event_id = j.with_event_id AND e.event_time_ms = j.event_time_ms
  WHERE e.dt >= :first_dt
), compared AS (
  SELECT event_id, event_time_ms, count(DISTINCT record_sha256) AS copies, count(DISTINCT with_event_id) AS corrections, array_agg(DISTINCT record_sha256 ORDER BY record_sha256) AS hashes,
    min(source_address) AS low_address, max(source_address) AS high_address,
    CASE WHEN min(join_time_ms) <> max(join_time_ms) THEN ', time' ELSE '' END
      || CASE WHEN min(event_source) <> max(event_source) OR min(event_name) <> max(event_name) THEN ', call' ELSE '' END
      || CASE WHEN min(event_category) <> max(event_category) THEN ', category' ELSE '' END
      || CASE WHEN min(account_id) <> max(account_id) THEN ', account' ELSE '' END
      || CASE WHEN min(recipient_account_id) <> max(recipient_account_id) THEN ', recipient' ELSE '' END
      || CASE WHEN min(region) <> max(region) THEN ', region' ELSE '' END
      || CASE WHEN min(source_address) <> max(source_address) THEN ', address' ELSE '' END
      || CASE WHEN min(vpc_endpoint_id) <> max(vpc_endpoint_id) OR min(vpc_endpoint_account_id) <> max(vpc_endpoint_account_id) THEN ', endpoint' ELSE '' END
      || CASE WHEN min(caller) <> max(caller) THEN ', caller' ELSE '' END
      || CASE WHEN min(role_session_name) <> max(role_session_name) THEN ', role session' ELSE '' END
      || CASE WHEN min(access_key_id) <> max(access_key_id) THEN ', access key' ELSE '' END
      || CASE WHEN min(invoked_by) <> max(invoked_by) THEN ', invoking service' ELSE '' END
      || CASE WHEN min(person) <> max(person) THEN ', whom the credentials name' ELSE '' END
      || CASE WHEN min(bucket) <> max(bucket) THEN ', bucket' ELSE '' END
      || CASE WHEN min(key_user) <> max(key_user) THEN ', user in the key' ELSE '' END
      || CASE WHEN min(error_code) <> max(error_code) THEN ', error' ELSE '' END
      || CASE WHEN min(user_agent) <> max(user_agent) THEN ', user agent' ELSE '' END AS differences
  FROM copied
  GROUP BY event_id, event_time_ms
)
SELECT j.event_time_ms, j.dt, j.event_id || ' ' || CAST(j.event_time_ms AS varchar) AS subject,
  'the event ' || j.event_id || ' (' || j.event_name || coalesce(' ' || j.bucket, '') || coalesce('/' || j.object_key, '') || ' at ' || substr(CAST(j.event_time AS varchar), 1, 19)
    || ' UTC) stands on ' || CAST(c.copies AS varchar) || ' records that differ in: ' || substr(c.differences, 3)
    || CASE WHEN c.low_address <> c.high_address THEN ' (' || CASE WHEN c.low_address = '' THEN 'none' ELSE c.low_address END || ' and ' || c.high_address || ')' ELSE '' END
    || CASE WHEN j.users = '' THEN '' ELSE '; they point to ' || j.users END
    || CASE WHEN c.corrections > 1 THEN '; ' || CAST(c.corrections AS varchar) || ' corrections of one event, of one time' ELSE '' END
    || '. SHA-256 of the records: ' || array_join(slice(c.hashes, 1, 4), ', ') || CASE WHEN cardinality(c.hashes) > 4 THEN ' and others' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CASE WHEN c.low_address = c.high_address THEN nullif(c.low_address, '') END AS source_address,
  coalesce(j.bucket, '') || '/' || coalesce(j.object_key, '') AS resource, ARRAY[j.event_id] AS event_ids
FROM judged j
JOIN compared c ON c.event_id = j.event_id AND c.event_time_ms = j.event_time_ms
