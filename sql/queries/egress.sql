-- title: What left for the internet
-- question: Which flows went from sessions to addresses on the internet, and whose sessions were they?
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- Replies and AWS's own services are among them. Everybody in session at the address during the flow, or up to 60 s before, is a candidate.
WITH outward AS (
  SELECT f.*, f.flow_start_ms - 60000 AS from_ms
  FROM flows f
  WHERE f.dt >= :from AND f.dt <= :to AND f.destination_kind = 'public'
), met AS (
  SELECT o.source_file, o.source_index, s.user_id, s.session_id
  FROM outward o
  JOIN (SELECT r.*, t.a AS address FROM resolved_sessions r CROSS JOIN UNNEST(r.private_addresses) AS t(a)) s
    ON s.account_id = o.account_id AND s.address = o.source_address
  WHERE s.connected AND s.session_start_ms <= o.flow_end_ms + 999 AND coalesce(s.session_end_ms, s.session_start_ms) >= o.from_ms
), whose AS (
  SELECT source_file, source_index, array_join(array_sort(array_agg(DISTINCT user_id)), ', ') AS users, array_join(array_sort(array_agg(DISTINCT session_id)), ', ') AS sessions
  FROM met GROUP BY source_file, source_index
)
SELECT o.flow_start, o.flow_end, w.users AS candidate_users, o.action, o.bytes, o.packets, o.source_address, o.source_port, o.destination_address, o.destination_port, o.protocol,
       o.destination_service, o.tcp_flags, o.flow_direction, o.traffic_path, o.interface_id, w.sessions AS candidate_sessions, o.source_file, o.source_index
FROM outward o
JOIN whose w ON w.source_file = o.source_file AND w.source_index = o.source_index
ORDER BY o.bytes DESC, o.flow_start_ms, o.source_file, o.source_index
