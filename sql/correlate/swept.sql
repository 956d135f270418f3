-- Events whose evidence is closed provisionally: in every region of the account that has reports or sweeps, complete
-- sweeps at most 15 minutes apart stand on both sides of the event, and they list nobody on its address but candidates.
WITH asked AS (
  -- of a multi-session fleet users come and go between two sweeps; an account without sweeps is closed by none
  SELECT c.n, c.t, w.account_id, c.place_group, c.source_address, e.place_id, e.segment, coalesce(r.region, '') AS region
  FROM calls c
  JOIN evidence e ON e.n = c.n
  JOIN network_accounts w ON w.network_id = c.network_id
  LEFT JOIN account_regions r ON r.account_id = w.account_id
  LEFT JOIN segments g ON g.place_id = e.place_id AND g.segment = e.segment
  WHERE NOT e.days_closed AND c.settled AND NOT c.foreign_endpoint AND NOT c.no_endpoint
    AND c.source_address_kind IN ('private', 'public', 'ipv6') AND coalesce(g.multi_fleet, false) = false
), ordered AS (
  SELECT account_id, region, sweep_time_ms AS at_ms, sweep_time_ms, CAST(NULL AS bigint) AS n FROM sweeps WHERE complete
  UNION ALL SELECT account_id, region, t, CAST(NULL AS bigint), n FROM asked
), bracketed AS (
  SELECT account_id, region, at_ms, n,
    max(sweep_time_ms) OVER (PARTITION BY account_id, region ORDER BY at_ms, CASE WHEN n IS NULL THEN 0 ELSE 1 END
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before_ms
  FROM ordered
), pair AS (
  SELECT a.n, a.account_id, a.region, a.place_group, a.source_address, a.place_id, a.segment, b.before_ms,
    CASE WHEN b.before_ms = a.t THEN a.t ELSE w.next_complete_ms END AS after_ms
  FROM asked a
  JOIN bracketed b ON b.n = a.n AND b.account_id = a.account_id AND b.region = a.region
  JOIN sweeps w ON w.account_id = b.account_id AND w.region = b.region AND w.sweep_time_ms = b.before_ms
), near AS (
  SELECT * FROM pair WHERE after_ms - before_ms <= 900000
), question AS (
  SELECT account_id, region, place_group, source_address, place_id, segment, before_ms, after_ms
  FROM near
  GROUP BY account_id, region, place_group, source_address, place_id, segment, before_ms, after_ms
), sighting AS (
  SELECT s.account_id, s.region, coalesce(s.fleet_name, '') AS fleet, s.private_addresses, s.observed_at_ms, s.user_key,
    CASE WHEN s.is_multisession OR f.fleet_name IS NOT NULL OR i.instance_id IS NOT NULL THEN true ELSE false END AS multi
  FROM sessions s
  LEFT JOIN multi_fleets f ON f.account_id = s.account_id AND f.region = s.region AND f.fleet_name = s.fleet_name
  LEFT JOIN multi_instances i ON i.account_id = s.account_id AND i.instance_id = s.instance_id
  WHERE s.origin = 'snapshot' AND coalesce(s.state, '') <> 'EXPIRED'
), spot AS (
  SELECT account_id, region, fleet, a AS source_address, observed_at_ms, user_key, multi
  FROM sighting CROSS JOIN UNNEST(private_addresses) AS t(a)
), listed AS (
  SELECT s.account_id, s.region, g.place_group, s.source_address, s.observed_at_ms, s.user_key, s.multi
  FROM spot s
  JOIN session_groups g ON g.account_id = s.account_id AND g.fleet = s.fleet AND g.region = s.region
  GROUP BY s.account_id, s.region, g.place_group, s.source_address, s.observed_at_ms, s.user_key, s.multi
), shown AS (
  SELECT q.account_id, q.region, q.place_group, q.source_address, q.place_id, q.segment, q.before_ms, q.after_ms, l.user_key, l.multi
  FROM question q
  JOIN listed l ON l.account_id = q.account_id AND l.region = q.region AND l.place_group = q.place_group
    AND l.source_address = q.source_address AND l.observed_at_ms = q.before_ms
  UNION
  SELECT q.account_id, q.region, q.place_group, q.source_address, q.place_id, q.segment, q.before_ms, q.after_ms, l.user_key, l.multi
  FROM question q
  JOIN listed l ON l.account_id = q.account_id AND l.region = q.region AND l.place_group = q.place_group
    AND l.source_address = q.source_address AND l.observed_at_ms = q.after_ms
), stranger AS (
  -- a segment is one of its place: an address is one place for times on the second, another for those on the millisecond
  SELECT s.account_id, s.region, s.place_group, s.source_address, coalesce(s.place_id, 0) AS place_id, coalesce(s.segment, 0) AS segment, s.before_ms, s.after_ms
  FROM shown s
  LEFT JOIN numbered_users k ON k.user_key = s.user_key
  LEFT JOIN segment_users u ON u.place_id = s.place_id AND u.segment = s.segment AND u.user_no = k.user_no
  WHERE s.multi OR coalesce(u.candidate, false) = false
  GROUP BY s.account_id, s.region, s.place_group, s.source_address, coalesce(s.place_id, 0), coalesce(s.segment, 0), s.before_ms, s.after_ms
), fine AS (
  SELECT p.n, count(*) AS regions
  FROM near p
  LEFT JOIN stranger x ON x.account_id = p.account_id AND x.region = p.region AND x.place_group = p.place_group
    AND x.source_address = p.source_address AND x.place_id = coalesce(p.place_id, 0) AND x.segment = coalesce(p.segment, 0) AND x.before_ms = p.before_ms AND x.after_ms = p.after_ms
  WHERE x.account_id IS NULL
  GROUP BY p.n
), asked_regions AS (
  SELECT n, count(*) AS regions FROM asked GROUP BY n
)
SELECT f.n
FROM fine f
JOIN asked_regions a ON a.n = f.n AND a.regions = f.regions
