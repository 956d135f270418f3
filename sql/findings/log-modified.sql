-- title: A log file is not as CloudTrail wrote it
-- severity: critical
-- looks at: everything
-- meaning: A digest whose signature verifies lists a log file of this name with another SHA-256, or bytes follow the gzip stream that
--   CloudTrail wrote (`verify-logs`). Its records may be changed, taken out or added; their verdicts rest on a file that is not genuine.
-- next: Fetch the file again from the bucket, an older version of it where versions are kept, and ingest that. Who wrote the other one
--   (`query object-history` of the log bucket)? `query unverified-events` lists the events that came from it.
-- false positives: A download that was cut off; tools that write log files anew under their old name.
-- source: AWS: CloudTrail, validating log file integrity; docs/evidence.md
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
SELECT coalesce(c.delivered_ms, c.digest_end_ms, c.checked_at_ms) AS event_time_ms,
  substr(CAST(coalesce(c.delivered, c.digest_end, c.checked_at) AS varchar), 1, 10) AS dt, c.location || ' ' || c.version AS subject,
  'the log file ' || c.location || ' is not as CloudTrail wrote it (' || c.reason || '): ' || c.note AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  c.location AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM log_checks c
WHERE c.state = 'modified'
