-- Events that another event stands for: superseded by a correction (whatever its day and whichever was read first), or copies
-- of one call delivered to another account. A correction counts when it is of the same accounts and the same call, and not
-- earlier; of two that correct each other at one time neither does. A later correction of the same event and call supersedes
-- an earlier one.
-- A copy is of the same call. Of the copies, that of the caller's account stays, else the lowest recipient's.
WITH superseded AS (
  SELECT e.event_id, e.event_time_ms
  FROM unique_events e
  JOIN corrections c ON c.corrects_event_id = e.event_id
  WHERE c.event_id <> e.event_id
    AND (c.event_time_ms > e.event_time_ms OR c.event_time_ms = e.event_time_ms AND coalesce(e.corrects_event_id, '') <> c.event_id)
    AND c.event_source = e.event_source AND c.event_name = e.event_name
    AND coalesce(c.account_id, '') = coalesce(e.account_id, '')
    AND coalesce(c.recipient_account_id, '') = coalesce(e.recipient_account_id, '')
    AND coalesce(c.bucket, '') = coalesce(e.bucket, '') AND coalesce(c.object_key, '') = coalesce(e.object_key, '')
    AND coalesce(c.corrects_request_id, e.request_id, '') = coalesce(e.request_id, c.corrects_request_id, '')
  UNION
  SELECT e.event_id, e.event_time_ms
  FROM unique_events e
  JOIN corrections c ON c.corrects_event_id = e.corrects_event_id
  WHERE c.event_time_ms > e.event_time_ms
    AND c.event_source = e.event_source AND c.event_name = e.event_name
    AND coalesce(c.account_id, '') = coalesce(e.account_id, '')
    AND coalesce(c.recipient_account_id, '') = coalesce(e.recipient_account_id, '')
    AND coalesce(c.bucket, '') = coalesce(e.bucket, '') AND coalesce(c.object_key, '') = coalesce(e.object_key, '')
    AND coalesce(c.corrects_request_id, e.corrects_request_id, '') = coalesce(e.corrects_request_id, c.corrects_request_id, '')
), shared AS (
  SELECT e.event_id, e.event_time_ms, e.shared_event_id, e.event_source, e.event_name, coalesce(e.bucket, '') AS bucket,
    coalesce(e.object_key, '') AS object_key, coalesce(e.recipient_account_id, '') AS recipient,
    CASE WHEN e.recipient_account_id = e.account_id THEN e.recipient_account_id END AS own_recipient
  FROM unique_events e
  LEFT JOIN superseded s ON s.event_id = e.event_id AND s.event_time_ms = e.event_time_ms
  WHERE e.shared_event_id IS NOT NULL AND s.event_id IS NULL
), call AS (
  SELECT shared_event_id, event_time_ms, event_source, event_name, bucket, object_key,
    coalesce(min(own_recipient), min(recipient)) AS kept_recipient
  FROM shared
  GROUP BY shared_event_id, event_time_ms, event_source, event_name, bucket, object_key
  HAVING min(recipient) <> max(recipient)
)
SELECT event_id, event_time_ms, 'superseded' AS state FROM superseded
UNION ALL
SELECT s.event_id, s.event_time_ms, 'account_copy'
FROM shared s
JOIN call c ON c.shared_event_id = s.shared_event_id AND c.event_time_ms = s.event_time_ms AND c.event_source = s.event_source
  AND c.event_name = s.event_name AND c.bucket = s.bucket AND c.object_key = s.object_key
WHERE s.recipient <> c.kept_recipient
