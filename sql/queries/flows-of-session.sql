-- title: Traffic of a session
-- question: With whom did this session talk, how much was it, and who else may have?
-- columns: first_start, way, peer, peer_port, bytes, flows, action, last_end, aws_service
-- param session text: session id
-- param grace bigint = 300: seconds after its end in which a session may still send
-- param longest bigint = 432000: seconds that a session may last which snapshots did not see end
-- A flow belongs to everybody in session or in grace at its address (in the same region as far as both are known) during it, or up to
-- 60 s before, and to everybody whose session is only supposed then: the last column counts the others, and counts
-- whoever is in grace also when a newcomer has the address by then: more of them, never fewer.
WITH session AS (
  SELECT r.session_id, r.user_key, r.account_id, r.region, t.a AS address, r.session_start_ms, r.connected OR r.origin = 'snapshot' AS may_send,
    CASE WHEN r.origin = 'snapshot' THEN coalesce(r.absent_ms, CASE WHEN r.session_start_ms + :longest * 1000 > r.session_end_ms THEN r.session_start_ms + :longest * 1000 ELSE r.session_end_ms END)
      ELSE coalesce(r.session_end_ms, r.session_start_ms) END + :grace * 1000 AS until_ms
  FROM resolved_sessions r CROSS JOIN UNNEST(r.private_addresses) AS t(a)
), mine AS (
  -- an id may stand for several sessions on the address
  SELECT DISTINCT f.*, f.flow_start_ms - 60000 AS from_ms, s.address,
         CASE WHEN f.source_address = s.address THEN f.destination_address ELSE f.source_address END AS peer,
         CASE WHEN f.source_address = s.address THEN f.destination_port ELSE f.source_port END AS peer_port,
         CASE WHEN f.source_address = s.address THEN 'out' ELSE 'in' END AS way
  FROM flows f
  JOIN session s ON s.session_id = :session AND s.account_id = f.account_id AND (s.address = f.source_address OR s.address = f.destination_address)
  WHERE (s.region IS NULL OR f.region IS NULL OR s.region = f.region) AND s.session_start_ms <= f.flow_end_ms + 999 AND s.until_ms >= f.flow_start_ms - 60000
), others AS (
  SELECT m.source_file, m.source_index, count(DISTINCT o.user_key) AS others
  FROM mine m
  JOIN session me ON me.session_id = :session AND me.address = m.address
  JOIN session o ON o.account_id = m.account_id AND o.address = m.address AND o.user_key <> me.user_key
  WHERE o.may_send AND (o.region IS NULL OR m.region IS NULL OR o.region = m.region) AND o.session_start_ms <= m.flow_end_ms + 999 AND o.until_ms >= m.from_ms
  GROUP BY m.source_file, m.source_index
)
SELECT min(m.flow_start) AS first_start, max(m.flow_end) AS last_end, m.way, m.peer, m.peer_port, m.protocol, m.action, count(*) AS flows,
       CAST(coalesce(sum(m.bytes), 0) AS bigint) AS bytes, max(CASE WHEN m.way = 'out' THEN m.destination_service ELSE m.source_service END) AS aws_service,
       max(coalesce(o.others, 0)) AS other_users
FROM mine m
LEFT JOIN others o ON o.source_file = m.source_file AND o.source_index = m.source_index
GROUP BY m.way, m.peer, m.peer_port, m.protocol, m.action
ORDER BY 9 DESC, 1, m.peer, m.peer_port, m.way, m.action
