-- The configured ranges that each source address lies in. Addresses are hex of fixed width, so that text order is
-- address order and the widths keep IPv4 and IPv6 apart.
WITH address AS (
  SELECT source_address, source_address_hex FROM unique_events WHERE source_address_hex IS NOT NULL GROUP BY source_address, source_address_hex
)
SELECT a.source_address,
  CASE WHEN sum(CASE WHEN r.purpose = 'fleet' THEN 1 ELSE 0 END) > 0 THEN true ELSE false END AS in_fleet,
  CASE WHEN sum(CASE WHEN r.purpose = 'nat' THEN 1 ELSE 0 END) > 0 THEN true ELSE false END AS in_nat
FROM address a
JOIN configured_ranges r ON length(r.low_hex) = length(a.source_address_hex)
WHERE a.source_address_hex >= r.low_hex AND a.source_address_hex <= r.high_hex
GROUP BY a.source_address
