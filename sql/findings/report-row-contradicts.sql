-- title: Contradictory rows in a usage report
-- severity: high
-- looks at: everything
-- meaning: Rows of a sessions report name another account or region than the bucket that the report lies in (`place`), or their
--   `user_arn` or `authentication_type_user_id` names another user than their `user_id`, or sweeps saw their session on another address
--   or instance (`sighting`). AWS writes no such rows. They count as evidence, but name nobody, replace nothing, and keep every verdict
--   that they bear on from being final. Rows of sessions that ended on another day than that of their report (`end`) count; a report
--   that has no others does not close its day. Told once for each report, by the SHA-256 of its bytes, and kind of contradiction.
-- next: `query rejected-inputs` and the table `inputs` (column `sha256`) say where the report lies. Compare it with the one in the bucket
--   that AWS writes to; who wrote it (`query object-history`)?
-- false positives: A report that was copied into the folder of another bucket; an identity whose ARN ends otherwise than its user id;
--   snapshots that somebody else than the scheduled sweep wrote.
-- source: docs/verdicts.md, disputed sessions
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH replaced AS (
  SELECT source_file, source_modified_ms, ingested_at_ms FROM report_issues
  GROUP BY source_file, source_modified_ms, ingested_at_ms
  HAVING sum(CASE WHEN counts THEN 1 ELSE 0 END) = 0
), bad AS (
  SELECT i.sha256, s.source_index, CASE WHEN t.part IN ('account', 'region') THEN 'place' ELSE t.part END AS kind,
    s.session_start, s.session_start_ms, s.session_end, s.account_id, s.region, s.user_id, s.user_arn, i.account_id AS place_account_id, i.region AS place_region
  FROM sessions s
  CROSS JOIN UNNEST(split(s.contradiction, ' ')) AS t(part)
  JOIN inputs i ON i.location = s.source_file AND i.ingested_at_ms = s.ingested_at_ms AND i.kind = 'usage_report'
  LEFT JOIN replaced x ON x.source_file = s.source_file AND x.source_modified_ms = s.source_modified_ms AND x.ingested_at_ms = s.ingested_at_ms
  WHERE s.origin = 'report' AND s.contradiction IS NOT NULL AND x.source_file IS NULL
  UNION ALL
  SELECT i.sha256, s.source_index, 'end', s.session_start, s.session_start_ms, s.session_end, s.account_id, s.region, s.user_id,
    s.user_arn, i.account_id, i.region
  FROM sessions s
  JOIN inputs i ON i.location = s.source_file AND i.ingested_at_ms = s.ingested_at_ms AND i.kind = 'usage_report'
  LEFT JOIN replaced x ON x.source_file = s.source_file AND x.source_modified_ms = s.source_modified_ms AND x.ingested_at_ms = s.ingested_at_ms
  WHERE s.origin = 'report' AND i.report_day IS NOT NULL AND x.source_file IS NULL
    AND substr(CAST(s.session_end AS varchar), 1, 10) <> i.report_day
  UNION ALL
  SELECT r.source_version, r.source_index, 'sighting', r.session_start, r.session_start_ms, r.session_end, r.account_id, r.region, r.user_id,
    CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar)
  FROM resolved_sessions r
  WHERE r.origin = 'report' AND r.contradiction LIKE '%sighting'
), line AS (
  -- once, however many copies of the report there are
  SELECT sha256, kind, source_index, min(session_start_ms) AS first_ms, min(coalesce(session_end, session_start)) AS end_time,
    'line ' || CAST(source_index AS varchar) || ' (user_id ' || min(user_id)
      || CASE kind WHEN 'place' THEN ', account ' || min(account_id) || ', ' || min(region)
           WHEN 'user_arn' THEN coalesce(', user_arn ' || min(user_arn), '')
           WHEN 'end' THEN ', ended ' || substr(CAST(min(session_end) AS varchar), 1, 19) || ' UTC' ELSE '' END || ')' AS told
  FROM bad
  GROUP BY sha256, kind, source_index
), place AS (
  SELECT sha256, array_join(array_agg(DISTINCT coalesce(place_account_id, '') || ' in ' || coalesce(place_region, '')
    ORDER BY coalesce(place_account_id, '') || ' in ' || coalesce(place_region, '')), ', ') AS places
  FROM bad WHERE kind = 'place'
  GROUP BY sha256
), told AS (
  SELECT sha256, kind, min(first_ms) AS first_ms, min(end_time) AS end_time, count(*) AS line_count, slice(array_agg(told ORDER BY source_index), 1, 3) AS examples
  FROM line
  GROUP BY sha256, kind
)
SELECT t.first_ms AS event_time_ms, substr(CAST(t.end_time AS varchar), 1, 10) AS dt, t.sha256 || ' ' || t.kind AS subject,
  CAST(t.line_count AS varchar) || CASE WHEN t.line_count = 1 THEN ' row' ELSE ' rows' END || ' of the sessions report with the SHA-256 ' || t.sha256
    || CASE t.kind WHEN 'place' THEN CASE WHEN t.line_count = 1 THEN ' names' ELSE ' name' END || ' another account or region than the place of the report (' || p.places || ')'
         WHEN 'end' THEN CASE WHEN t.line_count = 1 THEN ' is of a session that' ELSE ' are of sessions that' END || ' ended on another day than that of the report'
         WHEN 'sighting' THEN CASE WHEN t.line_count = 1 THEN ' is of a session that' ELSE ' are of sessions that' END || ' sweeps saw on another address or instance'
         ELSE CASE WHEN t.line_count = 1 THEN ' has' ELSE ' have' END || ' a ' || t.kind || ' that names another user than user_id' END
    || ': ' || array_join(t.examples, ', ') || CASE WHEN t.line_count > 3 THEN ' and others' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  'usage report ' || t.sha256 AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM told t
LEFT JOIN place p ON p.sha256 = t.sha256
