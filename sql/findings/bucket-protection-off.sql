-- title: Versioning or public-access block switched off
-- severity: high
-- looks at: days
-- meaning: Versioning of a bucket was suspended, or the public-access block of a bucket or of the account was taken away or one
--   of its four switches turned off. Of buckets with logs `evidence-tampering` tells.
-- next: Put it back first. Was the change planned? What was deleted or opened since (`query deletes`, finding
--   `public-access-granted`)?
-- false positives: Planned changes; a website's bucket.
-- source: AWS: API reference, PutBucketVersioning and PutPublicAccessBlock
-- att&ck: T1562 Impair Defenses
WITH log_bucket AS (
  SELECT substr(location, 6, strpos(substr(location, 6), '/') - 1) AS bucket FROM inputs WHERE location LIKE 's3://_%/%' AND kind IN ('cloudtrail', 'usage_report', 'flow_log')
  UNION
  SELECT value FROM event_parameters WHERE event_source = 'cloudtrail.amazonaws.com' AND name = 's3BucketName'
  UNION
  SELECT bucket FROM policy_evidence_buckets
), off AS (
  SELECT p.event_id, p.record_sha256, p.dt, array_join(array_agg(DISTINCT replace(replace(p.name, 'PublicAccessBlockConfiguration.', ''), 'VersioningConfiguration.Status', 'versioning')
    ORDER BY replace(replace(p.name, 'PublicAccessBlockConfiguration.', ''), 'VersioningConfiguration.Status', 'versioning')), ', ') AS switches
  FROM event_parameters p
  WHERE p.event_source = 's3.amazonaws.com'
    AND ((p.name LIKE 'PublicAccessBlockConfiguration.%' AND p.value = 'false') OR (p.name = 'VersioningConfiguration.Status' AND p.value = 'Suspended'))
  GROUP BY p.event_id, p.record_sha256, p.dt
)
SELECT c.event_time_ms, c.dt, c.event_id || ' ' || CAST(c.event_time_ms AS varchar) AS subject,
  c.caller || CASE WHEN o.switches IS NULL THEN ' took away the public-access block' ELSE ' switched off ' || o.switches END
    || CASE WHEN c.event_name LIKE '%Account%' THEN ' of account ' || coalesce(c.account_id, 'that is not named') ELSE coalesce(' of the bucket ' || c.bucket, '') END || c.circumstances AS summary,
  c.user_id, c.session_id, c.source_address, coalesce(c.bucket, 'account ' || c.account_id) AS resource, ARRAY[c.event_id] AS event_ids
FROM finding_calls c
LEFT JOIN off o ON o.event_id = c.event_id AND o.record_sha256 = c.record_sha256 AND o.dt = c.dt
LEFT JOIN log_bucket b ON b.bucket = c.bucket
WHERE c.event_source = 's3.amazonaws.com' AND c.event_category <> 'Data'
  AND (o.event_id IS NOT NULL OR c.event_name IN ('DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock'))
  AND b.bucket IS NULL AND coalesce(c.bucket, '') NOT LIKE 'appstream-logs-%' AND coalesce(c.bucket, '') NOT LIKE 'aws-cloudtrail-logs-%'
