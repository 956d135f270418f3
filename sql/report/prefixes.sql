-- Buckets and the first part of their keys.
WITH keys AS (
  SELECT a.bucket, a.object_key, a.user_key, a.user_id, a.action, a.bytes_in, a.bytes_out,
    CASE WHEN strpos(a.object_key, '/') > 0 THEN substr(a.object_key, 1, strpos(a.object_key, '/')) ELSE '' END AS prefix
  FROM report_events a
  WHERE a.bucket IS NOT NULL
), prefixes AS (
  SELECT k.bucket, k.prefix, count(*) AS n, count(DISTINCT k.object_key) AS objects, count(DISTINCT k.user_key) AS users,
    count(*) FILTER (WHERE k.action = 'write') AS writes, count(*) FILTER (WHERE k.action = 'delete') AS deletes,
    count(*) FILTER (WHERE k.user_id IS NULL) AS unnamed,
    CAST(coalesce(sum(k.bytes_out), 0) AS bigint) AS bytes_out, CAST(coalesce(sum(k.bytes_in), 0) AS bigint) AS bytes_in
  FROM keys k
  GROUP BY k.bucket, k.prefix
), sized AS (
  SELECT p.*, p.bytes_out + p.bytes_in AS bytes, count(*) OVER () AS prefixes FROM prefixes p
)
SELECT s.* FROM sized s
ORDER BY s.bytes DESC, s.n DESC, s.bucket, s.prefix
LIMIT 20
