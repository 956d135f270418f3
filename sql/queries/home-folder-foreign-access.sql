-- title: Home folders that somebody else touched
-- question: Whose home folder or settings did another person (or nobody known) read or change?
-- columns: event_time, event_name, owner, caller, verdict, object_key, candidates, source_address
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param owner text = '': only this owner's; empty for all
SELECT event_time, event_name, action, object_owner_user_id AS owner, user_id AS caller, verdict, reason,
       array_join(candidate_user_ids, ', ') AS candidates, bucket, object_key, error_code, source_address, principal_arn, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND object_owner_user_id IS NOT NULL AND coalesce(user_id, '') <> object_owner_user_id
  AND (:owner = '' OR object_owner_user_id = :owner)
ORDER BY event_time_ms, event_id
