-- title: Objects that several users touched
-- question: Which objects passed through the hands of more than one user?
-- columns: object_key, users, user_ids, reads, writes, deletes, bucket, last_touch
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param bucket text = '': bucket name; empty for all
SELECT bucket, object_key, count(DISTINCT user_key) AS users, array_join(array_agg(DISTINCT user_id ORDER BY user_id), ', ') AS user_ids,
       count(*) FILTER (WHERE action = 'read') AS reads, count(*) FILTER (WHERE action = 'write') AS writes,
       count(*) FILTER (WHERE action = 'delete') AS deletes, min(event_time) AS first_touch, max(event_time) AS last_touch
FROM attributions
WHERE dt >= :from AND dt <= :to AND verdict = 'attributed' AND object_key IS NOT NULL AND error_code IS NULL
  AND (:bucket = '' OR bucket = :bucket)
GROUP BY bucket, object_key
HAVING count(DISTINCT user_key) > 1
ORDER BY 3 DESC, bucket, object_key
