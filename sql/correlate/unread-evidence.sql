-- Evidence known to be unread: each row of a sessions report that was set aside, each report that was rejected or cut off, each
-- report that could not be opened. It may name anybody; a null account, region or day may be any. What a later issue in
-- whole replaces, or a later reading of the same location, is not unread any more. `accepted` when somebody accepted that it
-- will never be readable, with these bytes or, where it was never opened, without any: then it does not keep its day open.
WITH input AS (
  SELECT location, version, modified_ms, ingested_at_ms, content, status, kept, malformed, reason, account_id, region, report_day
  FROM inputs
  WHERE kind = 'usage_report' AND coalesce(content, '') <> 'applications_report'
), reread AS (
  -- in whole, and with as many rows
  SELECT e.location, e.version
  FROM input e
  JOIN input l ON l.location = e.location
  WHERE l.status = 'ingested' AND l.ingested_at_ms > e.ingested_at_ms AND l.kept >= e.kept + e.malformed
  GROUP BY e.location, e.version
), replaced AS (
  -- an input may speak for several accounts: it is replaced when each of its issues is
  SELECT source_file, source_modified_ms, ingested_at_ms
  FROM report_issues
  GROUP BY source_file, source_modified_ms, ingested_at_ms
  HAVING max(CASE WHEN counts THEN 1 ELSE 0 END) = 0
), answered AS (
  -- rejected inputs of whose day a later issue is there in whole: modified later or, of one location, read later
  SELECT i.location, i.version
  FROM input i
  JOIN report_issues w ON w.account_id = i.account_id AND w.region = i.region AND w.report_day = i.report_day
  WHERE i.status = 'rejected' AND w.counts AND w.status = 'ingested'
    AND CASE WHEN w.source_file = i.location THEN w.ingested_at_ms > i.ingested_at_ms ELSE w.source_modified_ms > i.modified_ms END
  GROUP BY i.location, i.version
), faulty AS (
  SELECT i.*
  FROM input i
  LEFT JOIN reread g ON g.location = i.location AND g.version = i.version
  LEFT JOIN replaced p ON p.source_file = i.location AND p.source_modified_ms = i.modified_ms
    AND p.ingested_at_ms = i.ingested_at_ms
  LEFT JOIN answered w ON w.location = i.location AND w.version = i.version
  WHERE i.status <> 'ingested' AND (i.content = 'sessions_report' OR i.report_day IS NOT NULL OR lower(i.location) LIKE '%.csv' OR lower(i.location) LIKE '%.csv.gz')
    AND g.location IS NULL
    AND p.source_file IS NULL
    AND w.location IS NULL
), item AS (
  SELECT f.location, f.version, r.source_index, r.reason, f.account_id, f.region, f.report_day, f.modified_ms, f.status
  FROM faulty f
  JOIN rejected_records r ON r.location = f.location AND r.version = f.version
  WHERE f.content = 'sessions_report'
  UNION ALL
  SELECT location, version, CAST(NULL AS bigint), coalesce(reason, 'it could not be read'), account_id, region, report_day,
    modified_ms, status
  FROM faulty
  WHERE status = 'rejected' OR malformed = 0
  UNION ALL
  SELECT location, CAST(NULL AS varchar), CAST(NULL AS bigint), reason, account_id, region, report_day, CAST(NULL AS bigint),
    'failed'
  FROM failed_inputs
  WHERE kind = 'usage_report' AND location NOT LIKE '%/daily-app-report%'
), whole_input AS (
  SELECT location, version FROM acceptances WHERE source_index IS NULL GROUP BY location, version
), one_line AS (
  SELECT location, version, source_index FROM acceptances WHERE source_index IS NOT NULL GROUP BY location, version, source_index
)
SELECT t.location, t.version, t.source_index, t.reason, t.account_id, t.region, t.report_day, t.modified_ms, t.status,
  CASE WHEN max(CASE WHEN a.location IS NOT NULL OR l.location IS NOT NULL THEN 1 ELSE 0 END) = 1
    THEN true ELSE false END AS accepted
FROM item t
LEFT JOIN whole_input a ON a.location = t.location AND coalesce(a.version, '') = coalesce(t.version, '')
LEFT JOIN one_line l ON l.location = t.location AND l.source_index = t.source_index
  AND coalesce(l.version, '') = coalesce(t.version, '')
GROUP BY t.location, t.version, t.source_index, t.reason, t.account_id, t.region, t.report_day, t.modified_ms, t.status
