-- Who may have sent each flow: everybody whose session (or its grace, or a session that snapshots only let suppose) overlaps the
-- span of the flow at the address, in the same region as far as both are known. Points and the ends of flows stand in one order,
-- so that a flow knows its first and its last segment; users are those of the segments between. `sure_user_key` is set when the
-- one user is beyond doubt: with evidence open, a session that nobody shares contains the whole flow and the 60 s before; with
-- evidence closed, a session of a report contains it from start to end. Never when the address is in two VPCs. Blocks of 10,000
-- because Trino's sequence() makes no more; arrays are columns before they are unnested (see `segment-sessions.sql`).
WITH ordered AS (
  SELECT p.place_id, p.at_ms, p.segment, CAST(NULL AS bigint) AS n, 0 AS turn
  FROM points p JOIN (SELECT place_id FROM egress_flows GROUP BY place_id) f ON f.place_id = p.place_id
  UNION ALL SELECT place_id, from_ms, 0, n, 1 FROM egress_flows
  UNION ALL SELECT place_id, to_ms, 0, n, 1 FROM egress_flows
), placed AS (
  SELECT place_id, n, max(segment) OVER (PARTITION BY place_id ORDER BY at_ms, turn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS segment
  FROM ordered
), spanned AS (
  SELECT place_id, n, min(segment) AS first_segment, max(segment) AS last_segment FROM placed WHERE n IS NOT NULL GROUP BY place_id, n
), spanned_blocks AS (
  SELECT s.*, sequence(first_segment - first_segment % 10000, last_segment, 10000) AS firsts FROM spanned s
), spanned_block AS (
  SELECT s.*, t.first_of_block FROM spanned_blocks s CROSS JOIN UNNEST(firsts) AS t(first_of_block)
), spanned_run AS (
  SELECT place_id, n, sequence(greatest(first_segment, first_of_block), least(last_segment, first_of_block + 9999)) AS segments FROM spanned_block
), crossed AS (
  SELECT place_id, n, segment FROM spanned_run CROSS JOIN UNNEST(segments) AS t(segment)
), hit AS (
  SELECT place_id, segment FROM crossed WHERE segment > 0 GROUP BY place_id, segment
), cover AS (
  SELECT p.place_id, p.session_no, p.user_no, p.origin, p.is_multisession, p.disputed, p.presence, p.from_ms, p.to_ms, a.segment AS first_segment, b.segment - 1 AS last_segment
  FROM presences p
  JOIN points a ON a.place_id = p.place_id AND a.at_ms = p.from_ms
  JOIN points b ON b.place_id = p.place_id AND b.at_ms = p.to_ms + 1
  WHERE p.presence IN ('inside', 'grace', 'possible')
), cover_blocks AS (
  SELECT c.*, sequence(first_segment - first_segment % 10000, last_segment, 10000) AS firsts FROM cover c
), cover_block AS (
  SELECT c.*, t.first_of_block FROM cover_blocks c CROSS JOIN UNNEST(firsts) AS t(first_of_block)
), cover_run AS (
  SELECT c.*, sequence(greatest(first_segment, first_of_block), least(last_segment, first_of_block + 9999)) AS segments FROM cover_block c
), cell AS (
  SELECT place_id, session_no, user_no, origin, is_multisession, disputed, presence, from_ms, to_ms, segment
  FROM cover_run CROSS JOIN UNNEST(segments) AS t(segment)
), met AS (
  SELECT f.n, c.user_no, c.session_no,
    max(CASE WHEN c.presence IN ('inside', 'grace') THEN 1 ELSE 0 END) AS candidate,
    max(CASE WHEN c.presence = 'inside' AND c.origin = 'report' AND NOT c.disputed AND c.from_ms <= f.flow_start_ms AND c.to_ms >= f.to_ms THEN 1 ELSE 0 END) AS reported,
    max(CASE WHEN c.presence = 'inside' AND c.is_multisession = false AND NOT c.disputed AND c.from_ms <= f.from_ms AND c.to_ms >= f.to_ms THEN 1 ELSE 0 END) AS alone
  FROM egress_flows f
  JOIN crossed x ON x.n = f.n
  JOIN hit h ON h.place_id = x.place_id AND h.segment = x.segment
  JOIN cell c ON c.place_id = x.place_id AND c.segment = x.segment
  JOIN run_sessions s ON s.session_no = c.session_no
  WHERE f.region IS NULL OR s.region IS NULL OR s.region = f.region
  GROUP BY f.n, c.user_no, c.session_no
), whose AS (
  SELECT m.n,
    count(DISTINCT CASE WHEN m.candidate = 1 THEN m.user_no END) AS users, count(DISTINCT m.user_no) AS users_and_possible,
    min(CASE WHEN m.candidate = 1 THEN m.user_no END) AS one_user_no, min(CASE WHEN m.candidate = 1 THEN s.user_id END) AS one_user_id,
    count(DISTINCT CASE WHEN m.candidate = 1 THEN m.session_no END) AS sessions, max(CASE WHEN m.candidate = 1 THEN s.session_id END) AS one_session_id,
    max(m.alone) AS alone, max(m.reported) AS reported,
    count(DISTINCT s.user_id) AS user_ids, array_sort(min(DISTINCT s.user_id, 10)) AS first_user_ids
  FROM met m
  JOIN run_sessions s ON s.session_no = m.session_no
  GROUP BY m.n
)
SELECT w.n, w.users, w.sessions,
  -- a flow of a day is closed when every day on which a session covering it could have ended is
  CASE WHEN w.users = 1 AND w.users_and_possible = 1 AND NOT f.in_two_vpcs
    AND CASE WHEN (f.to_ms + :longest_ms) - (f.to_ms + :longest_ms) % 86400000 + 172800000 <= :as_of_ms THEN w.reported ELSE w.alone END = 1
    THEN k.user_key END AS sure_user_key,
  w.one_user_id, CASE WHEN w.sessions = 1 THEN w.one_session_id END AS one_session_id, array_join(w.first_user_ids, ', ')
    || CASE WHEN w.user_ids > 10 THEN ' and ' || CAST(w.user_ids - 10 AS varchar) || ' more' ELSE '' END AS user_list
FROM whose w
JOIN egress_flows f ON f.n = w.n
LEFT JOIN numbered_users k ON k.user_no = w.one_user_no
