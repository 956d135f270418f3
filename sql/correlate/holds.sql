-- The addresses that are held by sessions which were over before the first event of this run, in both precisions: until the
-- look-back after the last end, inclusive, epoch milliseconds. Most of these sessions mean nothing else to the run.
WITH gone AS (
  SELECT account_id, fleet_name, private_addresses, end_precision, max(session_end_ms) AS session_end_ms
  FROM resolved_sessions
  WHERE session_end_ms < :from_ms AND session_end_ms + 999 + :lookback_ms >= :from_ms
  GROUP BY account_id, fleet_name, private_addresses, end_precision
), spot AS (
  SELECT account_id, fleet_name, a AS place, session_end_ms, end_precision FROM gone CROSS JOIN UNNEST(private_addresses) AS t(a)
), grouped AS (
  SELECT account_id, '' AS place_group, place, session_end_ms, end_precision FROM spot
  UNION ALL
  SELECT s.account_id, f.endpoint_id, s.place, s.session_end_ms, s.end_precision
  FROM spot s JOIN configured_endpoint_fleets f ON f.fleet_name = s.fleet_name
), precise AS (
  SELECT account_id, place_group, place, 's' AS time_precision, session_end_ms - session_end_ms % 1000 AS end_ms FROM grouped
  UNION ALL
  SELECT account_id, place_group, place, 'ms', CASE WHEN end_precision = 's' THEN session_end_ms + 999 ELSE session_end_ms END FROM grouped
)
SELECT account_id, place_group, 'address' AS place_kind, place, time_precision, max(end_ms) + :lookback_ms AS held_until_ms
FROM precise
GROUP BY account_id, place_group, place, time_precision
