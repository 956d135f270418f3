-- title: Overlapping sessions of one user on one fleet
-- severity: medium
-- looks at: everything
-- meaning: Sessions of one user on one fleet, which somebody connected to, overlap in time. AppStream allows a user one active session
--   on a fleet. A report gives a wrong start, end or user, two people share a name, or somebody wrote a session into a report. Told once
--   for each user, fleet and day on which a session began while another one ran. Sessions that share one
--   id are left to `session-id-reused`, and rows that contradict themselves to `report-row-contradicts`.
-- next: Compare the reports with fresh copies from the bucket that AWS writes to. Were the devices the same (`query sessions-of-user`)?
-- false positives: A fleet that was deleted and made again under its name while a session still ran.
-- source: AWS: administration guide, one active session for each user and fleet
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH single AS (
  SELECT session_id FROM resolved_sessions GROUP BY session_id HAVING count(*) = 1
), lasting AS (
  SELECT s.session_id, s.account_id, s.region, s.user_key, s.user_id, coalesce(s.fleet_name, '') AS fleet_name, s.session_start, s.session_start_ms, s.private_addresses,
    -- of the sessions before, the one that lasts longest: its end in digits, then its id
    max(lpad(CAST(s.session_end_ms AS varchar), 15, '0') || substr(CAST(s.session_end AS varchar), 1, 19) || s.session_id)
      OVER (PARTITION BY s.user_key, s.region, coalesce(s.fleet_name, '') ORDER BY s.session_start_ms, s.session_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS longest
  FROM resolved_sessions s
  JOIN single o ON o.session_id = s.session_id
  WHERE s.connected AND s.session_end_ms IS NOT NULL AND NOT s.doubtful
), pair AS (
  SELECT l.*, substr(CAST(l.session_start AS varchar), 1, 10) AS dt, substr(l.longest, 16, 19) AS other_end, substr(l.longest, 35) AS other_id,
    row_number() OVER (PARTITION BY l.user_key, l.region, l.fleet_name, substr(CAST(l.session_start AS varchar), 1, 10) ORDER BY l.session_start_ms, l.session_id) AS place,
    count(*) OVER (PARTITION BY l.user_key, l.region, l.fleet_name, substr(CAST(l.session_start AS varchar), 1, 10)) AS pairs
  FROM lasting l
  WHERE l.longest IS NOT NULL AND try_cast(substr(l.longest, 1, 15) AS bigint) > l.session_start_ms
)
SELECT p.session_start_ms AS event_time_ms, p.dt, p.user_key || ' ' || p.region || ' ' || p.fleet_name || ' ' || p.dt AS subject,
  p.user_id || ' began the session ' || p.session_id || ' on ' || coalesce(nullif(p.fleet_name, ''), 'a fleet') || ' of account ' || p.account_id || ' in ' || p.region || ' at '
    || substr(CAST(p.session_start AS varchar), 1, 19) || ' UTC, while their session ' || p.other_id || ' there still ran (until ' || p.other_end || ' UTC)'
    || CASE WHEN p.pairs = 1 THEN '' WHEN p.pairs = 2 THEN '; one more such session began that day' ELSE '; ' || CAST(p.pairs - 1 AS varchar) || ' more such sessions began that day' END AS summary,
  p.user_id, p.session_id, CASE WHEN cardinality(p.private_addresses) = 1 THEN p.private_addresses[1] END AS source_address,
  'fleet ' || p.fleet_name AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM pair p
WHERE p.place = 1
