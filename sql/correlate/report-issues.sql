-- The issues of each day's sessions report: every input that speaks for an account, region and day, by the rows that fit its
-- place, or by a place that names all three. `fits` is true when it has no rows, or one that ended on its day. `counts` is false for an issue that a later one, or an equal one, replaces: it
-- covers every row. Later means modified later; at one location, read later.
WITH input AS (
  SELECT location, modified_ms, ingested_at_ms, report_day, max(version) AS version, max(status) AS status, max(malformed) AS malformed,
    max(account_id) AS account_id, max(region) AS region
  FROM inputs
  WHERE kind = 'usage_report' AND content = 'sessions_report' AND status <> 'rejected' AND report_day IS NOT NULL
  GROUP BY location, modified_ms, ingested_at_ms, report_day
), spoken AS (
  SELECT s.account_id, s.region, s.report_day, s.source_file, s.source_modified_ms, s.ingested_at_ms,
    count(*) AS said_rows, sum(CASE WHEN substr(CAST(s.session_end AS varchar), 1, 10) = s.report_day THEN 1 ELSE 0 END) AS fitting_rows,
    i.version, i.status, i.malformed
  FROM sessions s
  JOIN input i ON i.location = s.source_file AND i.modified_ms = s.source_modified_ms
    AND i.ingested_at_ms = s.ingested_at_ms AND i.report_day = s.report_day
  WHERE s.origin = 'report' AND coalesce(s.contradiction, '') NOT LIKE '%account%'
    AND coalesce(s.contradiction, '') NOT LIKE '%region%'
  GROUP BY s.account_id, s.region, s.report_day, s.source_file, s.source_modified_ms, s.ingested_at_ms, i.version, i.status,
    i.malformed
  UNION ALL
  SELECT account_id, region, report_day, location, modified_ms, ingested_at_ms, 0, 0, version, status, malformed
  FROM input
  WHERE account_id IS NOT NULL AND region IS NOT NULL
), issue AS (
  SELECT account_id, region, report_day, source_file, source_modified_ms, ingested_at_ms, version, status,
    CAST(sum(said_rows) AS bigint) AS said_rows, CASE WHEN sum(said_rows) = 0 OR sum(fitting_rows) > 0 THEN true ELSE false END AS fits,
    max(malformed) AS malformed, count(*) OVER (PARTITION BY account_id, region, report_day) AS issues
  FROM spoken
  GROUP BY account_id, region, report_day, source_file, source_modified_ms, ingested_at_ms, version, status
), covered AS (
  -- rows of an issue that another issue of the day covers
  SELECT account_id, region, covered_day, covered_file, covered_modified_ms, covered_ingested_ms, covering_file,
    covering_modified_ms, covering_ingested_ms, CAST(sum(said_rows) AS bigint) AS said_rows
  FROM (
    SELECT account_id, region, covered_no, covered_day, covered_file, covered_modified_ms, covered_ingested_ms, covering_file,
      covering_modified_ms, covering_ingested_ms, max(said_rows) AS said_rows
    FROM covering_sessions
    WHERE covered_placed AND covering_placed AND covering_day = covered_day
    GROUP BY account_id, region, covered_no, covered_day, covered_file, covered_modified_ms, covered_ingested_ms,
      covering_file, covering_modified_ms, covering_ingested_ms
  ) each_row
  GROUP BY account_id, region, covered_day, covered_file, covered_modified_ms, covered_ingested_ms, covering_file,
    covering_modified_ms, covering_ingested_ms
), pair AS (
  SELECT x.account_id, x.region, x.report_day, x.source_file, x.source_modified_ms, x.ingested_at_ms,
    CASE WHEN x.source_file = y.source_file THEN y.ingested_at_ms > x.ingested_at_ms
      ELSE y.source_modified_ms > x.source_modified_ms END AS other_is_later,
    CASE WHEN y.source_modified_ms <> x.source_modified_ms THEN y.source_modified_ms > x.source_modified_ms
      WHEN y.ingested_at_ms <> x.ingested_at_ms THEN y.ingested_at_ms > x.ingested_at_ms
      ELSE y.source_file > x.source_file END AS other_first,
    coalesce(a.said_rows, 0) = x.said_rows AND y.said_rows + y.malformed >= x.said_rows + x.malformed AS is_covered,
    coalesce(b.said_rows, 0) = y.said_rows AND x.said_rows + x.malformed >= y.said_rows + y.malformed AS covers
  FROM issue x
  JOIN issue y ON y.account_id = x.account_id AND y.region = x.region AND y.report_day = x.report_day
  LEFT JOIN covered a ON a.account_id = x.account_id AND a.region = x.region AND a.covered_day = x.report_day
    AND a.covered_file = x.source_file AND a.covered_modified_ms = x.source_modified_ms
    AND a.covered_ingested_ms = x.ingested_at_ms AND a.covering_file = y.source_file
    AND a.covering_modified_ms = y.source_modified_ms AND a.covering_ingested_ms = y.ingested_at_ms
  LEFT JOIN covered b ON b.account_id = y.account_id AND b.region = y.region AND b.covered_day = y.report_day
    AND b.covered_file = y.source_file AND b.covered_modified_ms = y.source_modified_ms
    AND b.covered_ingested_ms = y.ingested_at_ms AND b.covering_file = x.source_file
    AND b.covering_modified_ms = x.source_modified_ms AND b.covering_ingested_ms = x.ingested_at_ms
  WHERE x.issues > 1 AND (x.source_file <> y.source_file OR x.source_modified_ms <> y.source_modified_ms
    OR x.ingested_at_ms <> y.ingested_at_ms)
), replaced AS (
  SELECT account_id, region, report_day, source_file, source_modified_ms, ingested_at_ms
  FROM pair
  WHERE is_covered AND CASE WHEN covers THEN other_first ELSE other_is_later END
  GROUP BY account_id, region, report_day, source_file, source_modified_ms, ingested_at_ms
)
SELECT i.account_id, i.region, i.report_day, i.source_file, i.source_modified_ms, i.ingested_at_ms, i.version, i.status, i.fits,
  CASE WHEN r.source_file IS NULL THEN true ELSE false END AS counts
FROM issue i
LEFT JOIN replaced r ON r.account_id = i.account_id AND r.region = i.region AND r.report_day = i.report_day
  AND r.source_file = i.source_file AND r.source_modified_ms = i.source_modified_ms AND r.ingested_at_ms = i.ingested_at_ms
