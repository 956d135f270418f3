-- Where sessions can be met: an address or an instance, of one account, among all fleets ('') or those of an endpoint,
-- on the second or on the millisecond. Only those that are asked about, from `first_ms` on. `held_until_ms` is how long
-- sessions that were over before the run hold the place.
WITH spot AS (
  SELECT account_id, fleet_name, 'address' AS place_kind, a AS place FROM run_sessions CROSS JOIN UNNEST(private_addresses) AS t(a)
  UNION
  SELECT account_id, fleet_name, 'instance', instance_id FROM run_sessions WHERE instance_id IS NOT NULL
), grouped AS (
  SELECT account_id, '' AS place_group, place_kind, place FROM spot
  UNION
  SELECT s.account_id, f.endpoint_id, s.place_kind, s.place FROM spot s JOIN configured_endpoint_fleets f ON f.fleet_name = s.fleet_name
)
SELECT row_number() OVER (ORDER BY p.account_id, p.place_group, p.place_kind, p.place, p.time_precision) AS place_id,
  p.account_id, p.place_group, p.place_kind, p.place, p.time_precision, p.first_ms, h.held_until_ms
FROM asked_places p
LEFT JOIN grouped g ON g.account_id = p.account_id AND g.place_group = p.place_group AND g.place_kind = p.place_kind AND g.place = p.place
LEFT JOIN holds h ON h.account_id = p.account_id AND h.place_group = p.place_group AND h.place_kind = p.place_kind AND h.place = p.place
  AND h.time_precision = p.time_precision
WHERE g.place IS NOT NULL OR h.place IS NOT NULL
