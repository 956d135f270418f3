-- title: Unreadable usage report or row
-- severity: medium
-- looks at: everything
-- meaning: A row of a sessions report was set aside, a report was rejected, or a report could not be opened. What it says nobody knows:
--   it may name another user. It keeps its day open, so verdicts that it could change stay pending (`evidence_unread`) or are not
--   final. Told once for each input, by the SHA-256 of its bytes where it was opened, with its lines.
-- next: `query rejected-inputs` says where it lies and what is wrong. Fetch the report again and ingest it. If it will never be
--   readable: `appstream-audit accept INPUT[:LINE] --reason TEXT`; the acceptance is kept and shown.
-- false positives: Files among the reports that are none; a report that was cut on its way.
-- source: docs/verdicts.md, when evidence is closed
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH unread AS (
  SELECT coalesce(u.version, u.location) AS input, u.version, u.location, u.source_index,
    -- copies lie at other places
    CASE WHEN u.version IS NULL THEN u.reason ELSE replace(u.reason, u.location, 'it') END AS reason, u.account_id, u.region, u.report_day, u.modified_ms, i.modified
  FROM unread_evidence u
  LEFT JOIN inputs i ON i.location = u.location AND i.version = u.version
  WHERE NOT u.accepted
), line AS (
  SELECT input, source_index, min(reason) AS reason FROM unread GROUP BY input, source_index
), numbered AS (
  SELECT l.*, row_number() OVER (PARTITION BY input ORDER BY coalesce(source_index, 0)) AS place FROM line l
), reasons AS (
  SELECT input, count(source_index) AS line_count,
    array_join(array_agg(CASE WHEN source_index IS NULL THEN reason ELSE 'line ' || CAST(source_index AS varchar) || ': ' || reason END ORDER BY place)
      FILTER (WHERE place <= 5), '; ') || CASE WHEN count(*) > 5 THEN '; and others' ELSE '' END AS told
  FROM numbered
  GROUP BY input
), whole AS (
  SELECT input, max(version) AS version, min(location) AS location, min(report_day) AS report_day, min(modified_ms) AS modified_ms, min(modified) AS modified,
    array_join(array_agg(DISTINCT CASE WHEN account_id IS NULL THEN 'any account' ELSE 'account ' || account_id END || coalesce(' in ' || region, '') || ' of ' || coalesce(report_day, 'any day')
      ORDER BY CASE WHEN account_id IS NULL THEN 'any account' ELSE 'account ' || account_id END || coalesce(' in ' || region, '') || ' of ' || coalesce(report_day, 'any day')), ', ') AS what
  FROM unread
  GROUP BY input
)
SELECT w.modified_ms AS event_time_ms, coalesce(w.report_day, substr(CAST(w.modified AS varchar), 1, 10), :as_of_dt) AS dt, w.input AS subject,
  CASE WHEN w.version IS NULL THEN 'the usage report ' || w.location || ' could not be opened'
       WHEN r.line_count = 0 THEN 'the usage report with the SHA-256 ' || w.version || ' could not be read'
       ELSE CAST(r.line_count AS varchar) || CASE WHEN r.line_count = 1 THEN ' row' ELSE ' rows' END || ' of the usage report with the SHA-256 ' || w.version || ' could not be read' END
    || ', which may tell of ' || w.what || ': ' || r.told AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address, w.location AS resource,
  CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM whole w
JOIN reasons r ON r.input = w.input
