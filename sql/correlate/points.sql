-- The instants at which something changes at a place, numbered. Between one and the next the candidates stay the same:
-- that is a segment, and its number is that of the point it begins with. `held_until_ms` is how long a session that
-- starts there keeps the place held; sessions that were over before count from when the place is first asked about.
WITH point AS (
  SELECT place_id, from_ms AS at_ms, CAST(0 AS bigint) AS held_until_ms FROM presences
  UNION ALL SELECT place_id, to_ms + 1, 0 FROM presences
  UNION ALL SELECT place_id, start_ms, end_ms + :lookback_ms FROM session_places WHERE NOT past AND NOT elsewhere
  UNION ALL
  SELECT s.place_id, p.first_ms, max(s.end_ms) + :lookback_ms
  FROM session_places s
  JOIN places p ON p.place_id = s.place_id
  WHERE s.past AND NOT s.elsewhere
  GROUP BY s.place_id, p.first_ms
  UNION ALL SELECT place_id, first_ms, held_until_ms FROM places WHERE held_until_ms IS NOT NULL
), merged AS (
  SELECT place_id, at_ms, max(held_until_ms) AS held_until_ms FROM point GROUP BY place_id, at_ms
)
SELECT place_id, at_ms, held_until_ms, row_number() OVER (PARTITION BY place_id ORDER BY at_ms) AS segment
FROM merged
