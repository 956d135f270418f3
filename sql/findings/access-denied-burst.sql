-- title: A burst of calls that were denied
-- severity: medium
-- meaning: Within ten minutes as many calls of one user were denied as `policy.deniedBurst` says; where no user is known, of one
--   caller at one address. Somebody is trying doors. Told once a day for each.
-- next: `query denied-calls` shows what was tried. Did some of it succeed in the end?
-- false positives: A program with a permission missing that tries again and again; a console that asks for more than it may see.
-- source: docs/configuration.md, policy.deniedBurst
-- att&ck: T1580 Cloud Infrastructure Discovery
WITH denied AS (
  SELECT a.event_id, a.event_time, a.event_time_ms, a.dt, a.user_id, a.user_key, a.session_id, a.source_address, a.event_name, a.bucket,
    coalesce(a.principal_arn, a.principal_type, '') || ' ' || coalesce(a.source_address, '') AS caller,
    coalesce(a.user_key, coalesce(a.principal_arn, a.principal_type, '') || ' ' || coalesce(a.source_address, '')) AS who
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.error_code LIKE '%Denied%' OR a.error_code LIKE '%Unauthorized%' OR a.error_code LIKE '%Forbidden%'
), spread AS (
  SELECT e.*, lag(e.event_time_ms, :most_denied - 1) OVER (PARTITION BY e.who ORDER BY e.event_time_ms, e.event_id) AS begun_ms
  FROM denied e
), burst AS (
  SELECT s.*, row_number() OVER (PARTITION BY s.who, s.dt ORDER BY s.event_time_ms, s.event_id) AS place
  FROM spread s
  WHERE s.begun_ms IS NOT NULL AND s.event_time_ms - s.begun_ms <= 600000
), daily AS (
  SELECT e.who, e.dt, count(*) AS calls, min(CAST(e.event_time_ms AS varchar) || ' ' || e.event_id) AS first_event FROM denied e GROUP BY e.who, e.dt
)
SELECT b.begun_ms AS event_time_ms, b.dt, b.who || ' ' || b.dt AS subject,
  coalesce(b.user_id, b.caller) || ' was denied ' || CAST(y.calls AS varchar) || ' calls on ' || b.dt || ', ' || CAST(:most_denied AS varchar) || ' of them within ten minutes until '
    || substr(CAST(b.event_time AS varchar), 12, 8) || ' UTC; the last of these was ' || b.event_name || coalesce(' of ' || b.bucket, '') || '; all of them failed' AS summary,
  b.user_id, b.session_id, b.source_address, b.bucket AS resource,
  array_sort(array_distinct(ARRAY[substr(y.first_event, strpos(y.first_event, ' ') + 1), b.event_id])) AS event_ids
FROM burst b
JOIN daily y ON y.who = b.who AND y.dt = b.dt
WHERE b.place = 1
