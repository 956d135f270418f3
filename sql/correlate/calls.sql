-- What the verdict of an event depends on, one narrow row an event. `n` is the number that the engine gives each row of
-- `unique_events`, the same whenever it is read.
SELECT e.n,
  e.event_id, e.event_time_ms, e.dt, e.join_time_ms AS t, e.time_precision, d.settled, d.previous_dt,
  coalesce(e.vpc_endpoint_account_id, p.account_id, e.account_id, e.recipient_account_id, '') AS network_account_id,
  CASE WHEN p.has_fleets THEN p.endpoint_id ELSE '' END AS place_group,
  CASE WHEN :has_endpoints AND p.endpoint_id IS NULL THEN true ELSE false END AS foreign_endpoint,
  e.source_address, e.source_address_kind, coalesce(a.in_fleet, false) AS in_fleet, coalesce(a.in_nat, false) AS in_nat,
  CASE WHEN r.role IS NOT NULL OR ra.role IS NOT NULL OR e.principal_role = 'AmazonAppStreamServiceAccess'
    THEN true ELSE false END AS fleet_principal,
  CASE WHEN e.principal_type = 'AssumedRole' AND (NOT :has_fleet_roles OR r.role IS NOT NULL OR ra.role IS NOT NULL)
    THEN e.role_session_name END AS claimed_instance,
  CASE WHEN e.principal_type = 'AssumedRole' THEN e.role_session_name END AS session_name,
  CASE WHEN e.principal_role = 'AmazonAppStreamServiceAccess' AND e.role_session_name IN ('AppStream2.0', 'PhotonSession')
    AND e.key_user_hash IS NOT NULL AND e.account_id = e.key_account_id THEN true ELSE false END AS service_key,
  e.key_account_id, e.key_authentication_type, e.key_user_hash, e.access_key_id,
  CASE WHEN e.event_source IN ('s3.amazonaws.com', 's3express.amazonaws.com', 's3-outposts.amazonaws.com')
    AND e.event_category = 'Data' AND b.in_scope THEN true ELSE false END AS data_in_scope
FROM unique_events e
JOIN run_days d ON d.dt = e.dt
LEFT JOIN replaced_events x ON x.event_id = e.event_id AND x.event_time_ms = e.event_time_ms
LEFT JOIN configured_endpoints p ON p.endpoint_id = e.vpc_endpoint_id
LEFT JOIN address_ranges a ON a.source_address = e.source_address
LEFT JOIN configured_roles r ON r.role = e.principal_role
LEFT JOIN configured_roles ra ON ra.role = e.principal_role_arn
LEFT JOIN bucket_scope b ON b.bucket = coalesce(e.bucket, '')
WHERE x.event_id IS NULL
