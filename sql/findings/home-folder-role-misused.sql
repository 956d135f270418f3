-- title: Home-folder service role misused
-- severity: critical
-- looks at: days
-- meaning: Calls with AmazonAppStreamServiceAccess were made as AppStream itself makes none: from a public address that is no NAT address,
--   no fleet's and no session's; by a tool (the AWS CLI, a console, a browser and the like); on behalf of another service; or on a
--   home folder of another account. Whoever can do that reads and writes the home folders of all users, and could make it look like
--   any of them: the key names nobody for such calls. Denied calls count only beside one of these signs. Told once for each
--   address, access key and day (UTC).
-- next: Who may assume the role? Its trust policy must name appstream.amazonaws.com alone; see who changed it (`UpdateAssumeRolePolicy`).
--   Revoke its sessions (`AWSRevokeOlderSessions`); look at what was touched (`query home-folder-foreign-access`, `query access-key-history`).
-- false positives: Fleets that reach S3 through a NAT address which `scope.natAddresses` lacks.
-- source: docs/verdicts.md, K; docs/facts.md, home folders
-- att&ck: T1078.004 Valid Accounts: Cloud Accounts
WITH made AS (
  SELECT a.event_id, a.event_time_ms, a.dt, a.account_id, a.network_account_id, a.source_address, a.source_address_kind, lower(coalesce(a.user_agent, '')) AS agent
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.principal_role = 'AmazonAppStreamServiceAccess'
), ours AS (
  SELECT m.event_id, m.event_time_ms, m.dt
  FROM made m JOIN known_accounts k ON k.account_id = m.account_id
), recorded AS (
  -- what the record says beside
  SELECT e.event_id, e.event_time_ms, e.dt, min(e.invoked_by) AS invoked_by, min(e.key_account_id) AS key_account_id
  FROM events e
  JOIN made m ON m.dt = e.dt AND m.event_id = e.event_id AND m.event_time_ms = e.event_time_ms
  WHERE e.dt >= :first_dt
  GROUP BY e.event_id, e.event_time_ms, e.dt
), held AS (
  SELECT m.event_id, m.event_time_ms
  FROM made m
  JOIN (SELECT s.account_id, s.session_start_ms, coalesce(s.session_end_ms, s.session_start_ms) AS end_ms, t.a AS address
    FROM resolved_sessions s CROSS JOIN UNNEST(s.private_addresses) AS t(a)) s
    ON s.account_id = coalesce(m.network_account_id, m.account_id) AND s.address = m.source_address
  WHERE m.source_address_kind IN ('public', 'ipv6') AND s.session_start_ms <= m.event_time_ms + 999 AND s.end_ms + 999 + :lookback_ms >= m.event_time_ms
  GROUP BY m.event_id, m.event_time_ms
), sign AS (
  -- the tools are those of the stage `calls`
  SELECT m.event_id, m.event_time_ms, m.dt,
    CASE WHEN o.event_id IS NOT NULL AND m.source_address_kind IN ('public', 'ipv6') AND NOT coalesce(n.in_nat, false) AND NOT coalesce(n.in_fleet, false) AND h.event_id IS NULL THEN 1 ELSE 0 END AS by_address,
    CASE WHEN o.event_id IS NOT NULL AND (m.agent LIKE '%aws-cli%' OR m.agent LIKE '%boto%' OR m.agent LIKE '%s3console%' OR m.agent LIKE '%mozilla%'
      OR m.agent LIKE '%powershell%' OR m.agent LIKE '%curl%' OR m.agent LIKE '%wget%' OR m.agent LIKE '%rclone%'
      OR m.agent LIKE '%cyberduck%' OR m.agent LIKE '%s3browser%' OR m.agent LIKE '%s3cmd%' OR m.agent LIKE '%winscp%'
      OR m.agent LIKE '%python-requests%' OR m.agent LIKE '%terraform%' OR m.agent LIKE '%s5cmd%'
      OR m.agent LIKE '%hadoop%')
      THEN 1 ELSE 0 END AS by_tool,
    CASE WHEN o.event_id IS NOT NULL AND r.invoked_by <> 'appstream.amazonaws.com' THEN r.invoked_by END AS invoked_by,
    CASE WHEN k.account_id IS NOT NULL AND m.account_id IS NOT NULL AND r.key_account_id <> m.account_id THEN 1 ELSE 0 END AS by_account
  FROM made m
  LEFT JOIN ours o ON o.event_id = m.event_id AND o.event_time_ms = m.event_time_ms AND o.dt = m.dt
  LEFT JOIN recorded r ON r.event_id = m.event_id AND r.event_time_ms = m.event_time_ms AND r.dt = m.dt
  LEFT JOIN known_accounts k ON k.account_id = r.key_account_id
  LEFT JOIN finding_addresses n ON n.address = m.source_address
  LEFT JOIN held h ON h.event_id = m.event_id AND h.event_time_ms = m.event_time_ms
), daily AS (
  SELECT a.dt, coalesce(a.source_address, '') AS source_address, coalesce(a.access_key_id, '') AS access_key_id, min(a.event_time_ms) AS first_ms, min(a.event_time) AS first_time,
    count(*) AS calls, count(a.error_code) AS failed, max(a.error_code) AS error_code, min(a.bucket) AS bucket, max(a.bucket) AS last_bucket,
    max(g.by_address) AS by_address, max(g.by_tool) AS by_tool, max(g.by_account) AS by_account, min(g.invoked_by) AS invoked_by, min(CASE WHEN g.by_tool = 1 THEN a.user_agent END) AS user_agent,
    min(a.principal_arn) AS principal_arn, array_agg(DISTINCT a.object_owner_user_id ORDER BY a.object_owner_user_id) FILTER (WHERE a.object_owner_user_id IS NOT NULL) AS owners,
    min(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS first_event, max(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS last_event
  FROM attributions a
  JOIN sign g ON g.dt = a.dt AND g.event_id = a.event_id AND g.event_time_ms = a.event_time_ms
  WHERE a.dt >= :first_dt AND (g.by_address = 1 OR g.by_tool = 1 OR g.by_account = 1 OR g.invoked_by IS NOT NULL)
  GROUP BY a.dt, coalesce(a.source_address, ''), coalesce(a.access_key_id, '')
)
SELECT y.first_ms AS event_time_ms, y.dt, y.source_address || ' ' || y.access_key_id || ' ' || y.dt AS subject,
  coalesce(y.principal_arn, 'AmazonAppStreamServiceAccess') || ' was used on ' || y.dt || ' from ' || substr(CAST(y.first_time AS varchar), 12, 8) || ' UTC from '
    || coalesce(nullif(y.source_address, ''), 'no address') || ' as AppStream itself does not use it ('
    || substr(CASE WHEN y.by_address = 1 THEN ', a public address that no fleet has' ELSE '' END || CASE WHEN y.by_tool = 1 THEN coalesce(', the user agent ' || substr(y.user_agent, 1, 100), '') ELSE '' END
      || coalesce(', invoked by ' || y.invoked_by, '') || CASE WHEN y.by_account = 1 THEN ', a home folder of another account' ELSE '' END, 3)
    || '): ' || CAST(y.calls AS varchar) || ' calls'
    || CASE WHEN y.bucket IS NULL THEN '' WHEN y.bucket = y.last_bucket THEN ' of ' || y.bucket ELSE ' of ' || y.bucket || ' and others' END
    || CASE WHEN y.owners IS NULL THEN '' ELSE ', in the folders of ' || array_join(slice(y.owners, 1, 10), ', ') || CASE WHEN cardinality(y.owners) > 10 THEN ' and others' ELSE '' END END
    || CASE WHEN y.failed = y.calls THEN '; all of them failed: ' || y.error_code WHEN y.failed > 0 THEN '; ' || CAST(y.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, nullif(y.source_address, '') AS source_address, coalesce(y.bucket, 'role AmazonAppStreamServiceAccess') AS resource,
  array_sort(array_distinct(ARRAY[substr(y.first_event, strpos(y.first_event, ' ') + 1), substr(y.last_event, strpos(y.last_event, ' ') + 1)])) AS event_ids
FROM daily y
