-- title: Touches of an object around a time
-- question: Who touched this object, or copied it, between these times?
-- columns: event_time, event_name, user_id, verdict, candidates, error_code, source_address, bytes_out
-- param bucket text: bucket name
-- param key text: object key, raw as CloudTrail writes it; one that ends with / stands for all keys below it
-- param from time = 1970-01-01: from this time, inclusive
-- param to time = 9999-12-31: until this time, inclusive
SELECT event_time, event_name, action, object_key, bytes_in, bytes_out, error_code, verdict, reason, final, user_id, session_id,
       array_join(candidate_user_ids, ', ') AS candidates, principal_arn, source_address, event_id
FROM attributions
WHERE event_time_ms >= :from AND event_time_ms <= :to
  AND ((bucket = :bucket AND (object_key = :key OR (starts_with(reverse(:key), '/') AND starts_with(object_key, :key))))
    OR (copy_source_bucket = :bucket AND copy_source_key = :key))
ORDER BY event_time_ms, event_id
