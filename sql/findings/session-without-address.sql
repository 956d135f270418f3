-- title: Session without an address
-- severity: low
-- looks at: everything
-- meaning: Somebody connected to sessions for which neither a report nor a sweep has an address. What was done there finds no session:
--   events of that time from an address that nobody holds are `unattributed` and stay without `final`. Told once for each fleet
--   and day on which such sessions began.
-- next: Look at the report (`query sessions-of-user`): is its column eni_private_ip_address there and filled? Collect sweeps, which have
--   addresses.
-- false positives: Fleets without a VPC of their own (elastic fleets), whose reports give none.
-- source: docs/facts.md, sessions report
-- att&ck: none
WITH daily AS (
  SELECT s.account_id, s.region, coalesce(s.fleet_name, '') AS fleet_name, substr(CAST(s.session_start AS varchar), 1, 10) AS dt, min(s.session_start_ms) AS first_ms,
    min(s.session_start) AS first_time, count(*) AS sessions, count(DISTINCT s.user_key) AS users, min(s.session_id) AS session_id,
    sum(CASE WHEN s.doubtful OR s.contradicting THEN 1 ELSE 0 END) AS disputed,
    array_agg(DISTINCT s.user_id ORDER BY s.user_id) AS user_ids
  FROM resolved_sessions s
  WHERE s.connected AND cardinality(s.private_addresses) = 0
  GROUP BY s.account_id, s.region, coalesce(s.fleet_name, ''), substr(CAST(s.session_start AS varchar), 1, 10)
)
SELECT y.first_ms AS event_time_ms, y.dt, y.account_id || ' ' || y.region || ' ' || y.fleet_name || ' ' || y.dt AS subject,
  CAST(y.sessions AS varchar) || CASE WHEN y.sessions = 1 THEN ' session' ELSE ' sessions' END || ' of ' || coalesce(nullif(y.fleet_name, ''), 'a fleet') || ' in account ' || y.account_id || ', '
    || y.region || ', begun on ' || y.dt || ' from ' || substr(CAST(y.first_time AS varchar), 12, 8) || ' UTC, ' || CASE WHEN y.sessions = 1 THEN 'has' ELSE 'have' END
    || ' no address: of ' || array_join(slice(y.user_ids, 1, 10), ', ') || CASE WHEN cardinality(y.user_ids) > 10 THEN ' and others' ELSE '' END AS summary,
  CASE WHEN y.users = 1 AND y.disputed = 0 THEN y.user_ids[1] END AS user_id, CASE WHEN y.sessions = 1 THEN y.session_id END AS session_id, CAST(NULL AS varchar) AS source_address,
  'fleet ' || y.fleet_name AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM daily y
