-- title: Traffic without TLS or with an old version
-- severity: medium
-- looks at: days
-- meaning: S3 was asked with TLS older than 1.2, or without any: the record of an object-level call over the network names neither a
--   TLS version nor a cipher suite (looked at only in records new enough to name them). Told once for each caller, address,
--   version and day.
-- next: A bucket policy with `aws:SecureTransport` and `s3:TlsVersion` refuses such calls. Which program is it?
-- false positives: A record that lacks the details for another reason: AWS does not promise them for every call.
-- source: AWS: CloudTrail record contents, tlsDetails
-- att&ck: T1040 Network Sniffing
WITH weak AS (
  SELECT coalesce(e.principal_arn, e.principal_type, 'anonymous') AS caller, coalesce(e.source_address, '') AS source_address, coalesce(e.tls_version, 'none') AS version, e.dt,
    e.event_id, e.event_time, e.event_time_ms, e.bucket, e.error_code
  FROM events e
  JOIN finding_days d ON d.dt = e.dt
  WHERE e.event_source LIKE 's3%' AND e.event_category = 'Data' AND e.source_address_kind IN ('private', 'public', 'ipv6')
    AND (e.tls_version IN ('TLSv1', 'TLSv1.0', 'TLSv1.1', 'SSLv2', 'SSLv3')
      OR (e.tls_version IS NULL AND e.event_version >= '1.08' AND coalesce(e.principal_type, '') <> 'AWSService' AND e.invoked_by IS NULL AND e.error_code IS NULL))
), daily AS (
  SELECT w.caller, w.source_address, w.version, w.dt, min(w.event_time_ms) AS first_ms, min(w.event_time) AS first_time, count(*) AS calls, count(w.error_code) AS failed,
    max(w.error_code) AS error_code, min(w.bucket) AS bucket, count(DISTINCT w.bucket) AS buckets, CASE WHEN count(a.user_key) = count(*) THEN count(DISTINCT a.user_key) ELSE 0 END AS users, min(a.user_id) AS user_id,
    count(DISTINCT a.session_id) AS sessions, min(a.session_id) AS session_id,
    min(CAST(w.event_time_ms AS varchar) || ' ' || w.event_id) AS first_event, max(CAST(w.event_time_ms AS varchar) || ' ' || w.event_id) AS last_event
  FROM weak w
  LEFT JOIN (SELECT f.event_id, f.event_time_ms, f.user_key, f.user_id, f.session_id, f.dt FROM attributions f JOIN finding_days g ON g.dt = f.dt
    WHERE f.user_key IS NOT NULL) a ON a.event_id = w.event_id AND a.event_time_ms = w.event_time_ms AND a.dt = w.dt
  GROUP BY w.caller, w.source_address, w.version, w.dt
)
SELECT y.first_ms AS event_time_ms, y.dt, y.caller || ' ' || y.source_address || ' ' || y.version || ' ' || y.dt AS subject,
  CASE WHEN y.users = 1 THEN y.user_id || ' as ' ELSE '' END || y.caller || ' asked ' || coalesce(y.bucket, 'S3') || CASE WHEN y.buckets > 1 THEN ' and others' ELSE '' END || ' '
    || CASE WHEN y.version = 'none' THEN 'without TLS' ELSE 'with ' || y.version END || ' from ' || coalesce(nullif(y.source_address, ''), 'no address') || ' on ' || y.dt || ' from '
    || substr(CAST(y.first_time AS varchar), 12, 8) || ' UTC, ' || CAST(y.calls AS varchar) || ' calls'
    || CASE WHEN y.failed = y.calls THEN '; all of them failed: ' || y.error_code WHEN y.failed > 0 THEN '; ' || CAST(y.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  CASE WHEN y.users = 1 THEN y.user_id END AS user_id, CASE WHEN y.users = 1 AND y.sessions = 1 THEN y.session_id END AS session_id,
  nullif(y.source_address, '') AS source_address, y.bucket AS resource,
  array_sort(array_distinct(ARRAY[substr(y.first_event, strpos(y.first_event, ' ') + 1), substr(y.last_event, strpos(y.last_event, ' ') + 1)])) AS event_ids
FROM daily y
