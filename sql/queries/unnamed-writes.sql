-- title: Fleet-side writes without a user, whatever the reason
-- question: Which writes from our fleets still have no name on them?
-- columns: event_time, event_name, object_key, verdict, reason, candidates, source_address, bucket
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param bucket text = '': bucket name; empty for all
-- param address text = '': source address, as the log has it; empty for all
SELECT event_time, event_source, event_name, bucket, object_key, bytes_in, error_code, verdict, reason, final,
       array_join(candidate_user_ids, ', ') AS candidates, source_address, principal_arn, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND fleet_side AND user_id IS NULL AND action IN ('write', 'delete')
  AND (:bucket = '' OR bucket = :bucket) AND (:address = '' OR source_address = :address)
ORDER BY event_time_ms, event_id
