-- The addresses that are held by sessions which were over before the first event of this run, in both precisions: until the
-- look-back after the last end, inclusive, epoch milliseconds. Most of these sessions mean nothing else to the run.
WITH gone AS (
  SELECT account_id, coalesce(fleet_name, '') AS fleet, region, private_addresses, end_precision, max(session_end_ms) AS session_end_ms
  FROM resolved_sessions
  WHERE session_end_ms < :from_ms AND session_end_ms + 999 + :lookback_ms >= :from_ms
  GROUP BY account_id, coalesce(fleet_name, ''), region, private_addresses, end_precision
), spot AS (
  SELECT account_id, fleet, region, a AS place, session_end_ms, end_precision FROM gone CROSS JOIN UNNEST(private_addresses) AS t(a)
), grouped AS (
  SELECT g.network_id, g.place_group, s.region, s.place, s.session_end_ms, s.end_precision
  FROM spot s
  JOIN session_groups g ON g.account_id = s.account_id AND g.fleet = s.fleet AND g.region = s.region
), precise AS (
  SELECT network_id, place_group, region, place, 's' AS time_precision, session_end_ms - session_end_ms % 1000 AS end_ms FROM grouped
  UNION ALL
  SELECT network_id, place_group, region, place, 'ms', CASE WHEN end_precision = 's' THEN session_end_ms + 999 ELSE session_end_ms END
  FROM grouped
), regional AS (
  SELECT network_id, place_group, region AS place_region, place, time_precision, end_ms FROM precise
  UNION ALL
  SELECT network_id, place_group, '', place, time_precision, end_ms FROM precise
)
SELECT network_id, place_group, place_region, 'address' AS place_kind, place, time_precision, max(end_ms) + :lookback_ms AS held_until_ms
FROM regional
GROUP BY network_id, place_group, place_region, place, time_precision
