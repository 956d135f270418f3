-- title: Own VPC endpoint used from a public address
-- severity: high
-- looks at: days
-- meaning: Calls through an endpoint of ours (configured, or one that sessions used) carry a public source address that is in
--   no range of the fleets: through an endpoint a call has the private address of its VPC. The VPC uses public addresses of its
--   own, or records are forged. Told once for each endpoint, address and day (UTC).
-- next: Does a subnet of the VPC have such addresses? Then add them to `scope.fleetCidrs`. Else check the log file with `appstream-audit
--   verify-logs` and see what the address did (`query address-events`).
-- rest: address-events address=source_address from=dt to=next_dt
-- false positives: A VPC whose subnets use public addresses as if they were private ones.
-- source: AWS: CloudTrail record contents, sourceIPAddress and vpcEndpointId
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH own AS (
  SELECT endpoint_id FROM configured_endpoint_members
  UNION
  SELECT vpc_endpoint_id FROM attributions
  WHERE dt >= :since_dt AND verdict = 'attributed' AND session_id IS NOT NULL AND vpc_endpoint_id IS NOT NULL AND source_address_kind = 'private'
), daily AS (
  SELECT a.vpc_endpoint_id, a.source_address, a.dt, min(a.event_time_ms) AS first_ms, min(a.event_time) AS first_time, max(a.event_time) AS last_time, count(*) AS calls,
    count(a.error_code) AS failed, min(coalesce(a.principal_arn, a.principal_type, 'anonymous')) AS caller, count(DISTINCT coalesce(a.principal_arn, a.principal_type, 'anonymous')) AS callers,
    min(a.bucket) AS bucket, count(DISTINCT a.bucket) AS buckets,
    min(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS first_event, max(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS last_event
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.source_address_kind = 'public' AND a.vpc_endpoint_id IS NOT NULL
  GROUP BY a.vpc_endpoint_id, a.source_address, a.dt
)
SELECT y.first_ms AS event_time_ms, y.dt, y.vpc_endpoint_id || ' ' || y.source_address || ' ' || y.dt AS subject,
  'calls through our endpoint ' || y.vpc_endpoint_id || ' came from the public address ' || y.source_address || ' on ' || y.dt || ' from ' || substr(CAST(y.first_time AS varchar), 12, 8)
    || ' to ' || substr(CAST(y.last_time AS varchar), 12, 8) || ' UTC: ' || CAST(y.calls AS varchar) || CASE WHEN y.calls = 1 THEN ' call by ' ELSE ' calls by ' END || y.caller
    || CASE WHEN y.callers > 1 THEN ' and others' ELSE '' END || coalesce(' on ' || y.bucket, '') || CASE WHEN y.buckets > 1 THEN ' and other buckets' ELSE '' END
    || CASE WHEN y.failed = y.calls THEN '; all of them failed' WHEN y.failed > 0 THEN '; ' || CAST(y.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, y.source_address, 'endpoint ' || y.vpc_endpoint_id AS resource,
  array_sort(array_distinct(ARRAY[substr(y.first_event, strpos(y.first_event, ' ') + 1), substr(y.last_event, strpos(y.last_event, ' ') + 1)])) AS event_ids
FROM daily y
JOIN own o ON o.endpoint_id = y.vpc_endpoint_id
LEFT JOIN finding_addresses f ON f.address = y.source_address
WHERE coalesce(f.in_nat, false) = false AND coalesce(f.in_fleet, false) = false
