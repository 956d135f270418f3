-- title: What left for the internet
-- question: Which flows went from sessions to addresses on the internet, and whose sessions were they?
-- columns: flow_start, candidate_users, bytes, destination_address, destination_port, action, source_address
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param grace bigint = 300: seconds after its end in which a session may still send
-- param longest bigint = 432000: seconds that a session may last which snapshots did not see end
-- Replies and AWS's own services are among them. A candidate is everybody in session or in grace at the address, in the same region as
-- far as both are known, during the flow or up to 60 s before, and everybody whose session is only supposed then. A newcomer
-- at the address does not end the grace here (the rule egress-outside-vpc names nobody on grace): more candidates, never fewer.
WITH outward AS (
  SELECT f.*, f.flow_start_ms - 60000 AS from_ms
  FROM flows f
  WHERE f.dt >= :from AND f.dt <= :to AND f.destination_kind = 'public'
), met AS (
  SELECT o.source_file, o.source_index, s.user_id, s.session_id
  FROM outward o
  JOIN (SELECT r.session_id, r.user_id, r.account_id, r.region, r.session_start_ms, t.a AS address,
      CASE WHEN r.origin = 'snapshot' THEN coalesce(r.absent_ms, CASE WHEN r.session_start_ms + :longest * 1000 > r.session_end_ms THEN r.session_start_ms + :longest * 1000 ELSE r.session_end_ms END)
        ELSE coalesce(r.session_end_ms, r.session_start_ms) END + :grace * 1000 AS until_ms
    FROM (SELECT * FROM resolved_sessions WHERE connected OR origin = 'snapshot') r CROSS JOIN UNNEST(r.private_addresses) AS t(a)) s
    ON s.account_id = o.account_id AND s.address = o.source_address
  WHERE (s.region IS NULL OR o.region IS NULL OR s.region = o.region) AND s.session_start_ms <= o.flow_end_ms + 999 AND s.until_ms >= o.from_ms
), whose AS (
  SELECT source_file, source_index, array_join(array_sort(array_agg(DISTINCT user_id)), ', ') AS users, array_join(array_sort(array_agg(DISTINCT session_id)), ', ') AS sessions
  FROM met GROUP BY source_file, source_index
)
SELECT o.flow_start, o.flow_end, w.users AS candidate_users, o.action, o.bytes, o.packets, o.source_address, o.source_port, o.destination_address, o.destination_port, o.protocol,
       o.destination_service, o.tcp_flags, o.flow_direction, o.traffic_path, o.interface_id, w.sessions AS candidate_sessions, o.source_file, o.source_index
FROM outward o
JOIN whose w ON w.source_file = o.source_file AND w.source_index = o.source_index
ORDER BY o.bytes DESC, o.flow_start_ms, o.source_file, o.source_index
