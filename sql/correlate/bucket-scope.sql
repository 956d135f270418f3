-- Whether each bucket is in scope. A call that names no bucket (redacted, denied) cannot be shown to be outside it.
WITH bucket AS (
  SELECT coalesce(bucket, '') AS bucket FROM unique_events WHERE event_category = 'Data' GROUP BY coalesce(bucket, '')
), matched AS (
  SELECT b.bucket,
    sum(CASE WHEN p.purpose = 'include' AND b.bucket LIKE p.pattern ESCAPE '\' THEN 1 ELSE 0 END) AS included,
    sum(CASE WHEN p.purpose = 'exclude' AND b.bucket LIKE p.pattern ESCAPE '\' THEN 1 ELSE 0 END) AS excluded
  FROM bucket b CROSS JOIN configured_buckets p
  GROUP BY b.bucket
)
SELECT bucket, CASE WHEN bucket = '' OR (included > 0 AND excluded = 0) THEN true ELSE false END AS in_scope
FROM matched
