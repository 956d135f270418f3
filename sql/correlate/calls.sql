-- What the verdict of an event depends on, one narrow row an event, and one for each copy that differs (`variant_of` is then
-- the number of the event). `n` is the number that the engine gives each row of `unique_events`, the same whenever it is read.
-- `network_id` is the account whose sessions count, the endpoint where that serves several accounts, or empty: nobody's.
WITH said AS (
  SELECT n, CAST(NULL AS bigint) AS variant_of, event_id, event_time_ms, dt, join_time_ms, time_precision, event_source,
    event_category, account_id, recipient_account_id, region, source_address, source_address_kind, vpc_endpoint_id,
    vpc_endpoint_account_id, principal_type, principal_arn, principal_name, principal_role, principal_role_arn,
    role_session_name, access_key_id, invoked_by, bucket, key_account_id, key_authentication_type, key_user_hash,
    lower(coalesce(error_code, '')) AS error, lower(coalesce(user_agent, '')) AS agent
  FROM unique_events
  UNION ALL
  SELECT n, kept_n, event_id, event_time_ms, dt, join_time_ms, time_precision, event_source,
    event_category, account_id, recipient_account_id, region, source_address, source_address_kind, vpc_endpoint_id,
    vpc_endpoint_account_id, principal_type, principal_arn, principal_name, principal_role, principal_role_arn,
    role_session_name, access_key_id, invoked_by, bucket, key_account_id, key_authentication_type, key_user_hash,
    lower(coalesce(error_code, '')), lower(coalesce(user_agent, ''))
  FROM differing_copies
), contradicted AS (
  SELECT kept_n FROM differing_copies UNION SELECT n FROM rival_corrections
), fact AS (
  SELECT e.*, d.settled, d.previous_dt, p.endpoint_id, p.account_id AS endpoint_account_id,
    coalesce(p.several, false) AS several, coalesce(p.has_members, false) AS has_members, coalesce(p.has_regions, false) AS has_regions,
    coalesce(a.in_fleet, false) AS in_fleet, coalesce(a.in_nat, false) AS in_nat,
    CASE WHEN (r.role IS NOT NULL AND k.account_id IS NOT NULL) OR ra.role IS NOT NULL THEN true ELSE false END AS is_listed,
    CASE WHEN k.account_id IS NULL THEN false ELSE true END AS of_known_account,
    CASE WHEN k.account_id IS NULL AND o.account_id IS NULL AND e.account_id <> coalesce(e.recipient_account_id, '') THEN true
      ELSE false END AS of_foreign_account,
    CASE WHEN NOT :has_fleet_roles OR r.role IS NOT NULL OR ra.role IS NOT NULL OR e.principal_role = 'AmazonAppStreamServiceAccess'
      THEN true ELSE false END AS may_be_fleet,
    CASE WHEN e.principal_role = 'AmazonAppStreamServiceAccess' THEN true ELSE false END AS is_service,
    CASE WHEN s.name IS NOT NULL OR u.name IS NOT NULL OR sa.name IS NOT NULL OR ua.name IS NOT NULL THEN true ELSE false END AS is_shared,
    CASE WHEN NOT :has_endpoints AND e.source_address_kind = 'private' THEN true ELSE false END AS asks_network,
    CASE WHEN e.vpc_endpoint_id IS NULL AND e.vpc_endpoint_account_id IS NULL THEN false ELSE true END AS names_endpoint,
    CASE WHEN e.event_source LIKE 's3%.amazonaws.com'
      AND e.event_category = 'Data' AND b.in_scope THEN true ELSE false END AS data_in_scope
  FROM said e
  JOIN run_days d ON d.dt = e.dt
  LEFT JOIN replaced_events x ON x.event_id = e.event_id AND x.event_time_ms = e.event_time_ms
  LEFT JOIN configured_endpoints p ON p.endpoint_id = e.vpc_endpoint_id
  LEFT JOIN address_ranges a ON a.source_address = e.source_address
  LEFT JOIN configured_roles r ON r.role = e.principal_role
  LEFT JOIN configured_roles ra ON ra.role = e.principal_role_arn
  LEFT JOIN configured_principals s ON s.name = e.principal_role
  LEFT JOIN configured_principals u ON u.name = e.principal_name AND e.principal_type = 'IAMUser'
  LEFT JOIN configured_principals sa ON sa.name = e.principal_role_arn
  LEFT JOIN configured_principals ua ON ua.name = e.principal_arn
  LEFT JOIN known_accounts k ON k.account_id = e.account_id
  LEFT JOIN configured_accounts o ON o.account_id = e.account_id
  LEFT JOIN bucket_scope b ON b.bucket = coalesce(e.bucket, '')
  WHERE x.event_id IS NULL
), called AS (
  SELECT f.*,
    -- whoever may be taken for a fleet where the record does not name the network
    CASE WHEN f.is_service THEN f.of_known_account
      WHEN :has_fleet_roles THEN f.is_listed
      WHEN f.principal_type = 'AssumedRole' AND f.of_known_account AND NOT f.is_shared
        AND coalesce(f.principal_role, '') NOT LIKE 'AWSReservedSSO~_%' ESCAPE '~'
        AND coalesce(f.principal_role, '') NOT LIKE 'AWSServiceRoleFor%' THEN true
      ELSE false END AS fleet_caller
  FROM fact f
), networked AS (
  SELECT c.*,
    CASE WHEN c.several THEN c.endpoint_id
      WHEN c.endpoint_id IS NOT NULL
        THEN coalesce(c.endpoint_account_id, c.vpc_endpoint_account_id, c.account_id, c.recipient_account_id, '')
      WHEN c.asks_network AND c.names_endpoint
        THEN coalesce(c.vpc_endpoint_account_id, CASE WHEN c.fleet_caller THEN c.account_id END, '')
      WHEN c.asks_network THEN CASE WHEN c.fleet_caller OR c.in_fleet THEN coalesce(c.account_id, '') ELSE '' END
      ELSE coalesce(c.vpc_endpoint_account_id, c.account_id, c.recipient_account_id, '') END AS network_id
  FROM called c
), placed AS (
  -- a fleet's role is used from the network of its own account
  SELECT e.*, CASE WHEN :has_fleet_roles AND e.is_listed AND e.network_id <> '' AND e.account_id <> e.network_id AND m.account_id IS NULL
    THEN true ELSE false END AS of_another_fleet
  FROM networked e
  LEFT JOIN (SELECT endpoint_id, account_id FROM configured_endpoint_members WHERE several GROUP BY endpoint_id, account_id) m
    ON m.endpoint_id = e.network_id AND m.account_id = e.account_id
)
SELECT e.n, e.variant_of, CASE WHEN v.kept_n IS NULL THEN false ELSE true END AS contradicted,
  e.event_id, e.event_time_ms, e.dt, e.join_time_ms AS t, e.time_precision, e.settled, e.previous_dt,
  e.network_id, CASE WHEN e.has_members THEN e.endpoint_id ELSE '' END AS place_group,
  -- a private address is one of its region; global services log one region for the world
  CASE WHEN e.source_address_kind = 'private' AND NOT e.has_regions AND e.event_source NOT IN ('iam.amazonaws.com',
      'sts.amazonaws.com', 'organizations.amazonaws.com', 'cloudfront.amazonaws.com', 'route53.amazonaws.com',
      'globalaccelerator.amazonaws.com', 'waf.amazonaws.com', 'shield.amazonaws.com', 'account.amazonaws.com',
      'support.amazonaws.com', 'health.amazonaws.com', 'signin.amazonaws.com')
    THEN coalesce(e.region, '') ELSE '' END AS place_region,
  CASE WHEN :has_endpoints THEN CASE WHEN e.endpoint_id IS NULL THEN true ELSE false END
    WHEN e.asks_network AND e.names_endpoint AND n.account_id IS NULL THEN true
    ELSE false END AS foreign_endpoint,
  CASE WHEN e.asks_network AND NOT e.names_endpoint AND NOT e.fleet_caller AND NOT e.in_fleet THEN true ELSE false END AS no_endpoint,
  -- the first report of the caller's account may not have come
  CASE WHEN e.asks_network AND e.principal_type = 'AssumedRole' AND e.may_be_fleet AND NOT e.is_shared AND NOT e.of_known_account
    AND coalesce(e.principal_role, '') NOT LIKE 'AWSReservedSSO~_%' ESCAPE '~'
    AND coalesce(e.vpc_endpoint_account_id, e.account_id) = e.account_id THEN true ELSE false END AS may_become_known,
  e.source_address, e.source_address_kind, e.in_fleet, e.in_nat,
  CASE WHEN e.is_listed OR e.is_service THEN true ELSE false END AS fleet_principal,
  CASE WHEN e.principal_type = 'AssumedRole' AND (NOT :has_fleet_roles OR e.is_listed) AND NOT e.of_another_fleet
    THEN e.role_session_name END AS claimed_instance,
  e.of_another_fleet,
  CASE WHEN e.principal_type = 'AssumedRole' THEN e.role_session_name END AS session_name,
  -- AppStream itself: not another service, not denied, not with the user agent of a tool
  CASE WHEN e.is_service AND e.role_session_name IN ('AppStream2.0', 'PhotonSession')
    AND e.key_user_hash IS NOT NULL AND e.account_id = e.key_account_id
    AND coalesce(e.invoked_by, 'appstream.amazonaws.com') = 'appstream.amazonaws.com'
    AND NOT (e.error LIKE '%denied%' OR e.error LIKE '%unauthorized%' OR e.error LIKE '%forbidden%'
      OR e.error LIKE '%signature%' OR e.error LIKE '%expired%' OR e.error LIKE '%invalidaccesskey%' OR e.error LIKE '%token%')
    AND NOT (e.agent LIKE '%aws-cli%' OR e.agent LIKE '%boto%' OR e.agent LIKE '%s3console%' OR e.agent LIKE '%mozilla%'
      OR e.agent LIKE '%powershell%' OR e.agent LIKE '%curl%' OR e.agent LIKE '%wget%' OR e.agent LIKE '%rclone%'
      OR e.agent LIKE '%cyberduck%' OR e.agent LIKE '%s3browser%' OR e.agent LIKE '%s3cmd%' OR e.agent LIKE '%winscp%'
      OR e.agent LIKE '%python-requests%' OR e.agent LIKE '%terraform%' OR e.agent LIKE '%s5cmd%'
      OR e.agent LIKE '%hadoop%') THEN true ELSE false END AS service_call,
  e.key_account_id, e.key_authentication_type, e.key_user_hash, e.access_key_id,
  CASE WHEN e.is_shared OR e.principal_type IN ('IAMUser', 'Root', 'FederatedUser') THEN coalesce(e.principal_arn, e.principal_role_arn)
    WHEN e.of_foreign_account THEN coalesce(e.principal_arn, e.principal_role_arn, 'account ' || e.account_id) END AS foreign_credentials,
  e.is_shared, e.data_in_scope
FROM placed e
LEFT JOIN contradicted v ON v.kept_n = e.n
LEFT JOIN known_accounts n ON n.account_id = e.network_id
