-- title: Writes and deletes that nobody can be named for
-- question: What was written or deleted from a fleet address with no session behind it?
-- columns: event_time, event_name, object_key, reason, source_address, leads, bucket, bytes_in
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param bucket text = '': bucket name; empty for all
-- param address text = '': source address, as the log has it; empty for all
SELECT event_time, event_name, action, bucket, object_key, bytes_in, error_code, reason, final, fleet_side,
       source_address, principal_arn, access_key_id, array_join(candidate_user_ids, ', ') AS leads, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND verdict = 'unattributed' AND action IN ('write', 'delete')
  AND (:bucket = '' OR bucket = :bucket) AND (:address = '' OR source_address = :address)
ORDER BY event_time_ms, event_id
