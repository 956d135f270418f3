-- The places that events ask about, each with the first time that it is asked about, epoch milliseconds. `unplaced` is where
-- the sessions without an address are: anywhere in their network; asked about only where there are any.
WITH unplaced AS (
  SELECT g.network_id, g.place_group
  FROM run_sessions s
  JOIN session_groups g ON g.account_id = s.account_id AND g.fleet = coalesce(s.fleet_name, '') AND g.region = s.region
  WHERE s.connected AND cardinality(s.private_addresses) = 0
  GROUP BY g.network_id, g.place_group
)
SELECT network_id, place_group, place_region, 'address' AS place_kind, source_address AS place, time_precision, min(t) AS first_ms
FROM calls
WHERE source_address IS NOT NULL
GROUP BY network_id, place_group, place_region, source_address, time_precision
UNION ALL
SELECT network_id, place_group, '', 'instance', claimed_instance, time_precision, min(t)
FROM calls
WHERE claimed_instance IS NOT NULL
GROUP BY network_id, place_group, claimed_instance, time_precision
UNION ALL
SELECT c.network_id, c.place_group, '', 'unplaced', '', c.time_precision, min(c.t)
FROM calls c
JOIN unplaced u ON u.network_id = c.network_id AND u.place_group = c.place_group
GROUP BY c.network_id, c.place_group, c.time_precision
