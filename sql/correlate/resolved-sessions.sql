-- One row a session: what an account, region and id say of user, start, end, instance and fleet. Rows that say the same are one
-- session, with the addresses of all. Sightings add what only snapshots know of the same user's session: IPv6
-- addresses, and the instance where the report is too old to have it. A session that only snapshots know ends at its last
-- sighting; `absent_ms` is the first complete sweep after that. `session_no` numbers them so that the greater is the one to
-- prefer. `contested`: another issue or statement does not say so. `doubtful`: the row contradicts itself or its place, or a
-- sweep saw the session on another IPv4 address or instance; that sighting is then a session of its own.
-- `contradicting`: its id is another reported session's, too; `reused`: its id is another user's, too.
WITH repeated AS (
  SELECT session_id FROM stated_sessions GROUP BY session_id
), version AS (
  SELECT location, modified_ms, ingested_at_ms, max(version) AS version
  FROM inputs
  WHERE kind IN ('usage_report', 'snapshot')
  GROUP BY location, modified_ms, ingested_at_ms
), day_issues AS (
  SELECT account_id, region, report_day, count(*) AS issues FROM report_issues WHERE counts GROUP BY account_id, region, report_day
), joined AS (
  SELECT account_id, region, session_id, user_key, session_start_ms, session_end_ms, instance, fleet,
    CAST(sum(said_rows) AS bigint) AS said_rows, array_sort(array_distinct(flatten(array_agg(private_addresses)))) AS private_addresses,
    min(end_precision) AS end_precision, CASE WHEN max(CASE WHEN connected THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS connected,
    CASE WHEN max(CASE WHEN is_multisession THEN 1 ELSE 0 END) = 1 THEN true
      WHEN count(is_multisession) > 0 THEN false END AS is_multisession,
    CASE WHEN count(contradiction) = count(*) THEN min(contradiction) END AS contradiction,
    CASE WHEN max(CASE WHEN contested THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS contested
  FROM counting_sessions
  GROUP BY account_id, region, session_id, user_key, session_start_ms, session_end_ms, instance, fleet
), shared AS (
  SELECT session_id FROM joined GROUP BY session_id HAVING count(*) > 1
), reused AS (
  SELECT session_id
  FROM sessions
  WHERE origin = 'report' OR coalesce(state, '') <> 'EXPIRED'
  GROUP BY session_id
  HAVING min(user_key) <> max(user_key)
), row_of AS (
  -- of rows that say the same, the last: its other columns stand for all
  SELECT s.*,
    row_number() OVER (PARTITION BY s.account_id, s.region, s.session_id, s.user_key, s.session_start_ms, s.session_end_ms,
      coalesce(s.instance_id, ''), coalesce(s.fleet_name, '')
      ORDER BY s.report_day DESC, s.source_modified_ms DESC, s.source_file DESC, s.source_index DESC, s.record_sha256) AS place
  FROM sessions s
  JOIN counting_sessions c ON c.session_id = s.session_id AND c.account_id = s.account_id AND c.region = s.region
    AND c.user_key = s.user_key AND c.session_start_ms = s.session_start_ms AND c.session_end_ms = s.session_end_ms
    AND c.instance = coalesce(s.instance_id, '') AND c.fleet = coalesce(s.fleet_name, '') AND c.source_file = s.source_file
    AND c.source_modified_ms = s.source_modified_ms AND c.ingested_at_ms = s.ingested_at_ms
  WHERE s.origin = 'report'
), reported AS (
  SELECT s.account_id, s.region, s.session_id, s.user_key, s.user_id, s.authentication_type, s.user_hash, s.user_arn, s.user_fold,
    s.fleet_name, s.stack_name, s.instance_type, s.instance_id, s.private_addresses, s.session_start, s.session_start_ms,
    s.session_end, s.session_end_ms, s.end_precision, s.connected, s.is_multisession, s.client_addresses,
    s.clipboard_from_device, s.clipboard_to_device, s.file_upload, s.file_download, s.printing, s.google_drive, s.one_drive,
    s.max_session_seconds, s.session_type, s.report_day, s.source_file, s.source_index, s.source_modified_ms, s.ingested_at_ms,
    s.contradiction, CASE WHEN d.issues > CASE WHEN i.source_file IS NULL THEN 0 ELSE 1 END THEN true ELSE false END AS contested,
    CAST(1 AS bigint) AS said_rows
  FROM sessions s
  LEFT JOIN repeated r ON r.session_id = s.session_id
  LEFT JOIN report_issues i ON i.account_id = s.account_id AND i.region = s.region AND i.report_day = s.report_day
    AND i.source_file = s.source_file AND i.source_modified_ms = s.source_modified_ms AND i.ingested_at_ms = s.ingested_at_ms
    AND coalesce(s.contradiction, '') NOT LIKE '%account%' AND coalesce(s.contradiction, '') NOT LIKE '%region%'
  LEFT JOIN day_issues d ON d.account_id = s.account_id AND d.region = s.region AND d.report_day = s.report_day
    AND coalesce(s.contradiction, '') NOT LIKE '%account%' AND coalesce(s.contradiction, '') NOT LIKE '%region%'
  WHERE s.origin = 'report' AND r.session_id IS NULL AND coalesce(i.counts, true)
  UNION ALL
  SELECT s.account_id, s.region, s.session_id, s.user_key, s.user_id, s.authentication_type, s.user_hash, s.user_arn, s.user_fold,
    s.fleet_name, s.stack_name, s.instance_type, s.instance_id, j.private_addresses, s.session_start, s.session_start_ms,
    s.session_end, s.session_end_ms, j.end_precision, j.connected, j.is_multisession, s.client_addresses,
    s.clipboard_from_device, s.clipboard_to_device, s.file_upload, s.file_download, s.printing, s.google_drive, s.one_drive,
    s.max_session_seconds, s.session_type, s.report_day, s.source_file, s.source_index, s.source_modified_ms, s.ingested_at_ms,
    j.contradiction, j.contested, j.said_rows
  FROM row_of s
  JOIN joined j ON j.account_id = s.account_id AND j.region = s.region AND j.session_id = s.session_id AND j.user_key = s.user_key
    AND j.session_start_ms = s.session_start_ms AND j.session_end_ms = s.session_end_ms
    AND j.instance = coalesce(s.instance_id, '') AND j.fleet = coalesce(s.fleet_name, '')
  WHERE s.place = 1
), sighting AS (
  -- an expired session counts as not seen
  SELECT s.*,
    row_number() OVER (
      PARTITION BY s.account_id, s.region, s.session_id, s.user_key
      ORDER BY s.observed_at_ms DESC, s.source_file DESC, s.source_index DESC, s.record_sha256
    ) AS place
  FROM sessions s
  WHERE s.origin = 'snapshot' AND coalesce(s.state, '') <> 'EXPIRED'
), said_place AS (
  SELECT account_id, region, session_id, user_key, flatten(array_agg(private_addresses)) AS addresses,
    array_agg(instance_id) AS instances, min(coalesce(instance_id, '')) AS least_instance
  FROM reported
  GROUP BY account_id, region, session_id, user_key
), elsewhere AS (
  -- sessions that a sweep saw on an address or an instance which no report row of theirs has
  SELECT s.account_id, s.region, s.session_id, s.user_key
  FROM sighting s
  JOIN said_place p ON p.session_id = s.session_id AND p.user_key = s.user_key AND p.account_id = s.account_id AND p.region = s.region
  CROSS JOIN UNNEST(s.private_addresses || ARRAY['']) AS t(a)
  WHERE (a <> '' AND strpos(a, ':') = 0 AND cardinality(p.addresses) > 0 AND NOT contains(p.addresses, a))
    OR (s.instance_id IS NOT NULL AND p.least_instance <> '' AND NOT contains(p.instances, s.instance_id))
  GROUP BY s.account_id, s.region, s.session_id, s.user_key
), connected AS (
  SELECT account_id, region, session_id, user_key, max(CASE WHEN connected THEN 1 ELSE 0 END) AS ever
  FROM sighting
  GROUP BY account_id, region, session_id, user_key
), address AS (
  SELECT account_id, region, session_id, user_key, array_agg(DISTINCT a ORDER BY a) AS addresses,
    array_agg(DISTINCT a ORDER BY a) FILTER (WHERE strpos(a, ':') > 0) AS ipv6
  FROM sighting CROSS JOIN UNNEST(private_addresses) AS t(a)
  GROUP BY account_id, region, session_id, user_key
), seen AS (
  SELECT s.*, c.ever, a.addresses, a.ipv6, w.next_complete_ms,
    CASE WHEN e.session_id IS NULL THEN false ELSE true END AS is_elsewhere
  FROM sighting s
  JOIN connected c ON c.session_id = s.session_id AND c.user_key = s.user_key AND c.account_id = s.account_id AND c.region = s.region
  LEFT JOIN address a ON a.session_id = s.session_id AND a.user_key = s.user_key AND a.account_id = s.account_id AND a.region = s.region
  LEFT JOIN elsewhere e ON e.session_id = s.session_id AND e.user_key = s.user_key AND e.account_id = s.account_id AND e.region = s.region
  LEFT JOIN sweeps w ON w.account_id = s.account_id AND w.region = s.region AND w.sweep_time_ms = s.observed_at_ms
  WHERE s.place = 1
), known AS (
  SELECT r.session_id, 'report' AS origin, r.account_id, r.region, r.user_id, r.authentication_type, r.user_key, r.user_hash,
    r.user_arn, r.user_fold, r.fleet_name, r.stack_name, r.instance_type, coalesce(r.instance_id, s.instance_id) AS instance_id,
    coalesce(r.instance_id, '') AS said_instance,
    CASE WHEN s.ipv6 IS NULL THEN r.private_addresses ELSE array_sort(array_distinct(r.private_addresses || s.ipv6)) END AS private_addresses,
    r.session_start, r.session_start_ms, r.session_end, r.session_end_ms, r.end_precision, r.connected,
    coalesce(r.is_multisession, s.is_multisession) AS is_multisession, r.client_addresses,
    r.clipboard_from_device, r.clipboard_to_device, r.file_upload, r.file_download, r.printing, r.google_drive, r.one_drive,
    r.max_session_seconds, r.session_type, r.report_day, CAST(NULL AS bigint) AS absent_ms, r.source_file, r.source_index,
    r.source_modified_ms, r.ingested_at_ms, r.contested,
    CASE WHEN s.is_elsewhere THEN coalesce(r.contradiction || ' ', '') || 'sighting' ELSE r.contradiction END AS contradiction, r.said_rows
  FROM reported r
  LEFT JOIN seen s ON s.session_id = r.session_id AND s.user_key = r.user_key AND s.account_id = r.account_id AND s.region = r.region
  UNION ALL
  SELECT s.session_id, 'snapshot', s.account_id, s.region, s.user_id, s.authentication_type, s.user_key, s.user_hash,
    s.user_arn, s.user_fold, s.fleet_name, s.stack_name, s.instance_type, s.instance_id, coalesce(s.instance_id, ''),
    coalesce(s.addresses, s.private_addresses),
    s.session_start, s.session_start_ms, s.observed_at, s.observed_at_ms, 'ms', CASE WHEN s.ever = 1 THEN true ELSE false END,
    s.is_multisession, s.client_addresses,
    s.clipboard_from_device, s.clipboard_to_device, s.file_upload, s.file_download, s.printing, s.google_drive, s.one_drive,
    s.max_session_seconds, s.session_type, s.report_day, s.next_complete_ms, s.source_file, s.source_index,
    s.source_modified_ms, s.ingested_at_ms, false, CAST(NULL AS varchar), CAST(NULL AS bigint)
  FROM seen s
  LEFT JOIN (SELECT session_id, user_key, account_id, region FROM reported GROUP BY session_id, user_key, account_id, region) r
    ON r.session_id = s.session_id AND r.user_key = s.user_key AND r.account_id = s.account_id AND r.region = s.region
  WHERE r.session_id IS NULL OR s.is_elsewhere
)
SELECT row_number() OVER (ORDER BY k.session_start_ms, k.session_id, k.session_end_ms, coalesce(k.instance_id, ''), k.region,
    k.account_id, k.user_key, coalesce(k.fleet_name, ''), k.said_instance, k.origin) AS session_no,
  k.session_id, k.origin, k.account_id, k.region, k.user_id, k.authentication_type, k.user_key, k.user_hash,
  k.user_arn, k.user_fold, k.fleet_name, k.stack_name, k.instance_type, k.instance_id, k.private_addresses,
  k.session_start, k.session_start_ms, k.session_end, k.session_end_ms, k.end_precision, k.connected, k.is_multisession,
  k.client_addresses, k.clipboard_from_device, k.clipboard_to_device, k.file_upload, k.file_download, k.printing,
  k.google_drive, k.one_drive, k.max_session_seconds, k.session_type, k.report_day, k.absent_ms, k.source_file, k.source_index,
  v.version AS source_version, k.said_rows, k.contested, k.contradiction,
  CASE WHEN k.contradiction IS NULL THEN false ELSE true END AS doubtful,
  CASE WHEN h.session_id IS NULL OR k.origin <> 'report' THEN false ELSE true END AS contradicting,
  CASE WHEN u.session_id IS NULL THEN false ELSE true END AS reused
FROM known k
LEFT JOIN version v ON v.location = k.source_file AND v.modified_ms = k.source_modified_ms AND v.ingested_at_ms = k.ingested_at_ms
LEFT JOIN shared h ON h.session_id = k.session_id
LEFT JOIN reused u ON u.session_id = k.session_id
