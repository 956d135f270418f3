-- title: History of everything below a prefix
-- question: Who touched anything in this folder?
-- columns: event_time, event_name, object_key, user_id, verdict, candidates, error_code, bytes_out
-- param bucket text: bucket name
-- param prefix text: beginning of the object keys
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- A listing is part of it when what it listed lies in the folder, or the folder in what it listed; so is a copy out of the folder.
SELECT event_time, event_name, action, bucket, object_key, list_prefix, version_id, delete_effect, copy_source, bytes_in, bytes_out, error_code,
       verdict, reason, user_id, session_id, array_join(candidate_user_ids, ', ') AS candidates, source_address, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to
  AND ((bucket = :bucket AND starts_with(object_key, :prefix))
    OR (bucket = :bucket AND action = 'list' AND object_key IS NULL
      AND (starts_with(coalesce(list_prefix, ''), :prefix) OR starts_with(:prefix, coalesce(list_prefix, ''))))
    OR ((copy_source_bucket = :bucket OR starts_with(copy_source_bucket, 'arn:')) AND starts_with(copy_source_key, :prefix)))
ORDER BY event_time_ms, event_id
