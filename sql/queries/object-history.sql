-- title: History of one object
-- question: Who touched this object, how, and how sure are we?
-- columns: event_time, event_name, user_id, verdict, candidates, error_code, bytes_in, bytes_out, source_address
-- param bucket text: bucket name
-- param key text: object key, raw as CloudTrail writes it
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- Copies that were made from the object are part of its history: event_name CopyObject with another key. A copy through an access
-- point does not tell its bucket: it is listed for every object of that key.
SELECT event_time, event_name, action, multipart_step, bucket, object_key, version_id, delete_effect, copy_source, bytes_in, bytes_out, acl,
       encryption, error_code, verdict, reason, final, user_id, session_id, array_join(candidate_user_ids, ', ') AS candidates,
       principal_arn, source_address, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to
  AND ((bucket = :bucket AND object_key = :key)
    OR ((copy_source_bucket = :bucket OR starts_with(copy_source_bucket, 'arn:')) AND copy_source_key = :key)
    OR (copy_source_bucket IS NULL AND (copy_source = :bucket || '/' || :key
      OR copy_source = '/' || :bucket || '/' || :key
      OR starts_with(copy_source, :bucket || '/' || :key || '?')
      OR starts_with(copy_source, '/' || :bucket || '/' || :key || '?'))))
ORDER BY event_time_ms, event_id
