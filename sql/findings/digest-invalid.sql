-- title: A digest is not as CloudTrail wrote it
-- severity: high
-- looks at: everything
-- meaning: The signature of a digest does not verify, bytes follow its gzip stream, it is no digest at all, or the digest before it is
--   another than the one that it names (`verify-logs`). What only it lists is not covered.
-- next: Fetch it again, with its metadata (`verify-logs --online`). If it stays so, somebody wrote it: `query object-history` of the log
--   bucket.
-- false positives: A download that was cut off; a saved signature of another object.
-- source: AWS: CloudTrail, custom implementations of log file integrity validation; docs/evidence.md
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
SELECT coalesce(d.digest_end_ms, d.checked_at_ms) AS event_time_ms, substr(CAST(coalesce(d.digest_end, d.checked_at) AS varchar), 1, 10) AS dt,
  d.digest_id AS subject, 'the digest ' || coalesce(d.location, d.chain) || ' (' || d.state || '): ' || d.note AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  coalesce(d.location, d.chain) AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM digests d
WHERE d.state IN ('bad_signature', 'broken_link', 'malformed')
