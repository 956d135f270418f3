-- title: Write probably from an image builder
-- severity: medium
-- looks at: days
-- meaning: Objects were written or deleted from an address of the fleets that no session ever held, with credentials that are
--   not those of a fleet role, within a day after somebody asked for the streaming URL of an image builder in that account and
--   region. No usage report tells of image builders: who asked for the URL is a lead, never the answer. Told once for each
--   caller, address, bucket and hour (UTC).
-- next: Is the address that of the builder (`aws appstream describe-image-builders`, NetworkAccessConfiguration)? Ask whoever
--   asked for the URL (finding `image-builder-url`). If it is not, treat it as `unattributed-write`.
-- rest: unattributed-writes from=dt to=dt bucket=resource address=source_address
-- false positives: Another machine in a range of the fleets that happened to write then.
-- source: AWS: API reference, CreateImageBuilderStreamingURL
-- att&ck: T1525 Implant Internal Image
WITH unexplained AS (
  SELECT a.event_id, a.event_time_ms, a.event_time, a.dt, a.event_name, a.action, a.source_address, a.bucket, a.object_key, a.reason, a.account_id, a.region,
    a.principal_role, a.fleet_side, a.error_code, a.bytes_in, coalesce(a.principal_arn, a.principal_type, 'anonymous') AS caller,
    a.event_time_ms - a.event_time_ms % 3600000 AS hour_ms, CASE WHEN a.candidate_count > 0 THEN array_join(a.candidate_user_ids, ', ') END AS leads
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.verdict = 'unattributed' AND a.action IN ('write', 'delete') AND coalesce(a.multipart_step, '') <> 'part'
), builder AS (
  -- an image builder may be used for a day after somebody asked for its URL
  SELECT c.account_id, c.region, c.event_time_ms, c.caller, coalesce(p.value, 'that is not named') AS builder
  FROM finding_calls c
  LEFT JOIN event_parameters p ON p.event_id = c.event_id AND p.record_sha256 = c.record_sha256 AND p.dt = c.dt AND p.name = 'name'
  WHERE c.event_source = 'appstream.amazonaws.com' AND c.event_name = 'CreateImageBuilderStreamingURL' AND c.error_code IS NULL
), building AS (
  SELECT u.event_id, u.event_time_ms, max(CAST(b.event_time_ms AS varchar) || ' ' || b.builder || ', whose URL ' || b.caller || ' asked for') AS latest
  FROM unexplained u
  JOIN builder b ON b.account_id = u.account_id AND b.region = u.region
  LEFT JOIN policy_fleet_roles r ON r.role = u.principal_role AND coalesce(r.account_id, u.account_id) = u.account_id
  WHERE u.reason = 'unknown_address' AND u.fleet_side AND :has_fleet_roles AND r.role IS NULL
    AND u.event_time_ms >= b.event_time_ms AND u.event_time_ms < b.event_time_ms + 86400000
  GROUP BY u.event_id, u.event_time_ms
), nameless AS (
  SELECT u.*, substr(i.latest, 15) AS builder
  FROM unexplained u
  JOIN building i ON i.event_id = u.event_id AND i.event_time_ms = u.event_time_ms
), placed AS (
  SELECT n.*, row_number() OVER (PARTITION BY n.caller, n.source_address, n.bucket, n.hour_ms ORDER BY n.event_time_ms, n.event_id) AS place
  FROM nameless n
), hourly AS (
  SELECT p.caller, p.source_address, p.bucket, p.dt, p.hour_ms, min(p.event_time_ms) AS first_ms, min(p.event_time) AS first_time,
    max(p.event_time) AS last_time, count(*) AS calls, sum(CASE WHEN p.action = 'delete' THEN 1 ELSE 0 END) AS deletes,
    coalesce(sum(CASE WHEN p.error_code IS NULL THEN p.bytes_in END), 0) AS bytes, count(p.error_code) AS failed, max(p.error_code) AS error_code,
    max(p.builder) AS builder, min(p.event_name) AS event_name,
    min(CASE WHEN p.place = 1 THEN p.object_key END) AS first_key,
    substr(max(CAST(p.event_time_ms AS varchar) || ' ' || coalesce(p.object_key, '')), 15) AS last_key,
    max(CAST(p.event_time_ms AS varchar) || ' ' || p.event_id) AS last_event,
    array_agg(p.event_id) FILTER (WHERE p.place <= 9) AS examples
  FROM placed p
  GROUP BY p.caller, p.source_address, p.bucket, p.dt, p.hour_ms
)
SELECT h.first_ms AS event_time_ms, h.dt,
  h.caller || ' ' || coalesce(h.source_address, '') || ' ' || coalesce(h.bucket, '') || ' ' || substr(CAST(h.first_time AS varchar), 1, 13) AS subject,
  CASE WHEN h.calls = 1 THEN h.event_name || ' ' || coalesce(h.bucket, '') || '/' || coalesce(h.first_key, '')
      || ' at ' || substr(CAST(h.first_time AS varchar), 1, 19) || ' UTC'
    ELSE CASE WHEN h.deletes = 0 THEN CAST(h.calls AS varchar) || ' writes' WHEN h.deletes = h.calls THEN CAST(h.calls AS varchar) || ' deletes'
      ELSE CAST(h.calls AS varchar) || ' writes and deletes (deletes: ' || CAST(h.deletes AS varchar) || ')' END
      || ' in ' || coalesce(h.bucket, 'a bucket that is not named')
      || ' from ' || substr(CAST(h.first_time AS varchar), 1, 19) || ' to ' || substr(CAST(h.last_time AS varchar), 12, 8) || ' UTC, '
      || CAST(h.bytes AS varchar) || ' bytes, the first ' || coalesce(nullif(h.first_key, ''), 'without a key')
      || ', the last ' || coalesce(nullif(h.last_key, ''), 'without a key') || ',' END
    || ' from ' || coalesce(h.source_address, 'no address') || ' by ' || h.caller || ': probably the image builder ' || h.builder
    || CASE WHEN h.calls = 1 AND h.failed = 1 THEN '; the call failed: ' || h.error_code
       WHEN h.failed = h.calls THEN '; all of them failed: ' || h.error_code WHEN h.failed > 0 THEN '; ' || CAST(h.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, h.source_address,
  h.bucket AS resource,
  array_sort(array_distinct(h.examples || ARRAY[substr(h.last_event, strpos(h.last_event, ' ') + 1)])) AS event_ids
FROM hourly h
