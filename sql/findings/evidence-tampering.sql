-- title: Logs or their protection tampered with
-- severity: high
-- looks at: days
-- meaning: A trail was stopped, deleted or changed, flow logs or the usage report subscription were taken away; the policy, versioning,
--   lifecycle or another protection of a bucket with logs was changed; objects in it were deleted (told once for each caller, bucket
--   and hour); or a log of CloudTrail that was read before came again under the same key with other bytes. Buckets with logs are those
--   that inputs came from, those that trails were pointed at, and those with the names that AWS gives them, and `policy.evidenceBuckets` (in the cloud
--   the central bucket is one of them). The user is named when every deletion of the hour is known to be theirs.
-- next: Put it back first. `appstream-audit verify-logs` says which log files are missing or changed; `status` shows the gaps since.
-- false positives: Planned changes by whoever keeps the trail; lifecycles that were tightened on purpose.
-- source: AWS: CloudTrail, security best practices
-- att&ck: T1562.008 Impair Defenses: Disable or Modify Cloud Logs
WITH log_bucket AS (
  SELECT substr(location, 6, strpos(substr(location, 6), '/') - 1) AS bucket FROM inputs WHERE location LIKE 's3://_%/%' AND kind IN ('cloudtrail', 'usage_report', 'flow_log')
  UNION
  SELECT value FROM event_parameters WHERE event_source = 'cloudtrail.amazonaws.com' AND name = 's3BucketName'
  UNION
  SELECT bucket FROM policy_evidence_buckets
), told AS (
  SELECT c.event_time_ms, c.dt, c.event_id || ' ' || CAST(c.event_time_ms AS varchar) AS subject, c.caller || ' called ' || c.event_name || coalesce(' on ' || c.bucket, '') AS deed,
    c.circumstances, c.user_id, c.session_id, c.source_address, c.event_id, c.record_sha256, c.bucket
  FROM finding_calls c
  LEFT JOIN log_bucket b ON b.bucket = c.bucket
  WHERE (c.event_source = 'cloudtrail.amazonaws.com' AND c.event_name IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'DeleteEventDataStore',
      'UpdateEventDataStore', 'StopEventDataStoreIngestion'))
    OR (c.event_source = 'appstream.amazonaws.com' AND c.event_name = 'DeleteUsageReportSubscription')
    OR (c.event_source = 'ec2.amazonaws.com' AND c.event_name = 'DeleteFlowLogs')
    OR (c.event_source = 's3.amazonaws.com' AND c.event_category <> 'Data' AND (b.bucket IS NOT NULL OR c.bucket LIKE 'appstream-logs-%' OR c.bucket LIKE 'aws-cloudtrail-logs-%')
      AND (c.event_name LIKE 'PutBucket%' OR c.event_name LIKE 'DeleteBucket%' OR c.event_name LIKE 'PutObjectLock%')
      AND c.event_name NOT IN ('PutBucketTagging', 'DeleteBucketTagging', 'PutBucketMetricsConfiguration', 'PutBucketInventoryConfiguration', 'PutBucketAnalyticsConfiguration'))
), named AS (
  SELECT t.event_id, t.record_sha256, min(p.value) AS thing
  FROM told t
  JOIN event_parameters p ON p.event_id = t.event_id AND p.record_sha256 = t.record_sha256 AND p.dt = t.dt
  WHERE p.name IN ('name', 'trailName', 'eventDataStore') OR p.name LIKE 'DeleteFlowLogsRequest.%' OR p.name = 'VersioningConfiguration.Status'
  GROUP BY t.event_id, t.record_sha256
), deleted AS (
  SELECT coalesce(e.principal_arn, e.principal_type, 'anonymous') AS caller, coalesce(e.source_address, '') AS source_address, e.bucket, e.dt, e.event_time_ms - e.event_time_ms % 3600000 AS hour_ms,
    min(e.event_time_ms) AS first_ms, min(e.event_time) AS first_time, count(*) AS calls, count(e.error_code) AS failed, max(e.error_code) AS error_code, min(e.object_key) AS object_key,
    min(CAST(e.event_time_ms AS varchar) || ' ' || e.event_id) AS first_event, max(CAST(e.event_time_ms AS varchar) || ' ' || e.event_id) AS last_event,
    CASE WHEN count(a.user_key) = count(*) THEN count(DISTINCT a.user_key) ELSE 0 END AS users, count(DISTINCT a.session_id) AS sessions,
    min(a.user_id) AS user_id, min(a.session_id) AS session_id
  FROM events e
  JOIN finding_days d ON d.dt = e.dt
  LEFT JOIN log_bucket b ON b.bucket = e.bucket
  LEFT JOIN policy_evidence_buckets p ON p.bucket = e.bucket
  LEFT JOIN (SELECT f.event_id, f.event_time_ms, f.dt, f.user_key, f.user_id, f.session_id FROM attributions f JOIN finding_days g ON g.dt = f.dt
    WHERE f.action = 'delete' AND f.user_key IS NOT NULL) a ON a.event_id = e.event_id AND a.event_time_ms = e.event_time_ms AND a.dt = e.dt
  WHERE e.event_category = 'Data' AND e.action = 'delete' AND coalesce(e.principal_type, '') <> 'AWSService'
    AND (b.bucket IS NOT NULL OR e.bucket LIKE 'appstream-logs-%' OR e.bucket LIKE 'aws-cloudtrail-logs-%')
    -- what the pipeline itself makes and clears away in its central bucket is no evidence
    AND NOT (p.bucket IS NOT NULL AND (e.object_key LIKE 'work/%' OR e.object_key LIKE 'answers/%' OR e.object_key LIKE 'athena-results/%' OR e.object_key LIKE 'control/%'))
  GROUP BY coalesce(e.principal_arn, e.principal_type, 'anonymous'), coalesce(e.source_address, ''), e.bucket, e.dt, e.event_time_ms - e.event_time_ms % 3600000
), changed AS (
  SELECT location, max(modified_ms) AS modified_ms, max(modified) AS modified
  FROM inputs
  WHERE kind = 'cloudtrail' AND content = 'records' AND status = 'ingested' AND location LIKE '%\_CloudTrail\_%.json%' ESCAPE '\'
  GROUP BY location
  HAVING count(DISTINCT sha256) > 1
)
SELECT t.event_time_ms, t.dt, t.subject, t.deed || coalesce(' (' || n.thing || ')', '') || t.circumstances AS summary, t.user_id, t.session_id, t.source_address,
  coalesce(t.bucket, n.thing, 'the evidence') AS resource, ARRAY[t.event_id] AS event_ids
FROM told t
LEFT JOIN named n ON n.event_id = t.event_id AND n.record_sha256 = t.record_sha256
UNION ALL
SELECT x.first_ms, x.dt, 'deletes ' || x.caller || ' ' || x.source_address || ' ' || x.bucket || ' ' || substr(CAST(x.first_time AS varchar), 1, 13),
  x.caller || ' deleted in ' || x.bucket || ', a bucket with logs, from ' || coalesce(nullif(x.source_address, ''), 'no address') || ' in the hour of '
    || substr(CAST(x.first_time AS varchar), 1, 13) || ':00 UTC: ' || CAST(x.calls AS varchar) || ' calls' || coalesce(', among them ' || x.object_key, '')
    || CASE WHEN x.failed = x.calls THEN '; all of them failed: ' || x.error_code WHEN x.failed > 0 THEN '; ' || CAST(x.failed AS varchar) || ' of them failed' ELSE '' END,
  CASE WHEN x.users = 1 THEN x.user_id END, CASE WHEN x.users = 1 AND x.sessions = 1 THEN x.session_id END, nullif(x.source_address, ''), x.bucket,
  array_sort(array_distinct(ARRAY[substr(x.first_event, strpos(x.first_event, ' ') + 1), substr(x.last_event, strpos(x.last_event, ' ') + 1)]))
FROM deleted x
UNION ALL
SELECT h.modified_ms, substr(CAST(h.modified AS varchar), 1, 10), 'log ' || h.location,
  'the log ' || h.location || ' was read before with other bytes; CloudTrail never writes a log file twice. Last modified ' || substr(CAST(h.modified AS varchar), 1, 19) || ' UTC',
  CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), h.location, CAST(ARRAY[] AS varchar ARRAY)
FROM changed h
