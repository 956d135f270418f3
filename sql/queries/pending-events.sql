-- title: Events that wait for a report
-- question: What cannot be decided yet, and who may it be?
-- columns: event_time, event_name, object_key, candidates, bucket, source_address
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
SELECT event_time, event_name, action, bucket, object_key, network_account_id, source_address, candidate_count,
       array_join(candidate_user_ids, ', ') AS candidates, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND verdict = 'pending'
ORDER BY event_time_ms, event_id
