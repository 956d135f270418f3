-- title: Hours without a digest
-- severity: medium
-- looks at: everything
-- meaning: Between two digests of a chain there are hours without one (`verify-logs`): they were deleted or not given (the next one names
--   one that is not here), or validation or logging was off (the next one begins a chain). Log files of these hours are not covered.
--   Calls that stop, start, change or delete trails within the gap, or in the two hours before it, in whichever account, are named.
-- next: Deleted: fetch older versions, replicas, backups, and see the finding `evidence-tampering`. Off: who switched it off, and what was
--   done meanwhile?
-- false positives: A copy of some of the digests; a trail that was made anew on purpose.
-- source: AWS: CloudTrail, validating log file integrity; docs/evidence.md
-- att&ck: T1562.008 Impair Defenses: Disable or Modify Cloud Logs
WITH gap AS (
  SELECT d.digest_id, d.chain, d.account_id, d.digest_start_ms, d.digest_start, d.digest_end, d.digest_end_ms, d.reason, d.note
  FROM digests d
  WHERE d.state = 'absent' AND d.reason IN ('removed', 'not_made', 'restarted')
), told AS (
  SELECT g.digest_id, array_sort(array_agg(DISTINCT p.event_id)) AS event_ids, array_join(array_sort(array_agg(DISTINCT p.event_name)), ', ') AS calls
  FROM gap g
  JOIN event_parameters p ON p.event_time_ms >= g.digest_start_ms - 7200000 AND p.event_time_ms <= g.digest_end_ms
  WHERE p.event_source = 'cloudtrail.amazonaws.com' AND p.event_name IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'StartLogging', 'CreateTrail')
  GROUP BY g.digest_id
)
SELECT g.digest_start_ms AS event_time_ms, substr(CAST(g.digest_start AS varchar), 1, 10) AS dt, g.chain || ' ' || CAST(g.digest_start_ms AS varchar) AS subject,
  'no digest of ' || g.chain || ' from ' || substr(CAST(g.digest_start AS varchar), 1, 19) || ' to ' || substr(CAST(g.digest_end AS varchar), 1, 19) || ' UTC: ' || g.note
    || coalesce('; calls to trails then: ' || t.calls, '') AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  g.chain AS resource, coalesce(t.event_ids, CAST(ARRAY[] AS varchar ARRAY)) AS event_ids
FROM gap g
LEFT JOIN told t ON t.digest_id = g.digest_id
