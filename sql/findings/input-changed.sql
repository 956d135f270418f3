-- title: Input changed after it was read
-- severity: medium
-- looks at: everything
-- meaning: A log of CloudTrail or a usage report was read from one place with different contents. Both were kept, and each is told by
--   its SHA-256. AWS writes a log of CloudTrail once; a usage report it may write again. (A log of CloudTrail under the name that AWS
--   gives it is also a finding `evidence-tampering`.)
-- next: Which of them is the one that AWS wrote? `appstream-audit verify-logs`, versions of the object in its bucket, who wrote it
--   (`query object-history`). `report-rewritten` says what a changed report says otherwise.
-- false positives: A report that AWS issued again; an export that is written to the same file every day.
-- source: docs/verdicts.md, reports issued again
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH content AS (
  SELECT location, kind, sha256, min(modified_ms) AS modified_ms, min(modified) AS modified
  FROM inputs
  WHERE kind IN ('cloudtrail', 'usage_report') AND status <> 'rejected'
  GROUP BY location, kind, sha256
), changed AS (
  SELECT location, kind, min(modified_ms) AS first_ms, min(modified) AS first_time, count(*) AS contents,
    array_agg(sha256 || ' of ' || substr(CAST(modified AS varchar), 1, 19) || ' UTC' ORDER BY modified_ms, sha256) AS told
  FROM content
  GROUP BY location, kind
  HAVING count(*) > 1
)
SELECT c.first_ms AS event_time_ms, substr(CAST(c.first_time AS varchar), 1, 10) AS dt, c.location AS subject,
  CASE c.kind WHEN 'cloudtrail' THEN 'the log of CloudTrail ' ELSE 'the usage report ' END || c.location || ' was read with ' || CAST(c.contents AS varchar)
    || ' different contents: SHA-256 ' || array_join(slice(c.told, 1, 5), ', ') || CASE WHEN c.contents > 5 THEN ' and others' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address, c.location AS resource,
  CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM changed c
