-- The control-plane calls that rules look at, and all that was done in a console: each once, without what a correction
-- superseded and without copies of another account, with the user and session where the correlation knows them.
WITH wanted AS (
  SELECT e.event_id, e.event_time, e.event_time_ms, e.dt, e.event_source, e.event_name, e.event_category, e.read_only, e.account_id,
    e.recipient_account_id, e.region, e.source_address, e.source_address_kind, e.principal_type, e.principal_arn, e.principal_role,
    e.role_session_name, e.access_key_id, e.error_code, e.user_agent, e.invoked_by, e.bucket, e.shared_event_id, e.record_sha256, e.object_key, e.request_id,
    e.corrects_event_id
  FROM events e
  JOIN finding_days d ON d.dt = e.dt
  WHERE e.event_category <> 'Data' OR e.user_agent LIKE '%S3Console%'
), console AS (
  SELECT event_id, event_time_ms, dt FROM event_parameters WHERE name = 'sessionCredentialFromConsole' GROUP BY event_id, event_time_ms, dt
), told AS (
  SELECT w.*,
    CASE WHEN coalesce(w.principal_type, '') <> 'AWSService' AND (k.event_id IS NOT NULL OR w.user_agent LIKE '%S3Console%'
      OR w.user_agent LIKE '%console.%amazonaws.com%' OR w.user_agent = 'signin.amazonaws.com' OR w.invoked_by = 'signin.amazonaws.com')
      THEN true ELSE false END AS by_console
  FROM wanted w
  LEFT JOIN console k ON k.event_id = w.event_id AND k.event_time_ms = w.event_time_ms AND k.dt = w.dt
), placed AS (
  SELECT t.*,
    row_number() OVER (PARTITION BY coalesce(t.shared_event_id, t.event_id), t.event_time_ms
      ORDER BY CASE WHEN t.recipient_account_id = t.account_id THEN 0 ELSE 1 END, coalesce(t.recipient_account_id, ''), t.event_id, t.record_sha256) AS place
  FROM told t
  WHERE t.by_console OR (coalesce(t.read_only, false) = false
    AND t.event_source IN ('appstream.amazonaws.com', 'cloudtrail.amazonaws.com', 'ec2.amazonaws.com', 's3.amazonaws.com', 'sagemaker.amazonaws.com'))
    OR t.event_name IN ('CreatePresignedNotebookInstanceUrl', 'CreatePresignedDomainUrl', 'CreateImageBuilderStreamingURL')
), corrected AS (
  -- as in `replaced-events`
  SELECT p.event_id, p.event_time_ms
  FROM placed p
  JOIN corrections c ON c.corrects_event_id = p.event_id
  WHERE c.event_id <> p.event_id
    AND (c.event_time_ms > p.event_time_ms OR c.event_time_ms = p.event_time_ms AND coalesce(p.corrects_event_id, '') <> c.event_id)
    AND c.event_source = p.event_source AND c.event_name = p.event_name
    AND coalesce(c.account_id, '') = coalesce(p.account_id, '')
    AND coalesce(c.recipient_account_id, '') = coalesce(p.recipient_account_id, '')
    AND coalesce(c.bucket, '') = coalesce(p.bucket, '') AND coalesce(c.object_key, '') = coalesce(p.object_key, '')
    AND coalesce(c.corrects_request_id, p.request_id, '') = coalesce(p.request_id, c.corrects_request_id, '')
  GROUP BY p.event_id, p.event_time_ms
), known AS (
  SELECT a.event_id, a.event_time_ms, a.fleet_side, a.user_id, a.user_key, a.session_id, a.candidate_user_ids
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.event_category <> 'Data' OR a.user_agent LIKE '%S3Console%'
)
SELECT p.event_id, p.event_time, p.event_time_ms, p.dt, p.event_source, p.event_name, p.event_category, p.account_id, p.region,
  p.source_address, p.source_address_kind, p.principal_type, p.principal_arn, p.principal_role, p.role_session_name, p.access_key_id,
  p.error_code, p.bucket, p.by_console, p.record_sha256,
  coalesce(k.fleet_side, false) AS fleet_side, k.user_id, k.user_key, k.session_id,
  -- who it was, in words
  CASE WHEN k.user_id IS NOT NULL THEN k.user_id || ' as ' ELSE '' END || coalesce(p.principal_arn, p.principal_type, 'an unnamed caller') AS caller,
  ' at ' || substr(CAST(p.event_time AS varchar), 1, 19) || ' UTC from ' || coalesce(p.source_address, 'no address')
    || CASE WHEN p.error_code IS NULL THEN '' ELSE '; the call failed: ' || p.error_code END AS circumstances
FROM placed p
LEFT JOIN corrected x ON x.event_id = p.event_id AND x.event_time_ms = p.event_time_ms
LEFT JOIN known k ON k.event_id = p.event_id AND k.event_time_ms = p.event_time_ms
WHERE p.place = 1 AND x.event_id IS NULL
