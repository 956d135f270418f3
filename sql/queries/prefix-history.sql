-- title: History of everything below a prefix
-- question: Who touched anything in this folder?
-- columns: event_time, event_name, object_key, user_id, verdict, candidates, error_code, bytes_out
-- param bucket text: bucket name
-- param prefix text: beginning of the object keys
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
SELECT event_time, event_name, action, object_key, bytes_in, bytes_out, error_code,
       verdict, reason, user_id, session_id, array_join(candidate_user_ids, ', ') AS candidates, source_address, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND bucket = :bucket AND starts_with(object_key, :prefix)
ORDER BY event_time_ms, event_id
