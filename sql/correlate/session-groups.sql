-- For which places the sessions of each account, fleet and region count: those of their account, and those behind each
-- endpoint that is configured for certain accounts, fleets or regions. Of an endpoint with several accounts the network is the
-- endpoint itself.
WITH kind AS (
  SELECT account_id, fleet_name, region FROM sessions GROUP BY account_id, fleet_name, region
)
SELECT account_id, coalesce(fleet_name, '') AS fleet, region, account_id AS network_id, '' AS place_group FROM kind
UNION
SELECT k.account_id, coalesce(k.fleet_name, ''), k.region, CASE WHEN m.several THEN m.endpoint_id ELSE k.account_id END, m.endpoint_id
FROM kind k
CROSS JOIN configured_endpoint_members m
WHERE (m.account_id IS NULL OR m.account_id = k.account_id) AND (m.fleet_name IS NULL OR m.fleet_name = k.fleet_name)
  AND (m.region IS NULL OR m.region = k.region)
