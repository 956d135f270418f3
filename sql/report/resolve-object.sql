-- Whether a bucket, or an object of it, is known here.
SELECT a.bucket, count(*) AS n, count(*) FILTER (WHERE :object_key = '' OR a.object_key = :object_key
  OR a.copy_source = :bucket || '/' || :object_key OR a.copy_source = '/' || :bucket || '/' || :object_key) AS matching
FROM attributions a
WHERE a.bucket = :bucket OR starts_with(a.copy_source, :bucket || '/') OR starts_with(a.copy_source, '/' || :bucket || '/')
GROUP BY a.bucket ORDER BY a.bucket
