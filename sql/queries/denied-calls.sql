-- title: Calls that were refused
-- question: Who tried what they may not do?
-- columns: event_time, event_name, bucket, user_id, error_code, object_key, candidates
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- Calls that the VPC endpoint policy refuses are not in CloudTrail's S3 events.
SELECT event_time, event_source, event_name, bucket, object_key, error_code, verdict, user_id,
       array_join(candidate_user_ids, ', ') AS candidates, source_address, principal_arn, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to
  AND error_code IN ('AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'Client.UnauthorizedOperation', 'AllAccessDisabled',
                     'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'UnauthorizedAccess')
ORDER BY event_time_ms, event_id
