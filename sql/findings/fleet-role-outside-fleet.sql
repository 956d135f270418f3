-- title: Fleet credentials used outside the fleet
-- severity: critical
-- looks at: days
-- needs: scope.fleetRoles
-- meaning: A call was made with a fleet's role from an address that no fleet has: a public one that is no NAT address of ours, one
--   outside `scope.fleetCidrs`, or by way of no endpoint at all where endpoints are configured. Credentials of the machine were taken out of the
--   session. Told once for each access key, address
--   and day. What came by way of a foreign endpoint is told by `fleet-credentials-at-foreign-endpoint`.
-- next: Names in the summary are leads, no proof: users of sessions from which the access key was seen before. `query access-key-history`
--   shows both sides. Revoke the role's sessions (`AWSRevokeOlderSessions`), end those sessions, look at what was read.
-- false positives: A NAT address missing from `scope.natAddresses`, an endpoint missing from `scope.vpcEndpoints`; the same role
--   given to something that is no fleet.
-- source: AWS: the credentials of a fleet's role are valid for an hour wherever they are used
-- att&ck: T1552.005 Unsecured Credentials: Cloud Instance Metadata API
WITH used AS (
  SELECT a.dt, a.account_id, a.principal_role, coalesce(a.access_key_id, '') AS access_key_id, coalesce(a.source_address, '') AS source_address,
    a.reason, min(a.event_time_ms) AS first_ms, min(a.event_time) AS first_time, count(*) AS calls, count(a.error_code) AS failed,
    max(a.error_code) AS error_code, coalesce(sum(CASE WHEN a.error_code IS NULL THEN a.bytes_out END), 0) AS bytes, min(a.bucket) AS bucket, max(a.bucket) AS last_bucket,
    max(CASE WHEN a.candidate_count > 0 THEN array_join(a.candidate_user_ids, ', ') END) AS leads,
    min(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS first_event, max(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS last_event
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.verdict = 'not_joinable' AND a.principal_role IS NOT NULL
    AND (a.reason IN ('public_address', 'outside_fleet', 'no_endpoint') OR (a.reason = 'foreign_endpoint' AND a.vpc_endpoint_id IS NULL))
  GROUP BY a.dt, a.account_id, a.principal_role, coalesce(a.access_key_id, ''), coalesce(a.source_address, ''), a.reason
), outside AS (
  SELECT u.*, row_number() OVER (PARTITION BY u.dt, u.account_id, u.principal_role, u.access_key_id, u.source_address ORDER BY u.first_ms, u.reason) AS place
  FROM used u
  LEFT JOIN known_accounts k ON k.account_id = u.account_id
  -- a bare name means the role of that name in every account with sessions
  JOIN policy_fleet_roles r ON r.role = u.principal_role AND (r.account_id = u.account_id OR (r.account_id IS NULL AND k.account_id IS NOT NULL))
  LEFT JOIN finding_addresses n ON n.address = u.source_address
  WHERE coalesce(n.in_nat, false) = false
)
SELECT o.first_ms AS event_time_ms, o.dt,
  coalesce(o.account_id, '') || ' ' || o.principal_role || ' ' || o.access_key_id || ' ' || o.source_address || ' ' || o.dt AS subject,
  'the fleet role ' || o.principal_role || ' was used from ' || o.source_address || ' (' || o.reason || '), where no fleet is, on ' || o.dt || ' from '
    || substr(CAST(o.first_time AS varchar), 12, 8) || ' UTC: ' || CAST(o.calls AS varchar) || ' calls, ' || CAST(o.bytes AS varchar) || ' bytes'
    || CASE WHEN o.bucket IS NULL THEN '' WHEN o.bucket = o.last_bucket THEN ' of ' || o.bucket ELSE ' of ' || o.bucket || ' and others' END
    || CASE WHEN o.failed = o.calls THEN '; all of them failed: ' || o.error_code WHEN o.failed > 0 THEN '; ' || CAST(o.failed AS varchar) || ' of them failed' ELSE '' END
    || CASE WHEN o.leads IS NULL THEN '; no session is known to have used the access key before' ELSE '; leads, no proof: the access key was seen before in sessions of ' || o.leads END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, nullif(o.source_address, '') AS source_address,
  'role ' || o.principal_role AS resource,
  array_sort(array_distinct(ARRAY[substr(o.first_event, strpos(o.first_event, ' ') + 1), substr(o.last_event, strpos(o.last_event, ' ') + 1)])) AS event_ids
FROM outside o
WHERE o.place = 1
