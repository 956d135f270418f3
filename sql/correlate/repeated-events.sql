-- Every copy of an event that lies in the lake more than once (same id, same time). The copy with the lowest hash of its
-- bytes is the event; the others are duplicates, and conflicting ones when their bytes differ. `content` is all of a copy that a
-- verdict depends on: of AppStream's own role also the error and the user agent. Corrections of one event and time are here, too,
-- to be compared with each other (`rival-corrections`).
WITH claimed AS (
  SELECT corrects_event_id, event_time_ms FROM day_events WHERE corrects_event_id IS NOT NULL
  GROUP BY corrects_event_id, event_time_ms HAVING min(event_id) <> max(event_id)
), repeated AS (
  SELECT event_id, event_time_ms FROM day_events GROUP BY event_id, event_time_ms HAVING count(*) > 1
  UNION
  SELECT e.event_id, e.event_time_ms FROM day_events e
  JOIN claimed c ON c.corrects_event_id = e.corrects_event_id AND c.event_time_ms = e.event_time_ms
), copy AS (
  SELECT e.*,
    CAST(e.join_time_ms AS varchar) || chr(31) || e.time_precision || chr(31) || e.event_source
      || chr(31) || e.event_name || chr(31) || e.event_category || chr(31) || coalesce(e.account_id, '-')
      || chr(31) || coalesce(e.recipient_account_id, '-') || chr(31) || coalesce(e.region, '-')
      || chr(31) || coalesce(e.source_address, '-') || chr(31) || coalesce(e.vpc_endpoint_id, '-')
      || chr(31) || coalesce(e.vpc_endpoint_account_id, '-') || chr(31) || coalesce(e.principal_type, '-')
      || chr(31) || coalesce(e.principal_arn, '-') || chr(31) || coalesce(e.principal_role, '-')
      || chr(31) || coalesce(e.principal_role_arn, '-') || chr(31) || coalesce(e.role_session_name, '-')
      || chr(31) || coalesce(e.principal_name, '-') || chr(31) || coalesce(e.access_key_id, '-')
      || chr(31) || coalesce(e.invoked_by, '-') || chr(31) || coalesce(e.source_identity, '-')
      || chr(31) || coalesce(e.on_behalf_of_user_id, '-') || chr(31) || coalesce(e.bucket, '-') || chr(31) || coalesce(e.object_key, '-') || chr(31) || coalesce(e.corrects_event_id, '-')
      || chr(31) || coalesce(e.key_account_id, '-') || chr(31) || coalesce(e.key_authentication_type, '-')
      || chr(31) || coalesce(e.key_user_hash, '-')
      || CASE WHEN e.principal_role = 'AmazonAppStreamServiceAccess'
        THEN chr(31) || coalesce(e.error_code, '-') || chr(31) || coalesce(e.user_agent, '-') ELSE '' END AS content
  FROM day_events e
  JOIN repeated r ON r.event_id = e.event_id AND r.event_time_ms = e.event_time_ms
)
SELECT c.*,
  row_number() OVER (
    PARTITION BY c.event_id, c.event_time_ms ORDER BY c.record_sha256, c.source_file, c.source_index, c.ingested_at_ms
  ) AS copy_place,
  min(c.record_sha256) OVER (PARTITION BY c.event_id, c.event_time_ms) AS kept_sha256,
  first_value(c.n) OVER (
    PARTITION BY c.event_id, c.event_time_ms ORDER BY c.record_sha256, c.source_file, c.source_index, c.ingested_at_ms
  ) AS kept_n,
  first_value(c.content) OVER (
    PARTITION BY c.event_id, c.event_time_ms ORDER BY c.record_sha256, c.source_file, c.source_index, c.ingested_at_ms
  ) AS kept_content
FROM copy c
