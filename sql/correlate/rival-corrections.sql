-- Corrections of one event that have one time, are of one call, stand, and say different things: each with every other one.
-- Which one is right nobody can say, so each is judged by the evidence of all.
WITH claim AS (
  SELECT r.n, r.event_id, r.event_time_ms, r.corrects_event_id, r.content, r.event_source, r.event_name, coalesce(r.account_id, '') AS account_id,
    coalesce(r.recipient_account_id, '') AS recipient, coalesce(r.bucket, '') AS bucket, coalesce(r.object_key, '') AS object_key,
    r.corrects_request_id
  FROM repeated_events r
  LEFT JOIN replaced_events x ON x.event_id = r.event_id AND x.event_time_ms = r.event_time_ms
  WHERE r.copy_place = 1 AND r.corrects_event_id IS NOT NULL AND x.event_id IS NULL
)
SELECT a.n, b.n AS other_n
FROM claim a
JOIN claim b ON b.corrects_event_id = a.corrects_event_id AND b.event_time_ms = a.event_time_ms AND b.event_source = a.event_source
  AND b.event_name = a.event_name AND b.account_id = a.account_id AND b.recipient = a.recipient AND b.bucket = a.bucket
  AND b.object_key = a.object_key
  AND coalesce(b.corrects_request_id, a.corrects_request_id, '') = coalesce(a.corrects_request_id, b.corrects_request_id, '')
WHERE b.event_id <> a.event_id AND b.content <> a.content
