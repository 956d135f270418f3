-- title: Objects that were opened or locked
-- question: Which writes gave rights to others, or were encrypted with a key that is not ours?
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param bucket text = '': bucket name; empty for all
-- An ACL other than private, grants, a key of the customer (SSE-C), or a KMS key that the call named.
SELECT event_time, event_name, bucket, object_key, version_id, acl, encryption, kms_key_id, error_code, verdict, reason, user_id, session_id,
       array_join(candidate_user_ids, ', ') AS candidates, source_address, principal_arn, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND (:bucket = '' OR bucket = :bucket) AND action = 'write'
  AND ((acl IS NOT NULL AND acl NOT IN ('private', 'bucket-owner-full-control')) OR encryption = 'SSE-C' OR kms_key_id IS NOT NULL)
ORDER BY event_time_ms, event_id
