-- Which input speaks for a report day: of one account, region and day, the one modified last (a re-issued report
-- replaces the whole day). `whole` is true when that input was read without a record set aside, and no later issue was
-- rejected: what that one says nobody knows.
WITH report AS (
  SELECT account_id, region, report_day, source_file, source_modified_ms
  FROM sessions
  WHERE origin = 'report'
  GROUP BY account_id, region, report_day, source_file, source_modified_ms
  UNION
  -- a report may have no rows for the account that its location names
  SELECT account_id, region, report_day, location, modified_ms
  FROM inputs
  WHERE content = 'sessions_report' AND status <> 'rejected'
    AND account_id IS NOT NULL AND region IS NOT NULL AND report_day IS NOT NULL
), ranked AS (
  SELECT account_id, region, report_day, source_file, source_modified_ms,
    row_number() OVER (PARTITION BY account_id, region, report_day ORDER BY source_modified_ms DESC, source_file DESC) AS place
  FROM report
), complete AS (
  SELECT location, modified_ms, report_day FROM inputs WHERE content = 'sessions_report' AND status = 'ingested' AND report_day IS NOT NULL
  GROUP BY location, modified_ms, report_day
), refused AS (
  SELECT account_id, region, report_day, max(modified_ms) AS modified_ms
  FROM inputs
  WHERE kind = 'usage_report' AND content <> 'applications_report' AND status = 'rejected'
    AND account_id IS NOT NULL AND region IS NOT NULL AND report_day IS NOT NULL
  GROUP BY account_id, region, report_day
)
SELECT r.account_id, r.region, r.report_day, r.source_file, r.source_modified_ms,
  CASE WHEN c.location IS NULL OR x.modified_ms >= r.source_modified_ms THEN false ELSE true END AS whole
FROM ranked r
LEFT JOIN refused x ON x.account_id = r.account_id AND x.region = r.region AND x.report_day = r.report_day
LEFT JOIN complete c ON c.location = r.source_file AND c.modified_ms = r.source_modified_ms AND c.report_day = r.report_day
WHERE r.place = 1
