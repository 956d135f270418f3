-- The flows that rules look at: what was sent from an address at which sessions can be met to a destination on the internet
-- that is not configured as ours or allowed; those of the days that findings are asked for, and all recent ones (there may be
-- no event on their day). A record that several logs have counts once. Left out are replies, traffic of a gateway endpoint,
-- and AWS's own services unless they were reached through an internet gateway; what AWS rents to others (EC2, CLOUDFRONT) is
-- outside. `from_ms` is 60 s before the start: so much later than the packet the log may put it (F§7). `in_two_vpcs` says that
-- on the day interfaces of more than one VPC sent from the address: which of them the session had is not known.
WITH outward AS (
  SELECT f.account_id, f.region, f.source_address, f.source_port, f.flow_direction, f.interface_id, f.destination_address, f.destination_hex, f.destination_service, f.destination_port, f.protocol, f.packets, f.bytes,
    coalesce(f.action, 'ACCEPT') AS action, f.flow_start, f.flow_start_ms, f.flow_end_ms, f.dt,
    -- SYN alone is who began, SYN with ACK (16 and 2) who answered; where no flags are known, a server's port that talks to a high one answers
    CASE WHEN f.protocol = 6 AND f.tcp_flags % 32 >= 16 THEN true
      WHEN f.protocol = 6 AND f.tcp_flags % 4 >= 2 THEN false
      WHEN (f.protocol = 17 OR f.protocol = 6 AND f.tcp_flags IS NULL) AND f.source_port < 1024 AND f.destination_port >= 1024 THEN true
      ELSE false END AS is_reply
  FROM flows f
  LEFT JOIN finding_days d ON d.dt = f.dt
  WHERE f.dt >= :since_dt AND (d.dt IS NOT NULL OR f.dt >= :recent_dt)
    AND f.destination_kind = 'public' AND coalesce(f.log_status, 'OK') = 'OK'
    AND (f.tells_services OR :has_egress_networks)
    AND coalesce(f.traffic_path, 0) <> 7
    AND (coalesce(f.destination_service, 'EC2') NOT IN ('AMAZON', 'S3', 'DYNAMODB', 'ROUTE53', 'ROUTE53_RESOLVER') OR f.traffic_path = 8)
    -- what comes in at an interface is for it, unless it passes it on
    AND (coalesce(f.flow_direction, 'egress') = 'egress' OR f.destination_hop IS NOT NULL)
), known_vpc AS (
  -- a record without a hop is of the interface that has the address itself
  SELECT f.account_id, coalesce(f.region, '') AS region, f.source_address, f.dt
  FROM flows f
  LEFT JOIN finding_days d ON d.dt = f.dt
  WHERE f.dt >= :since_dt AND (d.dt IS NOT NULL OR f.dt >= :recent_dt)
    AND f.vpc_id IS NOT NULL AND f.source_hop IS NULL AND f.destination_hop IS NULL AND coalesce(f.flow_direction, 'egress') = 'egress'
  GROUP BY f.account_id, coalesce(f.region, ''), f.source_address, f.dt
  HAVING count(DISTINCT f.vpc_id) > 1
), sent AS (
  SELECT p.place_id, o.account_id, o.region, o.source_address, o.source_port, o.flow_direction, o.interface_id, o.destination_address, o.destination_hex, o.destination_service, o.destination_port, o.protocol,
    o.packets, o.bytes, o.action, o.flow_start, o.flow_start_ms, o.flow_end_ms, o.dt
  FROM outward o
  JOIN places p ON p.network_id = o.account_id AND p.place_kind = 'address' AND p.place_group = '' AND p.place_region = '' AND p.time_precision = 's' AND p.place = o.source_address
  WHERE NOT o.is_reply
  GROUP BY p.place_id, o.account_id, o.region, o.source_address, o.source_port, o.flow_direction, o.interface_id, o.destination_address, o.destination_hex, o.destination_service, o.destination_port, o.protocol,
    o.packets, o.bytes, o.action, o.flow_start, o.flow_start_ms, o.flow_end_ms, o.dt
), allowed AS (
  SELECT s.destination_hex
  FROM (SELECT destination_hex FROM sent GROUP BY destination_hex) s
  JOIN policy_egress_ranges r ON length(r.low_hex) = length(s.destination_hex)
  WHERE s.destination_hex >= r.low_hex AND s.destination_hex <= r.high_hex
  GROUP BY s.destination_hex
)
SELECT row_number() OVER (ORDER BY s.place_id, s.flow_start_ms, s.flow_end_ms) AS n, s.place_id, s.account_id, s.region, s.source_address, s.source_port, s.flow_direction, s.interface_id, s.destination_address,
  s.destination_service, s.destination_port, s.protocol, s.bytes, s.action, s.flow_start, s.flow_start_ms, s.dt, s.flow_start_ms - 60000 AS from_ms, s.flow_end_ms AS to_ms,
  CASE WHEN v.source_address IS NOT NULL THEN true ELSE false END AS in_two_vpcs
FROM sent s
LEFT JOIN known_vpc v ON v.account_id = s.account_id AND v.region = coalesce(s.region, '') AND v.source_address = s.source_address AND v.dt = s.dt
LEFT JOIN allowed a ON a.destination_hex = s.destination_hex
WHERE a.destination_hex IS NULL
