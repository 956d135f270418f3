-- title: Protected data accessed outside AppStream
-- severity: medium
-- looks at: days
-- needs: policy.protectedBuckets or scope.buckets
-- meaning: A caller, an administrator too, read, listed or wrote objects of a protected bucket, and neither the role nor the address
--   is the fleets'. Told once for each caller, address, bucket and day;
--   the user is the person whom the caller's own credentials name. A notebook calls with its own role from its own address,
--   never from a session: then the summary lists who opened a notebook or a Studio domain of that account by presigned
--   URL in the twelve hours before (the user, else the caller), as leads and never as the answer. Which of them ran the code, the logs do not say.
-- next: Ask the caller. A bucket policy with `aws:SourceVpce` closes the way; `policy.protectedBuckets` says which buckets count.
-- false positives: Jobs that load or clean the data; a fleet that `scope.fleetRoles` and `scope.fleetCidrs` do not name.
-- source: AWS Security Blog, Mitigate data leakage through the use of AppStream 2.0
-- att&ck: T1530 Data from Cloud Storage
WITH room AS (
  SELECT count(*) AS sessions FROM resolved_sessions
), touched AS (
  SELECT a.dt, a.account_id, coalesce(a.principal_arn, a.principal_type, 'anonymous') AS caller, a.role_session_name, coalesce(a.source_address, '') AS source_address,
    a.bucket, min(a.event_time_ms) AS first_ms, max(a.event_time_ms) AS last_ms, min(a.event_time) AS first_time, count(*) AS calls, count(a.error_code) AS failed, max(a.error_code) AS error_code,
    sum(CASE WHEN a.action IN ('write', 'delete') THEN 1 ELSE 0 END) AS writes, CASE WHEN count(a.user_key) = count(*) AND count(DISTINCT a.user_key) = 1 THEN min(a.user_id) END AS user_id,
    min(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS first_event, max(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS last_event
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.dt >= :first_dt AND :has_protected_buckets AND NOT a.fleet_side AND a.event_category = 'Data' AND a.bucket IS NOT NULL
    AND coalesce(a.principal_type, '') <> 'AWSService' AND a.source_address_kind NOT IN ('service', 'internal')
  GROUP BY a.dt, a.account_id, coalesce(a.principal_arn, a.principal_type, 'anonymous'), a.role_session_name, coalesce(a.source_address, ''), a.bucket
), shielded AS (
  SELECT t.bucket FROM (SELECT bucket FROM touched GROUP BY bucket) t CROSS JOIN policy_buckets p WHERE t.bucket LIKE p.pattern ESCAPE '\' GROUP BY t.bucket
), opener AS (
  SELECT e.account_id, e.event_time_ms, coalesce(k.user_id, e.principal_arn, 'an unnamed caller') AS who
  FROM events e
  LEFT JOIN (SELECT event_id, event_time_ms, dt, user_id FROM attributions WHERE dt >= :denied_dt AND user_id IS NOT NULL) k
    ON k.event_id = e.event_id AND k.event_time_ms = e.event_time_ms AND k.dt = e.dt
  WHERE e.dt >= :denied_dt AND e.event_source = 'sagemaker.amazonaws.com' AND e.event_name IN ('CreatePresignedNotebookInstanceUrl', 'CreatePresignedDomainUrl')
    AND e.error_code IS NULL
), opened AS (
  -- a presigned URL opens a session of at most twelve hours: it may be of the day before
  SELECT t.account_id, t.role_session_name, t.caller, t.source_address, t.dt, array_join(array_sort(array_agg(DISTINCT c.who)), ', ') AS users
  FROM touched t
  JOIN opener c ON c.account_id = t.account_id
  WHERE t.role_session_name = 'SageMaker'
    AND c.event_time_ms >= t.first_ms - 43200000 AND c.event_time_ms <= t.last_ms
  GROUP BY t.account_id, t.role_session_name, t.caller, t.source_address, t.dt
)
SELECT t.first_ms AS event_time_ms, t.dt, t.caller || ' ' || t.source_address || ' ' || t.bucket || ' ' || t.dt AS subject,
  coalesce(t.user_id || ' as ', '') || t.caller || ' touched ' || t.bucket || ' from ' || coalesce(nullif(t.source_address, ''), 'no address') || ' on ' || t.dt || ' from ' || substr(CAST(t.first_time AS varchar), 12, 8)
    || ' UTC without the analytic interface: ' || CAST(t.calls AS varchar) || ' calls, ' || CAST(t.writes AS varchar) || ' of them writes or deletes'
    || CASE WHEN t.failed = t.calls THEN '; all of them failed: ' || t.error_code WHEN t.failed > 0 THEN '; ' || CAST(t.failed AS varchar) || ' of them failed' ELSE '' END
    || CASE WHEN t.role_session_name = 'SageMaker' THEN coalesce('; a notebook''s role: leads, no proof, are those who opened a notebook: ' || o.users, '; a notebook''s role: nobody is known to have opened a notebook') ELSE '' END AS summary,
  t.user_id, CAST(NULL AS varchar) AS session_id, nullif(t.source_address, '') AS source_address, t.bucket AS resource,
  array_sort(array_distinct(ARRAY[substr(t.first_event, strpos(t.first_event, ' ') + 1), substr(t.last_event, strpos(t.last_event, ' ') + 1)])) AS event_ids
FROM touched t
JOIN shielded s ON s.bucket = t.bucket
CROSS JOIN room r
LEFT JOIN finding_addresses n ON n.address = t.source_address
LEFT JOIN opened o ON o.account_id = t.account_id AND o.caller = t.caller AND o.source_address = t.source_address AND o.dt = t.dt
WHERE coalesce(n.in_nat, false) = false AND (r.sessions > 0 OR :has_fleet_cidrs OR :has_fleet_roles)
