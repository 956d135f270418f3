-- title: Who read the most
-- question: Which user took the most objects and bytes out?
-- columns: user_id, reads, objects, bytes_out, first_read, last_read, sessions
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param bucket text = '': bucket name; empty for all
SELECT user_id, authentication_type, account_id,
       count(*) AS reads, count(DISTINCT bucket || '/' || object_key) AS objects, CAST(coalesce(sum(bytes_out), 0) AS bigint) AS bytes_out,
       count(DISTINCT session_id) AS sessions, min(event_time) AS first_read, max(event_time) AS last_read
FROM attributions
WHERE dt >= :from AND dt <= :to AND verdict = 'attributed' AND action = 'read' AND error_code IS NULL
  AND (:bucket = '' OR bucket = :bucket)
GROUP BY user_key, user_id, authentication_type, account_id
ORDER BY 6 DESC, 4 DESC, 1
