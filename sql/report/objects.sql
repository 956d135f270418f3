-- Objects by what went in and out of them.
WITH objects AS (
  SELECT a.bucket, a.object_key, count(*) AS n, count(DISTINCT a.user_key) AS users,
    count(*) FILTER (WHERE a.action = 'write') AS writes, count(*) FILTER (WHERE a.action = 'delete') AS deletes,
    count(*) FILTER (WHERE a.user_id IS NULL) AS unnamed,
    CAST(coalesce(sum(a.bytes_out), 0) AS bigint) AS bytes_out, CAST(coalesce(sum(a.bytes_in), 0) AS bigint) AS bytes_in,
    min(a.event_time_ms) AS first_ms, max(a.event_time_ms) AS last_ms
  FROM report_events a
  WHERE a.object_key IS NOT NULL
  GROUP BY a.bucket, a.object_key
), sized AS (
  SELECT o.*, o.bytes_out + o.bytes_in AS bytes, count(*) OVER () AS objects FROM objects o
)
SELECT s.* FROM sized s
ORDER BY s.bytes DESC, s.n DESC, s.bucket, s.object_key
LIMIT 25
