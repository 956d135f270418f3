-- title: Leads on events without a name
-- question: Nobody is named, but does an access key or an instance point to somebody?
-- columns: event_time, event_name, object_key, leads, verdict, reason, bucket, source_address
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- A lead is a hint for a person and never a verdict.
SELECT event_time, event_name, action, bucket, object_key, verdict, reason, array_join(candidate_user_ids, ', ') AS leads,
       access_key_id, source_address, source_address_kind, instance_id, principal_arn, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND verdict IN ('unattributed', 'not_joinable') AND candidate_count > 0
ORDER BY event_time_ms, event_id
