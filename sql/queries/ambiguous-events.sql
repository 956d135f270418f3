-- title: Events that several users may have made
-- question: Where does the evidence point to more than one user?
-- columns: event_time, event_name, object_key, candidates, reason, bucket, source_address
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param user text = '': only those that may be this user's; empty for all
SELECT event_time, event_name, action, bucket, object_key, reason, final, candidate_count,
       array_join(candidate_user_ids, ', ') AS candidates, source_address, instance_id, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND verdict = 'ambiguous' AND (:user = '' OR contains(candidate_user_ids, :user))
ORDER BY event_time_ms, event_id
