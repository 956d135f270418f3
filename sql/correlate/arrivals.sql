-- Who starts when at a place: one row a place and start. `shared_instance_id` is set when all who start then are on one
-- multi-session instance; `other_start_ms` is the next start that is not on that instance alone.
WITH arrival AS (
  SELECT place_id, start_ms, count(*) AS sessions,
    CASE WHEN count(shared_instance_id) = count(*) AND min(shared_instance_id) = max(shared_instance_id)
      THEN min(shared_instance_id) ELSE '' END AS shared_instance_id
  FROM session_places
  WHERE NOT past AND NOT elsewhere
  GROUP BY place_id, start_ms
), compared AS (
  SELECT place_id, start_ms, sessions, shared_instance_id,
    lag(shared_instance_id) OVER (PARTITION BY place_id ORDER BY start_ms) AS before
  FROM arrival
)
SELECT place_id, start_ms, sessions, shared_instance_id,
  min(CASE WHEN shared_instance_id <> before THEN start_ms END)
    OVER (PARTITION BY place_id ORDER BY start_ms DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS other_start_ms
FROM compared
