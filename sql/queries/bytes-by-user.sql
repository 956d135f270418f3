-- title: Bytes in and out, by user and day
-- question: How much did each user move, and when does a day stand out?
-- columns: dt, user_id, calls, bytes_out, bytes_in, buckets
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- Bytes of a multipart upload are those of its parts.
SELECT dt, user_id, authentication_type, count(*) AS calls,
       CAST(coalesce(sum(bytes_out), 0) AS bigint) AS bytes_out, CAST(coalesce(sum(bytes_in), 0) AS bigint) AS bytes_in,
       count(DISTINCT bucket) AS buckets
FROM attributions
WHERE dt >= :from AND dt <= :to AND verdict = 'attributed'
GROUP BY dt, user_key, user_id, authentication_type
ORDER BY dt, 5 DESC, 2
