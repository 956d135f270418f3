-- title: Unusual volume of reads by one user
-- severity: high
-- looks at: days
-- meaning: In one hour (UTC) a user read as many objects, or as many bytes, as `policy.bulkRead` calls bulk; or at least a tenth of
--   that and more than five times as much as in any hour of the 30 days before, on which the user read on at least five days.
--   Objects are counted once; failed calls are not counted.
-- next: `query user-day` for what was read, `query sessions-of-user` for the settings of the session; ask the user.
-- false positives: A job the user was told to run; a tool that reads many small objects (Spark, a data lake); the first
--   weeks of a user, in which only the absolute limit counts.
-- source: docs/configuration.md, policy.bulkRead
-- att&ck: T1530 Data from Cloud Storage
WITH hourly AS (
  SELECT a.user_key, a.dt, a.event_time_ms - a.event_time_ms % 3600000 AS hour_ms, count(*) AS calls, coalesce(sum(a.bytes_out), 0) AS bytes
  FROM attributions a
  WHERE a.dt >= :history_dt AND a.verdict = 'attributed' AND a.error_code IS NULL AND a.event_name IN ('GetObject', 'SelectObjectContent')
  GROUP BY a.user_key, a.dt, a.event_time_ms - a.event_time_ms % 3600000
), daily AS (
  SELECT user_key, dt, max(calls) AS calls, max(bytes) AS bytes, min(hour_ms) - min(hour_ms) % 86400000 AS day_ms
  FROM hourly
  GROUP BY user_key, dt
), usual AS (
  -- the 30 days before each day on which the user read anything
  SELECT user_key, dt,
    max(calls) OVER (PARTITION BY user_key ORDER BY day_ms RANGE BETWEEN CAST(2592000000 AS bigint) PRECEDING AND CAST(1 AS bigint) PRECEDING) AS most_calls,
    max(bytes) OVER (PARTITION BY user_key ORDER BY day_ms RANGE BETWEEN CAST(2592000000 AS bigint) PRECEDING AND CAST(1 AS bigint) PRECEDING) AS most_bytes,
    count(*) OVER (PARTITION BY user_key ORDER BY day_ms RANGE BETWEEN CAST(2592000000 AS bigint) PRECEDING AND CAST(1 AS bigint) PRECEDING) AS days
  FROM daily
), high AS (
  SELECT h.user_key, h.dt, h.hour_ms, h.calls, h.bytes, u.days, u.most_calls, u.most_bytes
  FROM hourly h
  JOIN finding_days f ON f.dt = h.dt
  JOIN usual u ON u.user_key = h.user_key AND u.dt = h.dt
  WHERE h.calls >= :most_objects OR h.bytes >= :most_bytes
    OR (u.days >= 5 AND ((h.calls * 10 >= :most_objects AND h.calls > 5 * u.most_calls) OR (h.bytes * 10 >= :most_bytes AND h.bytes > 5 * u.most_bytes)))
), counted AS (
  SELECT h.user_key, h.dt, h.hour_ms, h.days, h.most_calls, h.most_bytes, h.bytes, count(DISTINCT coalesce(a.bucket, '') || '/' || coalesce(a.object_key, '')) AS objects,
    min(a.event_time) AS first_time, min(a.event_time_ms) AS first_ms, min(a.user_id) AS user_id, count(DISTINCT a.session_id) AS sessions, min(a.session_id) AS session_id,
    count(DISTINCT a.source_address) AS addresses, min(a.source_address) AS source_address, count(DISTINCT a.bucket) AS buckets, min(a.bucket) AS bucket,
    min(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS first_event, max(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS last_event
  FROM high h
  JOIN attributions a ON a.user_key = h.user_key AND a.dt = h.dt AND a.event_time_ms - a.event_time_ms % 3600000 = h.hour_ms
  WHERE a.dt >= :history_dt AND a.verdict = 'attributed' AND a.error_code IS NULL AND a.event_name IN ('GetObject', 'SelectObjectContent')
  GROUP BY h.user_key, h.dt, h.hour_ms, h.days, h.most_calls, h.most_bytes, h.bytes
)
SELECT c.first_ms AS event_time_ms, c.dt, c.user_key || ' ' || substr(CAST(c.first_time AS varchar), 1, 13) AS subject,
  c.user_id || ' read ' || CAST(c.objects AS varchar) || ' objects, ' || CAST(c.bytes AS varchar) || ' bytes, of ' || c.bucket
    || CASE WHEN c.buckets > 1 THEN ' and other buckets' ELSE '' END || ' in the hour of ' || substr(CAST(c.first_time AS varchar), 1, 13) || ':00 UTC'
    || CASE WHEN c.objects >= :most_objects OR c.bytes >= :most_bytes THEN ', beyond the limit'
       ELSE '; in no hour of the 30 days before were it more than ' || CAST(c.most_calls AS varchar) || ' reads or ' || CAST(c.most_bytes AS varchar) || ' bytes' END AS summary,
  c.user_id, CASE WHEN c.sessions = 1 THEN c.session_id END AS session_id, CASE WHEN c.addresses = 1 THEN c.source_address END AS source_address,
  c.bucket AS resource,
  array_sort(array_distinct(ARRAY[substr(c.first_event, strpos(c.first_event, ' ') + 1), substr(c.last_event, strpos(c.last_event, ' ') + 1)])) AS event_ids
FROM counted c
WHERE c.objects >= :most_objects OR c.bytes >= :most_bytes
  OR (c.days >= 5 AND ((c.objects * 10 >= :most_objects AND c.objects > 5 * c.most_calls) OR (c.bytes * 10 >= :most_bytes AND c.bytes > 5 * c.most_bytes)))
