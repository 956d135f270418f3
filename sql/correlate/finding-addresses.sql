-- The addresses that rules ask about: the configured networks each lies in, and a name for the network around it. Addresses
-- of devices and sign-ins are text only, so they are taken apart here: canonical IPv4 to a number, IPv6 (RFC 5952) to hex.
WITH address AS (
  SELECT t.a AS address FROM finding_sessions CROSS JOIN UNNEST(client_addresses) AS t(a)
  UNION
  SELECT source_address FROM logons WHERE dt >= :first_dt AND source_address IS NOT NULL
  UNION
  SELECT source_address FROM finding_calls WHERE source_address_kind IN ('private', 'public', 'ipv6')
  UNION
  SELECT a.source_address FROM attributions a JOIN finding_days d ON d.dt = a.dt WHERE a.source_address_kind IN ('private', 'public', 'ipv6')
), part AS (
  SELECT address, split(address, '.') AS v4, strpos(address, '::') AS gap,
    CASE WHEN strpos(address, '::') > 0 THEN substr(address, 1, strpos(address, '::') - 1) ELSE address END AS head,
    CASE WHEN strpos(address, '::') > 0 THEN substr(address, strpos(address, '::') + 2) ELSE '' END AS tail
  FROM address
), counted AS (
  SELECT address, v4, gap, head, tail,
    CASE WHEN head = '' THEN 0 ELSE length(head) - length(replace(head, ':', '')) + 1 END AS heads,
    CASE WHEN tail = '' THEN 0 ELSE length(tail) - length(replace(tail, ':', '')) + 1 END AS tails
  FROM part
), whole AS (
  SELECT address,
    CASE WHEN cardinality(v4) = 4 AND strpos(address, ':') = 0 THEN v4 END AS v4,
    CASE WHEN strpos(address, ':') = 0 THEN NULL
      WHEN gap = 0 THEN split(address, ':')
      WHEN heads + tails < 8 THEN split(head || CASE WHEN heads > 0 THEN ':' ELSE '' END || substr('0:0:0:0:0:0:0:0', 1, 2 * (8 - heads - tails) - 1)
        || CASE WHEN tails > 0 THEN ':' ELSE '' END || tail, ':') END AS v6
  FROM counted
), read AS (
  SELECT address,
    CASE WHEN v4 IS NOT NULL THEN 4 WHEN cardinality(v6) = 8 THEN 6 END AS family,
    CASE WHEN v4 IS NOT NULL THEN try_cast(v4[1] AS bigint) * 16777216 + try_cast(v4[2] AS bigint) * 65536
      + try_cast(v4[3] AS bigint) * 256 + try_cast(v4[4] AS bigint) END AS number,
    CASE WHEN cardinality(v6) = 8 THEN lpad(v6[1], 4, '0') || lpad(v6[2], 4, '0') || lpad(v6[3], 4, '0') || lpad(v6[4], 4, '0')
      || lpad(v6[5], 4, '0') || lpad(v6[6], 4, '0') || lpad(v6[7], 4, '0') || lpad(v6[8], 4, '0') END AS hex,
    CASE WHEN v4 IS NOT NULL THEN v4[1] || '.' || v4[2] || '.' || v4[3] || '.0/24'
      WHEN cardinality(v6) = 8 THEN v6[1] || ':' || v6[2] || ':' || v6[3] || '::/48' END AS network
  FROM whole
), within AS (
  SELECT r.address, n.purpose
  FROM read r
  JOIN policy_networks n ON n.family = r.family
  WHERE (r.family = 4 AND r.number >= n.low_number AND r.number <= n.high_number) OR (r.family = 6 AND r.hex >= n.low_hex AND r.hex <= n.high_hex)
  GROUP BY r.address, n.purpose
)
SELECT r.address, r.network,
  CASE WHEN sum(CASE WHEN w.purpose = 'trusted' THEN 1 ELSE 0 END) > 0 THEN true ELSE false END AS in_trusted,
  CASE WHEN sum(CASE WHEN w.purpose = 'console' THEN 1 ELSE 0 END) > 0 THEN true ELSE false END AS in_console,
  CASE WHEN sum(CASE WHEN w.purpose = 'fleet' THEN 1 ELSE 0 END) > 0 THEN true ELSE false END AS in_fleet,
  CASE WHEN sum(CASE WHEN w.purpose = 'nat' THEN 1 ELSE 0 END) > 0 THEN true ELSE false END AS in_nat
FROM read r
LEFT JOIN within w ON w.address = r.address
WHERE r.number IS NOT NULL OR r.hex IS NOT NULL
GROUP BY r.address, r.network
