-- Where sessions can be met: an address of a region ('' is any), an instance, or unplaced; of one network, among all fleets
-- ('') or those of an endpoint, on the second or on the millisecond. Only those that are asked about, from `first_ms` on.
-- `held_until_ms` is how long sessions that were over before the run hold the place.
WITH spot AS (
  SELECT account_id, coalesce(fleet_name, '') AS fleet, region, 'address' AS place_kind, a AS place
  FROM run_sessions CROSS JOIN UNNEST(private_addresses) AS t(a)
  UNION
  SELECT account_id, coalesce(fleet_name, ''), region, 'instance', instance_id FROM run_sessions WHERE instance_id IS NOT NULL
  UNION
  SELECT account_id, coalesce(fleet_name, ''), region, 'unplaced', '' FROM run_sessions WHERE connected AND cardinality(private_addresses) = 0
), grouped AS (
  SELECT g.network_id, g.place_group, s.place_kind, s.place
  FROM spot s
  JOIN session_groups g ON g.account_id = s.account_id AND g.fleet = s.fleet AND g.region = s.region
  GROUP BY g.network_id, g.place_group, s.place_kind, s.place
)
SELECT row_number() OVER (ORDER BY p.network_id, p.place_group, p.place_region, p.place_kind, p.place, p.time_precision) AS place_id,
  p.network_id, p.place_group, p.place_region, p.place_kind, p.place, p.time_precision, p.first_ms, h.held_until_ms
FROM asked_places p
LEFT JOIN grouped g ON g.network_id = p.network_id AND g.place_group = p.place_group AND g.place_kind = p.place_kind AND g.place = p.place
LEFT JOIN holds h ON h.network_id = p.network_id AND h.place_group = p.place_group AND h.place_region = p.place_region
  AND h.place_kind = p.place_kind AND h.place = p.place AND h.time_precision = p.time_precision
WHERE g.place IS NOT NULL OR h.place IS NOT NULL
