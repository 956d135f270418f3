-- title: Log files that CloudTrail wrote are not here
-- severity: high
-- looks at: everything
-- meaning: Digests whose signatures verify list log files that are neither in the lake nor in the paths that `verify-logs` was given: they
--   were deleted, or never given. Told once for each account, region and day; once for an account and region of which nothing is here.
-- next: Fetch them from the bucket; what is gone there is in a version, a replica or a backup, or was deleted: `query object-history`
--   of the log bucket, and the finding `evidence-tampering`.
-- false positives: A copy of some of the log files with all of the digests: give --from and --to, or the other files.
-- source: AWS: CloudTrail, validating log file integrity; docs/evidence.md
-- att&ck: T1070 Indicator Removal
WITH missing AS (
  SELECT c.*, coalesce(c.account_id, 'unknown') AS account, coalesce(c.region, 'unknown') AS place, coalesce(c.delivered_ms, c.digest_end_ms, c.checked_at_ms) AS at_ms,
    substr(CAST(coalesce(c.delivered, c.digest_end, c.checked_at) AS varchar), 1, 10) AS on_dt,
    CASE WHEN c.reason = 'none_of_region' THEN 'all' ELSE substr(CAST(coalesce(c.delivered, c.digest_end, c.checked_at) AS varchar), 1, 10) END AS span
  FROM log_checks c
  WHERE c.state = 'missing'
)
SELECT min(at_ms) AS event_time_ms, min(on_dt) AS dt, account || ' ' || place || ' ' || span AS subject,
  'log files of account ' || account || ' in ' || place || CASE WHEN span = 'all' THEN '' ELSE ', delivered on ' || span || ',' END
    || ' that genuine digests list are not here: ' || CAST(count(*) AS varchar)
    || CASE WHEN max(reason) = 'others_here' THEN ', though others of that day are' WHEN span = 'all' THEN ', nor any other of that account and region' ELSE ', nor any other of that day' END
    || '; the first: ' || min(location) AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  'log files of ' || account || ' ' || place AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM missing
GROUP BY account, place, span
