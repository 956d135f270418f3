-- title: A user's day
-- question: What did this user do that day, and what may they have done?
-- columns: event_time, event_name, object_key, verdict, bytes_out, bucket, bytes_in, error_code
-- param user text: user id, exactly as the report writes it
-- param day date: the UTC day
-- param authentication_type text = '': CUSTOM, SAML, USERPOOL or AWS_AD; empty for any
-- Rows that only list the user among their candidates have another verdict than attributed.
SELECT event_time, event_source, event_name, action, bucket, object_key, bytes_in, bytes_out, error_code,
       verdict, reason, final, session_id, array_join(candidate_user_ids, ', ') AS candidates, source_address, event_id
FROM attributions
WHERE dt = :day
  AND (user_id = :user OR (user_id IS NULL AND contains(candidate_user_ids, :user)))
  AND (:authentication_type = '' OR authentication_type IS NULL OR authentication_type = :authentication_type)
ORDER BY event_time_ms, event_id
