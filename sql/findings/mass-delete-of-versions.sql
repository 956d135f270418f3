-- title: Mass deletion of object versions
-- severity: critical
-- looks at: days
-- meaning: At least 20 versions of objects of a bucket were deleted by id in an hour (UTC) by one caller from one address:
--   unlike a delete marker, nothing brings them back. Told once for each caller, address, bucket and hour; calls that failed
--   are counted, but not among the 20.
-- next: Stop the caller: revoke its sessions. Is there a replica or a backup? Object Lock and MFA delete make it impossible.
--   `query deletes` lists what went.
-- rest: deletes bucket=resource from=dt to=dt
-- false positives: A clean-up that was planned; a tool that empties buckets of tests.
-- source: AWS: DeleteObject with versionId
-- att&ck: T1485 Data Destruction
WITH marked AS (
  SELECT a.event_id, a.event_time_ms, a.event_time, a.dt, a.source_address, a.bucket, a.object_key, a.error_code, a.user_key, a.user_id, a.session_id,
    coalesce(a.principal_arn, a.principal_type, 'anonymous') AS caller, a.event_time_ms - a.event_time_ms % 3600000 AS hour_ms, 'versions by id' AS mark
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  JOIN event_parameters p ON p.event_id = a.event_id AND p.record_sha256 = a.record_sha256 AND p.dt = a.dt AND p.name = 'versionId'
  WHERE a.event_category = 'Data' AND a.action = 'delete'
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
  coalesce(h.user_id || ' as ', '') || h.caller || ' deleted versions for good in ' || coalesce(h.bucket, 'a bucket that is not named') || ' from ' || coalesce(h.source_address, 'no address')
    || ' between ' || substr(CAST(h.first_time AS varchar), 1, 19) || ' and ' || substr(CAST(h.last_time AS varchar), 12, 8) || ' UTC: '
    || CAST(h.calls AS varchar) || CASE WHEN h.calls = 1 THEN ' call' ELSE ' calls' END || ' (' || h.marks || '), the first on ' || coalesce(h.first_key, 'no key')
    || CASE WHEN h.failed = h.calls THEN '; all of them failed: ' || h.error_code WHEN h.failed > 0 THEN '; ' || CAST(h.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  h.user_id, h.session_id, h.source_address, h.bucket AS resource,
  array_sort(array_distinct(h.examples || ARRAY[substr(h.last_event, strpos(h.last_event, ' ') + 1)])) AS event_ids
FROM hourly h
WHERE h.calls - h.failed >= 20
