-- Each event in its segment at its address, at the instance its role session names, and among sessions without an address. Points and events stand in one
-- order; the number of the last point before an event is its segment. That stays linear however the load is spread.
WITH lookup AS (
  SELECT p.place_id, c.t AS at_ms, c.n
  FROM calls c
  JOIN places p ON p.network_id = c.network_id AND p.place_group = c.place_group AND p.place_region = c.place_region
    AND p.place_kind = 'address' AND p.place = c.source_address AND p.time_precision = c.time_precision
  UNION ALL
  SELECT p.place_id, c.t, c.n
  FROM calls c
  JOIN places p ON p.network_id = c.network_id AND p.place_group = c.place_group AND p.place_kind = 'instance'
    AND p.place = c.claimed_instance AND p.time_precision = c.time_precision
  UNION ALL
  SELECT p.place_id, c.t, c.n
  FROM calls c
  JOIN places p ON p.network_id = c.network_id AND p.place_group = c.place_group AND p.place_kind = 'unplaced'
    AND p.time_precision = c.time_precision
), ordered AS (
  SELECT place_id, at_ms, segment, held_until_ms, CAST(NULL AS bigint) AS n FROM points
  UNION ALL SELECT place_id, at_ms, 0, 0, n FROM lookup
), placed AS (
  SELECT place_id, at_ms, n,
    max(segment) OVER (PARTITION BY place_id ORDER BY at_ms, CASE WHEN n IS NULL THEN 0 ELSE 1 END
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS segment,
    max(held_until_ms) OVER (PARTITION BY place_id ORDER BY at_ms, CASE WHEN n IS NULL THEN 0 ELSE 1 END
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS held_until_ms
  FROM ordered
)
SELECT x.n, x.place_id, p.place_kind, x.segment, CASE WHEN x.held_until_ms >= x.at_ms THEN true ELSE false END AS held
FROM placed x
JOIN places p ON p.place_id = x.place_id
WHERE x.n IS NOT NULL
