-- The sessions that mean something in each segment that an event fell into.
-- Blocks of 10,000 because Trino's sequence() makes no more values than that. Arrays are columns before they are unnested:
-- DuckDB would join what comes of an expression with its rows again.
WITH hit AS (
  SELECT place_id, segment FROM placements WHERE segment > 0 GROUP BY place_id, segment
), cover AS (
  SELECT p.place_id, p.session_no, p.user_no, p.origin, p.is_multisession, p.multi_fleet,
    p.doubtful, p.disputed, p.reused, p.presence, a.segment AS first_segment, b.segment - 1 AS last_segment
  FROM presences p
  JOIN points a ON a.place_id = p.place_id AND a.at_ms = p.from_ms
  JOIN points b ON b.place_id = p.place_id AND b.at_ms = p.to_ms + 1
), blocks AS (
  SELECT c.*, sequence(first_segment - first_segment % 10000, last_segment, 10000) AS firsts FROM cover c
), block AS (
  SELECT b.*, f AS first_of_block FROM blocks b CROSS JOIN UNNEST(firsts) AS t(f)
), run AS (
  SELECT b.*, sequence(greatest(first_segment, first_of_block), least(last_segment, first_of_block + 9999)) AS segments FROM block b
), cell AS (
  SELECT place_id, session_no, user_no, origin, is_multisession, multi_fleet, doubtful, disputed, reused, presence, segment
  FROM run CROSS JOIN UNNEST(segments) AS t(segment)
)
SELECT c.place_id, c.segment, c.session_no, c.user_no, c.origin, c.is_multisession, c.multi_fleet, c.doubtful, c.disputed, c.reused, c.presence
FROM cell c
JOIN hit h ON h.place_id = c.place_id AND h.segment = c.segment
