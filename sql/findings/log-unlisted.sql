-- title: A log file that CloudTrail does not vouch for
-- severity: medium
-- looks at: everything
-- meaning: Genuine digests of every trail of its account and region cover the time in its name, a day has passed since, and none lists
--   it (`verify-logs`). Nobody but CloudTrail should write log files: it may be made up, to blame somebody or to fill a hole.
-- next: `query unverified-events` lists its events; hold them against other copies of the same calls and against the usage reports. Who
--   wrote the object (`query object-history` of the log bucket)? A backfill digest may still list it: fetch digests again.
-- false positives: A log file that a digest left out because of a delay and that no backfill lists yet; files of another trail whose
--   digests were not given.
-- source: AWS: CloudTrail, validating log file integrity; docs/evidence.md
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
SELECT coalesce(c.delivered_ms, c.checked_at_ms) AS event_time_ms, substr(CAST(coalesce(c.delivered, c.checked_at) AS varchar), 1, 10) AS dt,
  c.location || ' ' || c.version AS subject, 'no digest lists the log file ' || c.location || ': ' || c.note AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  c.location AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM log_checks c
WHERE c.state = 'unlisted'
