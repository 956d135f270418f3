-- The rows of `attributions` for the days settled, but for their run. What is answered is put together first, in narrow rows:
-- events are ten times as wide, and every join that they pass through may have to write them out to disk.
WITH empty AS (
  SELECT CAST(ARRAY[] AS varchar ARRAY) AS none
), answered AS (
  SELECT v.n, v.dt, CASE WHEN v.network_id LIKE 'vpce-%' THEN s.account_id WHEN v.network_id <> '' THEN v.network_id END AS network_account_id,
    v.fleet_side, v.verdict, v.reason, v.final, v.closed_by, v.verdict_row, v.corroborated, v.person AS self_named_user, v.foreign_credentials,
    v.object_owner_user_id,
    CASE WHEN v.person_kind IS NOT NULL THEN v.person ELSE u.user_id END AS user_id,
    CASE WHEN v.person_kind IS NOT NULL THEN v.person_key ELSE u.user_key END AS user_key,
    CASE WHEN v.person_kind IS NOT NULL THEN v.person_kind ELSE u.authentication_type END AS authentication_type,
    s.session_id, s.session_start, s.session_start_ms, s.session_end, s.session_end_ms, s.fleet_name, s.stack_name,
    coalesce(s.instance_id, i.instance_id) AS instance_id,
    CASE WHEN v.mixed THEN x.candidate_count WHEN v.lists_address THEN coalesce(a.users, 0) ELSE 0 END AS candidate_count,
    CASE WHEN v.mixed THEN x.candidate_user_ids WHEN v.lists_address THEN coalesce(a.user_ids, none) ELSE none END AS candidate_user_ids,
    CASE WHEN v.mixed THEN x.candidate_session_ids WHEN v.lists_address THEN coalesce(a.session_ids, none) ELSE none END AS candidate_session_ids,
    s.logon_event_id, s.logon_time, s.logon_time_ms, s.logon_source_address
  FROM verdicts v
  CROSS JOIN empty
  LEFT JOIN numbered_users u ON u.user_no = v.user_no
  LEFT JOIN named_sessions s ON s.session_no = v.session_no
  LEFT JOIN segments a ON a.place_id = v.place_id AND a.segment = v.segment
  LEFT JOIN candidate_sets g ON g.n = v.n
  LEFT JOIN candidates x ON x.set_n = g.set_n
  LEFT JOIN known_instances i ON i.network_id = v.network_id AND i.instance_id = v.session_name
)
SELECT e.event_id, e.event_time, e.event_time_ms, e.join_time, e.join_time_ms, e.event_source, e.event_name, e.event_category, e.action,
  e.multipart_step, e.account_id, a.network_account_id, e.region, e.bucket, e.object_key, e.copy_source,
  e.copy_source_bucket, e.copy_source_key, e.copy_source_version_id, e.access_point, e.list_prefix, e.version_id, e.delete_effect, e.acl,
  e.encryption, e.kms_key_id,
  e.bytes_in, e.bytes_out, e.error_code, e.source_address, e.source_address_kind, e.vpc_endpoint_id, e.principal_type, e.principal_arn,
  e.principal_role, e.role_session_name, e.access_key_id, e.user_agent, e.request_id,
  a.fleet_side, a.verdict, a.reason, a.final, a.closed_by, a.verdict_row, a.corroborated, a.self_named_user, a.foreign_credentials,
  a.user_id, a.user_key, a.authentication_type,
  a.session_id, a.session_start, a.session_start_ms, a.session_end, a.session_end_ms, a.fleet_name, a.stack_name, a.instance_id,
  a.candidate_count, a.candidate_user_ids, a.candidate_session_ids,
  a.object_owner_user_id, e.key_user_hash AS object_owner_hash, a.logon_event_id, a.logon_time, a.logon_time_ms, a.logon_source_address,
  e.source_file, e.source_index, e.record_sha256, e.dt, e.n
FROM unique_events e
JOIN answered a ON a.n = e.n AND a.dt = e.dt
