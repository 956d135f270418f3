-- title: What was deleted
-- question: Which objects are gone, and who removed them?
-- columns: event_time, event_name, object_key, user_id, verdict, bucket, candidates, error_code
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param bucket text = '': bucket name; empty for all
SELECT event_time, event_name, bucket, object_key, delete_effect, version_id, error_code, verdict, reason, user_id, session_id,
       array_join(candidate_user_ids, ', ') AS candidates, source_address, principal_arn, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND action = 'delete' AND (:bucket = '' OR bucket = :bucket)
ORDER BY event_time_ms, event_id
