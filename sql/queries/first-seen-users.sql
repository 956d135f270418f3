-- title: Users who are new to a bucket
-- question: Who touched a bucket for the first time since that day?
-- columns: first_seen, user_id, bucket, events, objects, bytes_out
-- param since date: first day that counts as new
-- param bucket text = '': bucket name; empty for all
SELECT bucket, user_id, authentication_type, min(event_time) AS first_seen, count(*) AS events,
       count(DISTINCT object_key) AS objects, CAST(coalesce(sum(bytes_out), 0) AS bigint) AS bytes_out
FROM attributions
WHERE verdict = 'attributed' AND bucket IS NOT NULL AND (:bucket = '' OR bucket = :bucket)
GROUP BY bucket, user_key, user_id, authentication_type
HAVING min(dt) >= :since
ORDER BY 4, bucket, user_id
