-- Where sessions can be met: an address or an instance, of one account, among all fleets ('') or those of an endpoint,
-- on the second or on the millisecond.
WITH spot AS (
  SELECT account_id, fleet_name, 'address' AS place_kind, a AS place FROM run_sessions CROSS JOIN UNNEST(private_addresses) AS t(a)
  UNION
  SELECT account_id, fleet_name, 'instance', instance_id FROM run_sessions WHERE instance_id IS NOT NULL
), grouped AS (
  SELECT account_id, '' AS place_group, place_kind, place FROM spot
  UNION
  SELECT s.account_id, f.endpoint_id, s.place_kind, s.place FROM spot s JOIN configured_endpoint_fleets f ON f.fleet_name = s.fleet_name
), precise AS (
  SELECT account_id, place_group, place_kind, place, 's' AS time_precision FROM grouped
  UNION ALL SELECT account_id, place_group, place_kind, place, 'ms' FROM grouped
)
SELECT row_number() OVER (ORDER BY account_id, place_group, place_kind, place, time_precision) AS place_id,
  account_id, place_group, place_kind, place, time_precision
FROM precise
