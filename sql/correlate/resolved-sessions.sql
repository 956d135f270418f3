-- One row a session. A report row replaces what snapshots said of the same session, but for what only snapshots know:
-- IPv6 addresses, and the instance where the report is too old to have it. Between report days the later day wins.
-- A session that only snapshots know ends at its last sighting; `absent_ms` is the first complete sweep after that.
WITH reported AS (
  SELECT s.*,
    row_number() OVER (
      PARTITION BY s.session_id
      ORDER BY s.report_day DESC, s.session_end_ms DESC, s.source_index DESC, s.source_file DESC, s.record_sha256
    ) AS place
  FROM sessions s
  JOIN report_winners w ON w.account_id = s.account_id AND w.region = s.region AND w.report_day = s.report_day
    AND w.source_file = s.source_file AND w.source_modified_ms = s.source_modified_ms
  WHERE s.origin = 'report'
), sighting AS (
  -- an expired session counts as not seen
  SELECT s.*,
    row_number() OVER (
      PARTITION BY s.session_id ORDER BY s.observed_at_ms DESC, s.source_file DESC, s.source_index DESC, s.record_sha256
    ) AS place
  FROM sessions s
  WHERE s.origin = 'snapshot' AND coalesce(s.state, '') <> 'EXPIRED'
), connected AS (
  SELECT session_id, max(CASE WHEN connected THEN 1 ELSE 0 END) AS ever FROM sighting GROUP BY session_id
), address AS (
  SELECT session_id, array_agg(DISTINCT a ORDER BY a) AS addresses,
    array_agg(DISTINCT a ORDER BY a) FILTER (WHERE strpos(a, ':') > 0) AS ipv6
  FROM sighting CROSS JOIN UNNEST(private_addresses) AS t(a)
  GROUP BY session_id
), seen AS (
  SELECT s.*, c.ever, a.addresses, a.ipv6, w.next_complete_ms
  FROM sighting s
  JOIN connected c ON c.session_id = s.session_id
  LEFT JOIN address a ON a.session_id = s.session_id
  LEFT JOIN sweeps w ON w.account_id = s.account_id AND w.region = s.region AND w.sweep_time_ms = s.observed_at_ms
  WHERE s.place = 1
)
SELECT r.session_id, 'report' AS origin, r.account_id, r.region, r.user_id, r.authentication_type, r.user_key, r.user_hash,
  r.user_arn, r.fleet_name, r.stack_name, r.instance_type, coalesce(r.instance_id, s.instance_id) AS instance_id,
  CASE WHEN s.ipv6 IS NULL THEN r.private_addresses ELSE array_sort(array_distinct(r.private_addresses || s.ipv6)) END AS private_addresses,
  r.session_start, r.session_start_ms, r.session_end, r.session_end_ms, r.end_precision, r.connected,
  coalesce(r.is_multisession, s.is_multisession) AS is_multisession, r.client_addresses,
  r.clipboard_from_device, r.clipboard_to_device, r.file_upload, r.file_download, r.printing, r.google_drive, r.one_drive,
  r.max_session_seconds, r.session_type, r.report_day, CAST(NULL AS bigint) AS absent_ms, r.source_file, r.source_index
FROM reported r
LEFT JOIN seen s ON s.session_id = r.session_id
WHERE r.place = 1
UNION ALL
SELECT s.session_id, 'snapshot', s.account_id, s.region, s.user_id, s.authentication_type, s.user_key, s.user_hash,
  s.user_arn, s.fleet_name, s.stack_name, s.instance_type, s.instance_id,
  coalesce(s.addresses, s.private_addresses),
  s.session_start, s.session_start_ms, s.observed_at, s.observed_at_ms, 'ms', CASE WHEN s.ever = 1 THEN true ELSE false END,
  s.is_multisession, s.client_addresses,
  s.clipboard_from_device, s.clipboard_to_device, s.file_upload, s.file_download, s.printing, s.google_drive, s.one_drive,
  s.max_session_seconds, s.session_type, s.report_day, s.next_complete_ms, s.source_file, s.source_index
FROM seen s
LEFT JOIN reported r ON r.session_id = s.session_id AND r.place = 1
WHERE r.session_id IS NULL
