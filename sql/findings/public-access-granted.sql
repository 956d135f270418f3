-- title: Bucket or object made public
-- severity: high
-- looks at: days
-- meaning: An ACL that lets everybody, or everybody with an AWS account, in was put on an object or a bucket, or a bucket
--   policy with a statement that allows everybody without a condition. Told once for each caller, address, bucket and hour
--   (UTC).
-- next: Take it back, then see who read meanwhile (`query bucket-activity`). The public-access block of the account makes it
--   impossible.
-- rest: bucket-activity bucket=resource from=dt to=dt
-- false positives: A website's bucket; a policy that is public on purpose. Where the public-access block stands, the ACL or
--   policy lets nobody in.
-- source: AWS: canned ACLs and predefined groups; bucket policies
-- att&ck: T1537 Transfer Data to Cloud Account
WITH marked AS (
  SELECT a.event_id, a.event_time_ms, a.event_time, a.dt, a.source_address, a.bucket, a.object_key, a.error_code, a.user_key, a.user_id, a.session_id,
    coalesce(a.principal_arn, a.principal_type, 'anonymous') AS caller, a.event_time_ms - a.event_time_ms % 3600000 AS hour_ms, 'the ACL ' || p.value AS mark
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  JOIN event_parameters p ON p.event_id = a.event_id AND p.record_sha256 = a.record_sha256 AND p.dt = a.dt AND p.name = 'publicAcl'
  WHERE a.event_category = 'Data' AND a.action = 'write'
  UNION ALL
  SELECT c.event_id, c.event_time_ms, c.event_time, c.dt, c.source_address, c.bucket, CAST(NULL AS varchar), c.error_code, c.user_key, c.user_id, c.session_id,
    coalesce(c.principal_arn, c.principal_type, 'anonymous'), c.event_time_ms - c.event_time_ms % 3600000,
    CASE WHEN p.name = 'publicPolicy' THEN 'a bucket policy for everybody' ELSE 'the ACL ' || p.value || ' of the bucket' END
  FROM finding_calls c
  JOIN event_parameters p ON p.event_id = c.event_id AND p.record_sha256 = c.record_sha256 AND p.dt = c.dt AND p.name IN ('publicAcl', 'publicPolicy')
  WHERE c.event_source = 's3.amazonaws.com' AND c.event_category <> 'Data'
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
  coalesce(h.user_id || ' as ', '') || h.caller || ' let the public into ' || coalesce(h.bucket, 'a bucket that is not named') || ' from ' || coalesce(h.source_address, 'no address')
    || ' between ' || substr(CAST(h.first_time AS varchar), 1, 19) || ' and ' || substr(CAST(h.last_time AS varchar), 12, 8) || ' UTC: '
    || CAST(h.calls AS varchar) || CASE WHEN h.calls = 1 THEN ' call' ELSE ' calls' END || ' (' || h.marks || '), the first on ' || coalesce(h.first_key, 'no key')
    || CASE WHEN h.failed = h.calls THEN '; all of them failed: ' || h.error_code WHEN h.failed > 0 THEN '; ' || CAST(h.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  h.user_id, h.session_id, h.source_address, h.bucket AS resource,
  array_sort(array_distinct(h.examples || ARRAY[substr(h.last_event, strpos(h.last_event, ' ') + 1)])) AS event_ids
FROM hourly h
