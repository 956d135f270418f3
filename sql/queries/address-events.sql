-- title: What came from an address
-- question: What was called from this address, by whom as far as we know?
-- columns: event_time, event_name, bucket, object_key, verdict, user_id, error_code
-- param address text: source address, as the log has it
-- param from time = 1970-01-01: from this time, inclusive
-- param to time = 9999-12-31: until this time, exclusive
SELECT event_time, event_source, event_name, action, bucket, object_key, bytes_out, error_code, verdict, reason, user_id, session_id,
       vpc_endpoint_id, principal_arn, event_id
FROM attributions
WHERE source_address = :address AND event_time_ms >= :from AND event_time_ms < :to
ORDER BY event_time_ms, event_id
