-- title: Usage report reissued with different content
-- severity: high
-- looks at: everything
-- meaning: Several issues of the sessions report of one account, region and day count, because no later one covers the rows of all
--   earlier ones: a session is gone, or its user, address, instance or time is another. All of them count until one covers the
--   others, so whoever takes a row out hides nobody. What changed is told user by user, at most ten of them, with the SHA-256 of the issues.
-- next: Fetch the report again from the bucket that AWS writes to, under a path of its own, and ingest it: if it covers the other
--   issues, it replaces them. `query replaced-reports` lists the rows. Who wrote the other issue (`query object-history`)?
-- false positives: Exports by hand of parts of a day (one for each fleet), given the name of the whole day.
-- source: docs/verdicts.md, reports issued again
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH disputed AS (
  SELECT account_id, region, report_day FROM report_days WHERE contested
), issue AS (
  -- copies of one issue are one, as old as the oldest
  SELECT i.account_id, i.region, i.report_day, coalesce(i.version, i.source_file) AS version, min(i.source_modified_ms) AS modified_ms
  FROM report_issues i
  JOIN disputed d ON d.account_id = i.account_id AND d.region = i.region AND d.report_day = i.report_day
  GROUP BY i.account_id, i.region, i.report_day, coalesce(i.version, i.source_file)
  HAVING sum(CASE WHEN i.counts THEN 1 ELSE 0 END) > 0
), placed AS (
  SELECT i.*, row_number() OVER (PARTITION BY account_id, region, report_day ORDER BY modified_ms, version) AS issue_no,
    count(*) OVER (PARTITION BY account_id, region, report_day) AS issues
  FROM issue i
), part AS (
  SELECT p.account_id, p.region, p.report_day, p.issue_no, p.issues, s.user_key, s.session_id, s.user_id, s.session_start_ms, s.session_start,
    substr(CAST(s.session_start AS varchar), 1, 19) || ' to ' || coalesce(substr(CAST(s.session_end AS varchar), 1, 19), 'an unknown time') || ' UTC on '
      || CASE WHEN cardinality(s.private_addresses) = 0 THEN 'no address' ELSE array_join(array_sort(s.private_addresses), ', ') END
      || coalesce(', ' || s.fleet_name, '') || coalesce(', ' || s.instance_id, '') || CASE WHEN s.connected THEN '' ELSE ', never connected' END
      || CASE WHEN s.is_multisession THEN ', multi-session' ELSE '' END AS said
  FROM sessions s
  JOIN report_issues i ON i.account_id = s.account_id AND i.region = s.region AND i.report_day = s.report_day AND i.source_file = s.source_file
    AND i.source_modified_ms = s.source_modified_ms AND i.ingested_at_ms = s.ingested_at_ms
  JOIN placed p ON p.account_id = i.account_id AND p.region = i.region AND p.report_day = i.report_day AND p.version = coalesce(i.version, i.source_file)
  WHERE s.origin = 'report' AND i.counts
), row_of AS (
  SELECT account_id, region, report_day, issue_no, issues, user_key, session_id, min(user_id) AS user_id, array_join(array_agg(DISTINCT said ORDER BY said), ' and ') AS said
  FROM part
  GROUP BY account_id, region, report_day, issue_no, issues, user_key, session_id
), differing AS (
  SELECT account_id, region, report_day, user_key, session_id, min(user_id) AS user_id,
    max(CASE WHEN issue_no = 1 THEN said END) AS first_said, max(CASE WHEN issue_no = issues THEN said END) AS last_said, max(said) AS any_said
  FROM row_of
  GROUP BY account_id, region, report_day, user_key, session_id, issues
  HAVING count(*) < issues OR min(said) <> max(said)
), owner AS (
  -- whose the session is in the last issue
  SELECT account_id, region, report_day, session_id, array_join(array_agg(DISTINCT user_id ORDER BY user_id), ', ') AS users
  FROM row_of WHERE issue_no = issues
  GROUP BY account_id, region, report_day, session_id
), change AS (
  SELECT d.account_id, d.region, d.report_day, d.user_key, d.user_id, d.session_id,
    CASE WHEN d.first_said IS NULL AND d.last_said IS NULL THEN d.session_id || ' (' || d.any_said || ') in an issue between alone'
      WHEN d.last_said IS NULL THEN d.session_id || ' (' || d.first_said || ') gone' || coalesce(', now of ' || o.users, '')
      WHEN d.first_said IS NULL THEN d.session_id || ' (' || d.last_said || ') new'
      WHEN d.first_said = d.last_said THEN d.session_id || ' (' || d.first_said || ') otherwise in an issue between'
      ELSE d.session_id || ' was ' || d.first_said || ', now ' || d.last_said END AS told
  FROM differing d
  LEFT JOIN owner o ON o.account_id = d.account_id AND o.region = d.region AND o.report_day = d.report_day AND o.session_id = d.session_id
), of_user AS (
  SELECT account_id, region, report_day, user_id || ': ' || array_join(slice(array_agg(told ORDER BY session_id), 1, 5), ', ')
      || CASE WHEN count(*) > 5 THEN ', and more' ELSE '' END AS told
  FROM change
  GROUP BY account_id, region, report_day, user_key, user_id
), changed AS (
  SELECT account_id, region, report_day, array_agg(told ORDER BY told) AS told FROM of_user GROUP BY account_id, region, report_day
), started AS (
  SELECT account_id, region, report_day, min(session_start_ms) AS first_ms FROM part GROUP BY account_id, region, report_day
), whole AS (
  SELECT account_id, region, report_day, array_join(array_agg(version ORDER BY issue_no), ', ') AS versions, count(*) AS issues FROM placed
  GROUP BY account_id, region, report_day
)
SELECT t.first_ms AS event_time_ms, w.report_day AS dt, w.account_id || ' ' || w.region || ' ' || w.report_day AS subject,
  'the sessions report of ' || w.report_day || ' for account ' || w.account_id || ' in ' || w.region || ' has ' || CAST(w.issues AS varchar)
    || ' issues that say different things, the first to the last modified: ' || w.versions || '. '
    || CASE WHEN c.told IS NULL THEN 'They differ in rows that contradict their place'
       ELSE 'From the first to the last: ' || array_join(slice(c.told, 1, 10), '; ')
         || CASE WHEN cardinality(c.told) > 10 THEN '; and ' || CAST(cardinality(c.told) - 10 AS varchar) || ' users more' ELSE '' END END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  'usage report ' || w.account_id || ' ' || w.region || ' ' || w.report_day AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM whole w
LEFT JOIN changed c ON c.account_id = w.account_id AND c.region = w.region AND c.report_day = w.report_day
LEFT JOIN started t ON t.account_id = w.account_id AND t.region = w.region AND t.report_day = w.report_day
