-- title: Log files without validation
-- severity: low
-- looks at: everything
-- meaning: Log files of an account and region are here, `verify-logs` was run, and no digest of that account and region was given: log file
--   validation of the trail is off, or its digests were not copied. Nothing proves these log files.
-- next: `aws cloudtrail describe-trails`: LogFileValidationEnabled should be true. Copy the folder CloudTrail-Digest beside CloudTrail.
-- false positives: Digests that lie elsewhere, and were not given.
-- source: AWS: CloudTrail, enabling log file integrity validation; CIS AWS Foundations Benchmark
-- att&ck: none
SELECT min(c.delivered_ms) AS event_time_ms, min(substr(CAST(c.delivered AS varchar), 1, 10)) AS dt, c.account_id || ' ' || c.region AS subject,
  'no digest could prove the log files of account ' || c.account_id || ' in ' || c.region || ': ' || CAST(count(*) AS varchar) AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  'trail of ' || c.account_id || ' ' || c.region AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM log_checks c
WHERE c.state = 'not_covered' AND c.reason = 'no_digest' AND c.account_id IS NOT NULL AND c.region IS NOT NULL AND c.delivered_ms IS NOT NULL
GROUP BY c.account_id, c.region
