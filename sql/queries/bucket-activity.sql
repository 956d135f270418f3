-- title: Activity on one bucket, day by day
-- question: What happens on this bucket, and what share of it has a name?
-- columns: dt, action, events, users, objects, bytes_out, bytes_in, failed
-- param bucket text: bucket name
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
SELECT dt, action, count(*) AS events, count(*) FILTER (WHERE error_code IS NOT NULL) AS failed,
       count(*) FILTER (WHERE verdict = 'attributed') AS attributed, count(DISTINCT user_key) AS users,
       count(DISTINCT object_key) AS objects, CAST(coalesce(sum(bytes_out), 0) AS bigint) AS bytes_out,
       CAST(coalesce(sum(bytes_in), 0) AS bigint) AS bytes_in
FROM attributions
WHERE dt >= :from AND dt <= :to AND bucket = :bucket
GROUP BY dt, action
ORDER BY dt, action
