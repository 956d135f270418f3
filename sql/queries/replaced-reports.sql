-- title: What the issues of a report tell differently
-- question: Of days whose report has several issues that count, which sessions are not the same in all of them?
-- columns: report_day, account_id, user_id, session_start, session_end, session_id, report_file
-- A later issue that covers every row of an earlier one replaces it, and is not listed here.
WITH issue AS (
  SELECT i.account_id, i.region, i.report_day, i.source_file, i.source_modified_ms, i.ingested_at_ms, i.version,
         count(*) OVER (PARTITION BY i.account_id, i.region, i.report_day) AS issues
  FROM report_issues i
  JOIN report_days d ON d.account_id = i.account_id AND d.region = i.region AND d.report_day = i.report_day
  WHERE i.counts AND d.contested
), told AS (
  SELECT i.account_id, i.region, i.report_day, i.source_file, i.source_modified_ms, i.version, i.issues, s.source_modified, s.session_id, s.user_id, s.user_key,
         s.fleet_name, s.instance_id, s.session_start, s.session_start_ms, s.session_end, s.connected, array_join(array_sort(s.private_addresses), ', ') AS private_addresses,
         s.user_key || ' ' || CAST(s.session_start_ms AS varchar) || ' ' || CAST(s.session_end_ms AS varchar) || ' ' || coalesce(s.fleet_name, '') || ' ' || coalesce(s.instance_id, '')
           || ' ' || CAST(s.connected AS varchar) || ' ' || coalesce(CAST(s.is_multisession AS varchar), '') || ' ' || array_join(array_sort(s.private_addresses), ' ') AS said
  FROM issue i
  JOIN sessions s ON s.account_id = i.account_id AND s.region = i.region AND s.report_day = i.report_day AND s.source_file = i.source_file
    AND s.source_modified_ms = i.source_modified_ms AND s.ingested_at_ms = i.ingested_at_ms
  WHERE s.origin = 'report'
), common AS (
  SELECT account_id, region, report_day, session_id, said
  FROM told
  GROUP BY account_id, region, report_day, session_id, said, issues
  HAVING count(DISTINCT source_file || ' ' || CAST(source_modified_ms AS varchar) || ' ' || coalesce(version, '')) = issues
)
SELECT t.report_day, t.account_id, t.region, t.session_id, t.user_id, t.session_start, t.session_end, t.private_addresses, t.fleet_name, t.instance_id, t.connected,
       t.source_file AS report_file, t.source_modified AS report_modified, t.version AS report_sha256
FROM told t
LEFT JOIN common c ON c.account_id = t.account_id AND c.region = t.region AND c.report_day = t.report_day AND c.session_id = t.session_id AND c.said = t.said
WHERE c.session_id IS NULL
ORDER BY t.report_day DESC, t.account_id, t.region, t.session_id, t.source_modified_ms, t.source_file, t.user_id, t.session_start_ms
