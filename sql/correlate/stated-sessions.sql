-- What each report says of each session whose id is said more than once, by whatever report: one row a report and statement.
-- Rows of one report that say the same are joined, with their addresses: a session may have several network interfaces.
-- `placed` is true when the place of the report says its day; `misplaced` when the row is of another account or region than
-- its place. `statement_no` is the same whenever it is worked out.
WITH repeated AS (
  SELECT session_id FROM sessions WHERE origin = 'report' GROUP BY session_id HAVING count(*) > 1
), dated AS (
  SELECT location, modified_ms, ingested_at_ms
  FROM inputs
  WHERE kind = 'usage_report' AND content = 'sessions_report' AND report_day IS NOT NULL
  GROUP BY location, modified_ms, ingested_at_ms
), told AS (
  SELECT s.account_id, s.region, s.session_id, s.user_key, coalesce(s.fleet_name, '') AS fleet,
    coalesce(s.instance_id, '') AS instance, s.session_start_ms, s.session_end_ms, s.end_precision,
    s.private_addresses, s.connected, s.is_multisession, s.contradiction, s.report_day, s.source_file,
    s.source_modified_ms, s.ingested_at_ms,
    CASE WHEN s.contradiction LIKE '%account%' OR s.contradiction LIKE '%region%' THEN true ELSE false END AS misplaced,
    CASE WHEN d.location IS NULL OR s.contradiction LIKE '%account%' OR s.contradiction LIKE '%region%'
      THEN false ELSE true END AS placed
  FROM sessions s
  JOIN repeated r ON r.session_id = s.session_id
  LEFT JOIN dated d ON d.location = s.source_file AND d.modified_ms = s.source_modified_ms
    AND d.ingested_at_ms = s.ingested_at_ms
  WHERE s.origin = 'report'
), stated AS (
  SELECT account_id, region, session_id, user_key, fleet, instance, session_start_ms, session_end_ms, misplaced, placed,
    report_day, source_file, source_modified_ms, ingested_at_ms, count(*) AS said_rows,
    array_sort(array_distinct(flatten(array_agg(private_addresses)))) AS private_addresses,
    min(end_precision) AS end_precision,
    CASE WHEN max(CASE WHEN connected THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS connected,
    CASE WHEN max(CASE WHEN is_multisession THEN 1 ELSE 0 END) = 1 THEN true
      WHEN count(is_multisession) > 0 THEN false END AS is_multisession,
    CASE WHEN count(contradiction) = count(*) THEN min(contradiction) END AS contradiction
  FROM told
  GROUP BY account_id, region, session_id, user_key, fleet, instance, session_start_ms, session_end_ms, misplaced, placed,
    report_day, source_file, source_modified_ms, ingested_at_ms
)
SELECT row_number() OVER (ORDER BY session_id, account_id, region, user_key, session_start_ms, session_end_ms, instance,
    fleet, report_day, source_file, source_modified_ms, ingested_at_ms, misplaced) AS statement_no, s.*
FROM stated s
