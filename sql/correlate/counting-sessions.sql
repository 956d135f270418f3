-- Of the statements about sessions whose id is said more than once: those that count. Left out are those of replaced issues, and
-- those that another one updates: of a later day's report, or of a report that speaks for its day where the other speaks
-- for none. `contested` when another issue that counts of the report of its day, or another statement
-- of the same id and user, does not cover it; the day of a file that speaks for none is that of the session's end.
WITH day_issues AS (
  SELECT account_id, region, report_day, count(*) AS issues FROM report_issues WHERE counts GROUP BY account_id, region, report_day
), counting AS (
  SELECT s.*
  FROM stated_sessions s
  LEFT JOIN report_issues i ON s.placed AND i.account_id = s.account_id AND i.region = s.region AND i.report_day = s.report_day
    AND i.source_file = s.source_file AND i.source_modified_ms = s.source_modified_ms AND i.ingested_at_ms = s.ingested_at_ms
  WHERE NOT s.placed OR i.counts
), cover AS (
  SELECT c.*
  FROM covering_sessions c
  JOIN counting a ON a.statement_no = c.covered_no
  JOIN counting b ON b.statement_no = c.covering_no
), updated AS (
  SELECT covered_no
  FROM cover
  WHERE NOT covered_misplaced AND NOT covering_misplaced AND CASE
    WHEN covered_placed THEN covering_placed AND covering_day > covered_day
    ELSE covering_placed END
  GROUP BY covered_no
), standing AS (
  SELECT c.*
  FROM counting c
  LEFT JOIN updated u ON u.covered_no = c.statement_no
  WHERE u.covered_no IS NULL
), issues_covering AS (
  -- of the issues of its day that count, how many others cover a statement
  SELECT covered_no, count(*) AS issues
  FROM (
    SELECT covered_no, covering_file, covering_modified_ms, covering_ingested_ms
    FROM cover
    WHERE covering_placed AND covering_day = covered_day AND (covering_file <> covered_file
      OR covering_modified_ms <> covered_modified_ms OR covering_ingested_ms <> covered_ingested_ms)
    GROUP BY covered_no, covering_file, covering_modified_ms, covering_ingested_ms
  ) each_issue
  GROUP BY covered_no
), others_covering AS (
  -- of the other standing statements of the same session and user, how many cover it
  SELECT c.covered_no, count(*) AS others
  FROM cover c
  JOIN standing b ON b.statement_no = c.covering_no
  GROUP BY c.covered_no
), told AS (
  SELECT s.*, count(*) OVER (PARTITION BY s.account_id, s.region, s.session_id, s.user_key) AS statements
  FROM standing s
)
SELECT t.statement_no, t.account_id, t.region, t.session_id, t.user_key, t.fleet, t.instance, t.session_start_ms, t.session_end_ms,
  t.private_addresses, t.connected, t.is_multisession, t.contradiction, t.end_precision, t.report_day, t.source_file,
  t.source_modified_ms, t.ingested_at_ms, t.said_rows,
  CASE WHEN coalesce(i.issues, 0) < coalesce(d.issues, 0) - CASE WHEN t.placed THEN 1 ELSE 0 END THEN true
    WHEN coalesce(o.others, 0) < t.statements - 1 THEN true
    ELSE false END AS contested
FROM told t
LEFT JOIN day_issues d ON NOT t.misplaced AND d.account_id = t.account_id AND d.region = t.region AND d.report_day = t.report_day
LEFT JOIN issues_covering i ON i.covered_no = t.statement_no
LEFT JOIN others_covering o ON o.covered_no = t.statement_no
