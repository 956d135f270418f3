-- title: One user in two networks at the same time
-- severity: medium
-- looks at: days and recent days
-- meaning: Two sessions of one user ran at the same time, and the devices of the one share no network with those of the other (equal
--   /24 of IPv4, equal /48 of IPv6; all of `logons.trustedCidrs` is one network). A password or a link is in other hands, or shared.
--   Sessions that share their id with another (`session-id-reused`) are left out.
-- next: Ask the user which of the sessions were theirs; end the others. `query session-timeline` shows what was done in each.
-- false positives: A telephone beside an office network; a VPN that was switched on or off between the sessions.
-- source: docs/facts.md, sessions report, client_ip_addresses
-- att&ck: T1078 Valid Accounts
WITH single AS (
  SELECT session_id FROM resolved_sessions GROUP BY session_id HAVING count(*) = 1
), lasting AS (
  SELECT s.session_id, s.user_key, s.user_id, s.dt, s.session_start, s.session_start_ms, s.session_end_ms,
    -- the session before that lasts longest: its end in digits, then its id
    max(lpad(CAST(s.session_end_ms AS varchar), 15, '0') || s.session_id)
      OVER (PARTITION BY s.user_key ORDER BY s.session_start_ms, s.session_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS longest
  FROM finding_sessions s
  JOIN single o ON o.session_id = s.session_id
  WHERE s.connected AND s.session_end_ms IS NOT NULL AND cardinality(s.client_addresses) > 0
), pair AS (
  SELECT l.session_id, l.user_key, l.user_id, l.dt, l.session_start, l.session_start_ms, substr(l.longest, 16) AS other_id
  FROM lasting l
  WHERE l.longest IS NOT NULL AND try_cast(substr(l.longest, 1, 15) AS bigint) > l.session_start_ms
), network AS (
  SELECT x.session_id, CASE WHEN a.in_trusted THEN 'trusted' ELSE a.network END AS network, min(x.address) AS address
  FROM (SELECT s.session_id, t.a AS address FROM finding_sessions s CROSS JOIN UNNEST(s.client_addresses) AS t(a)) x
  JOIN finding_addresses a ON a.address = x.address
  GROUP BY x.session_id, CASE WHEN a.in_trusted THEN 'trusted' ELSE a.network END
), shared AS (
  SELECT p.session_id FROM pair p JOIN network n ON n.session_id = p.session_id JOIN network o ON o.session_id = p.other_id AND o.network = n.network GROUP BY p.session_id
), device AS (
  SELECT session_id, min(address) AS address FROM network GROUP BY session_id
)
SELECT p.session_start_ms AS event_time_ms, p.dt, p.user_key || ' ' || p.other_id || ' ' || p.session_id AS subject,
  p.user_id || ' was in the session ' || p.session_id || ' from ' || n.address || ', begun ' || substr(CAST(p.session_start AS varchar), 1, 19)
    || ' UTC, while the session ' || p.other_id || ' from ' || o.address || ' still ran' AS summary,
  p.user_id, p.session_id, n.address AS source_address, 'session ' || p.session_id AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM pair p
JOIN device n ON n.session_id = p.session_id
JOIN device o ON o.session_id = p.other_id
LEFT JOIN shared s ON s.session_id = p.session_id
WHERE s.session_id IS NULL
