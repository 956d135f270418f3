-- title: The newest digests are lacking
-- severity: medium
-- looks at: everything
-- meaning: CloudTrail delivers a digest an hour, also when nothing happened. The newest of a chain is more than three hours older than
--   the newest delivery that the lake knows of (`verify-logs`): digests at the end of a chain leave no trace when they are deleted.
-- next: Fetch the digests again. If there are none in the bucket: `aws cloudtrail get-trail-status`; was validation switched off
--   (`evidence-tampering`), or were they deleted (`query object-history` of the log bucket)?
-- false positives: Log files that were copied later than the digests; a trail that was taken down on purpose.
-- source: AWS: CloudTrail, validating log file integrity; docs/evidence.md
-- att&ck: T1562.008 Impair Defenses: Disable or Modify Cloud Logs
SELECT d.digest_start_ms AS event_time_ms, substr(CAST(d.digest_start AS varchar), 1, 10) AS dt, d.chain || ' ' || CAST(d.digest_start_ms AS varchar) AS subject,
  'no digest of ' || d.chain || ' is newer than ' || substr(CAST(d.digest_start AS varchar), 1, 19) || ' UTC: ' || d.note AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  d.chain AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM digests d
WHERE d.state = 'absent' AND d.reason = 'overdue'
