-- title: Uses of one access key
-- question: Where was this key used, and did it leave the fleet?
-- columns: event_time, event_name, bucket, object_key, verdict, user_id, source_address, error_code
-- param access_key_id text: access key id
-- Every event in the lake is looked at, also those out of scope; copies of an event are listed once.
SELECT DISTINCT e.event_time, e.event_source, e.event_name, e.action, e.bucket, e.object_key, e.error_code, e.source_address,
       e.vpc_endpoint_id, a.verdict, a.reason, a.user_id, e.principal_arn, e.user_agent, e.event_id
FROM events e LEFT JOIN attributions a ON a.event_id = e.event_id AND a.event_time_ms = e.event_time_ms
WHERE e.access_key_id = :access_key_id
ORDER BY e.event_time, e.event_id
