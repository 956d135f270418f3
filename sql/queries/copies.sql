-- title: Copies between objects
-- question: What was copied, from where to where?
-- columns: event_time, copy_source, to_bucket, to_key, user_id, verdict, error_code
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- param bucket text = '': bucket copied from or to; empty for all
-- A copy through an access point does not tell its bucket: it is listed for every bucket.
SELECT event_time, event_name, copy_source, copy_source_bucket AS from_bucket, copy_source_key AS from_key,
       copy_source_version_id AS from_version, bucket AS to_bucket, object_key AS to_key, error_code, verdict, user_id,
       array_join(candidate_user_ids, ', ') AS candidates, source_address, principal_arn, event_id
FROM attributions
WHERE dt >= :from AND dt <= :to AND copy_source IS NOT NULL
  AND (:bucket = '' OR bucket = :bucket OR copy_source_bucket = :bucket OR starts_with(copy_source_bucket, 'arn:') OR starts_with(copy_source, :bucket || '/') OR starts_with(copy_source, '/' || :bucket || '/'))
ORDER BY event_time_ms, event_id
