-- The books of the report rows: read = sessions + joined + replaced + contradicting. Each is counted for itself.
WITH replaced AS (
  SELECT count(*) AS said_rows
  FROM sessions s
  JOIN report_issues i ON i.account_id = s.account_id AND i.region = s.region AND i.report_day = s.report_day
    AND i.source_file = s.source_file AND i.source_modified_ms = s.source_modified_ms AND i.ingested_at_ms = s.ingested_at_ms
  WHERE s.origin = 'report' AND NOT i.counts AND coalesce(s.contradiction, '') NOT LIKE '%account%'
    AND coalesce(s.contradiction, '') NOT LIKE '%region%'
), updated AS (
  SELECT coalesce(sum(s.said_rows), 0) AS said_rows
  FROM stated_sessions s
  LEFT JOIN counting_sessions c ON c.statement_no = s.statement_no
  LEFT JOIN report_issues i ON s.placed AND i.account_id = s.account_id AND i.region = s.region AND i.report_day = s.report_day
    AND i.source_file = s.source_file AND i.source_modified_ms = s.source_modified_ms AND i.ingested_at_ms = s.ingested_at_ms
  WHERE c.statement_no IS NULL AND (NOT s.placed OR i.counts)
), resolved AS (
  SELECT sum(CASE WHEN contradicting THEN 0 ELSE 1 END) AS sessions, sum(CASE WHEN contradicting THEN 1 ELSE 0 END) AS contradicting,
    sum(said_rows - 1) AS joined
  FROM resolved_sessions
  WHERE origin = 'report'
)
SELECT CAST((SELECT count(*) FROM sessions WHERE origin = 'report') AS bigint) AS session_rows,
  CAST(coalesce(r.sessions, 0) AS bigint) AS sessions, CAST(coalesce(r.joined, 0) AS bigint) AS session_rows_joined,
  CAST(p.said_rows + u.said_rows AS bigint) AS session_rows_replaced, CAST(coalesce(r.contradicting, 0) AS bigint) AS sessions_contradicting
FROM resolved r CROSS JOIN replaced p CROSS JOIN updated u
