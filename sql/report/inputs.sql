-- The inputs that the report rests on: log files of its events, and everything that tells of sessions.
WITH used AS (
  SELECT a.source_file, count(*) AS n FROM report_events a GROUP BY a.source_file
)
SELECT i.location, i.kind, i.content, i.status, i.sha256, i.size_bytes, i.records_read, i.kept, i.malformed, i.modified_ms,
  i.ingested_at_ms, coalesce(u.n, 0) AS n
FROM inputs i LEFT JOIN used u ON u.source_file = i.location
WHERE u.source_file IS NOT NULL OR i.kind <> 'cloudtrail' OR i.status <> 'ingested'
ORDER BY i.location, i.sha256
