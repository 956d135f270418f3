-- title: Fleet credentials used through an unknown endpoint
-- severity: critical
-- looks at: everything
-- meaning: Calls with a fleet's role, or with AmazonAppStreamServiceAccess, came through a VPC endpoint that is not in
--   `scope.vpcEndpoints`, or whose owner has no session in the lake. Either it is the endpoint of a shared VPC or of a network
--   account, and the configuration does not say so; or the credentials were stolen and are used in somebody else's network. Without
--   `scope.fleetRoles`, roles of accounts with sessions count that also made calls from within sessions. Told once for each endpoint.
-- next: Ask whoever runs the network whose endpoint it is (`aws ec2 describe-vpc-endpoints --vpc-endpoint-ids ID`). If it is yours,
--   paste the lines of the summary into the configuration. If it is not: revoke the role's sessions (`AWSRevokeOlderSessions`) and look
--   at what was read (`query address-events`).
-- false positives: A shared VPC or a network account before it is configured.
-- source: docs/verdicts.md, reason foreign_endpoint
-- att&ck: T1552.005 Unsecured Credentials: Cloud Instance Metadata API
WITH used AS (
  SELECT a.vpc_endpoint_id, a.account_id, a.principal_role, a.dt, min(a.event_time_ms) AS first_ms, max(a.event_time_ms) AS last_ms, min(a.event_time) AS first_time,
    max(a.event_time) AS last_time, count(*) AS calls, count(a.error_code) AS failed, coalesce(sum(CASE WHEN a.error_code IS NULL THEN a.bytes_out END), 0) AS bytes,
    min(a.source_address) AS low_address, max(a.source_address) AS high_address, min(a.bucket) AS bucket, max(a.bucket) AS last_bucket, min(CASE WHEN a.network_account_id <> a.account_id THEN a.network_account_id END) AS owner_id,
    min(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS first_event, max(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS last_event
  FROM attributions a
  WHERE a.reason = 'foreign_endpoint' AND a.vpc_endpoint_id IS NOT NULL AND a.principal_role IS NOT NULL AND a.account_id IS NOT NULL
  GROUP BY a.vpc_endpoint_id, a.account_id, a.principal_role, a.dt
), role AS (
  SELECT account_id, principal_role FROM used GROUP BY account_id, principal_role
), fleet AS (
  -- roles that somebody named, the role of AppStream itself, and where nobody named any, those that were used in sessions
  SELECT r.account_id, r.principal_role
  FROM role r
  LEFT JOIN known_accounts k ON k.account_id = r.account_id
  LEFT JOIN policy_fleet_roles p ON p.role = r.principal_role AND (p.account_id = r.account_id OR (p.account_id IS NULL AND k.account_id IS NOT NULL))
  WHERE p.role IS NOT NULL OR (k.account_id IS NOT NULL AND r.principal_role = 'AmazonAppStreamServiceAccess')
  UNION
  SELECT r.account_id, r.principal_role
  FROM role r
  JOIN known_accounts k ON k.account_id = r.account_id
  JOIN (SELECT account_id, principal_role FROM attributions
    WHERE verdict = 'attributed' AND session_id IS NOT NULL AND foreign_credentials IS NULL AND verdict_row IN ('4', '6', '7')
    GROUP BY account_id, principal_role) s ON s.account_id = r.account_id AND s.principal_role = r.principal_role
  WHERE NOT :has_fleet_roles AND r.principal_role NOT LIKE 'AWSReservedSSO\_%' ESCAPE '\' AND r.principal_role NOT LIKE 'AWSServiceRoleFor%'
), through AS (
  SELECT u.vpc_endpoint_id, min(u.dt) AS dt, min(u.first_ms) AS first_ms, min(u.first_time) AS first_time, max(u.last_time) AS last_time, CAST(sum(u.calls) AS bigint) AS calls,
    CAST(sum(u.failed) AS bigint) AS failed, CAST(sum(u.bytes) AS bigint) AS bytes, min(u.low_address) AS low_address, max(u.high_address) AS high_address,
    min(u.bucket) AS bucket, max(u.last_bucket) AS last_bucket, min(u.owner_id) AS owner_id,
    array_agg(DISTINCT u.principal_role || ' of account ' || u.account_id ORDER BY u.principal_role || ' of account ' || u.account_id) AS roles,
    array_agg(DISTINCT u.account_id ORDER BY u.account_id) AS accounts, min(u.first_event) AS first_event, max(u.last_event) AS last_event
  FROM used u
  JOIN fleet f ON f.account_id = u.account_id AND f.principal_role = u.principal_role
  GROUP BY u.vpc_endpoint_id
)
SELECT t.first_ms AS event_time_ms, t.dt, t.vpc_endpoint_id AS subject,
  'fleet credentials (' || array_join(slice(t.roles, 1, 5), ', ') || CASE WHEN cardinality(t.roles) > 5 THEN ' and others' ELSE '' END || ') came through the endpoint ' || t.vpc_endpoint_id
    || CASE WHEN t.owner_id IS NULL THEN '' ELSE ' of account ' || t.owner_id END || ', which is not known to be yours, from ' || coalesce(t.low_address, 'no address')
    || CASE WHEN t.low_address <> t.high_address THEN ' and other addresses' ELSE '' END || ', ' || substr(CAST(t.first_time AS varchar), 1, 19) || ' to ' || substr(CAST(t.last_time AS varchar), 1, 19)
    || ' UTC: ' || CAST(t.calls AS varchar) || CASE WHEN t.calls = 1 THEN ' call, ' ELSE ' calls, ' END || CAST(t.bytes AS varchar) || ' bytes'
    || CASE WHEN t.bucket IS NULL THEN '' WHEN t.bucket = t.last_bucket THEN ' of ' || t.bucket ELSE ' of ' || t.bucket || ' and others' END
    || CASE WHEN t.failed = t.calls THEN '; all of them failed' WHEN t.failed > 0 THEN '; ' || CAST(t.failed AS varchar) || ' of them failed' ELSE '' END
    || '. Either it is the endpoint of a shared VPC or a network account of yours: then configure scope.vpcEndpoints: [{id: ' || t.vpc_endpoint_id
    || CASE WHEN cardinality(t.accounts) = 1 THEN ', account: "' || array_join(t.accounts, '') || '"' ELSE ', accounts: ["' || array_join(t.accounts, '", "') || '"]' END
    || '}]; or the credentials were stolen and are used in another network' AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CASE WHEN t.low_address = t.high_address THEN t.low_address END AS source_address,
  'endpoint ' || t.vpc_endpoint_id AS resource,
  array_sort(array_distinct(ARRAY[substr(t.first_event, strpos(t.first_event, ' ') + 1), substr(t.last_event, strpos(t.last_event, ' ') + 1)])) AS event_ids
FROM through t
