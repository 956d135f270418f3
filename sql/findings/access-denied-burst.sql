-- title: Burst of denied calls
-- severity: medium
-- looks at: days
-- meaning: Within ten minutes as many calls of one user were denied as `policy.deniedBurst` says; where no user is known, of one
--   caller at one address. Somebody is trying doors. A burst lasts until no call has been denied so densely for ten minutes, over
--   midnight, too. Told once for each and for each day on which a burst began.
-- next: `query denied-calls` shows what was tried. Did some of it succeed in the end?
-- false positives: A program with a permission missing that tries again and again; a console that asks for more than it may see.
-- source: docs/configuration.md, policy.deniedBurst
-- att&ck: T1580 Cloud Infrastructure Discovery
WITH denied AS (
  SELECT a.event_id, a.event_time, a.event_time_ms, a.dt, a.user_id, a.session_id, a.source_address, a.event_name, a.bucket,
    coalesce(a.principal_arn, a.principal_type, '') || ' ' || coalesce(a.source_address, '') AS caller,
    coalesce(a.user_key, coalesce(a.principal_arn, a.principal_type, '') || ' ' || coalesce(a.source_address, '')) AS who
  FROM attributions a
  -- a burst may have begun on the day before, and which is the first of that day is known with the day before it
  WHERE a.dt >= :denied_dt AND (a.error_code LIKE '%Denied%' OR a.error_code LIKE '%Unauthorized%' OR a.error_code LIKE '%Forbidden%')
), spread AS (
  SELECT e.*, row_number() OVER (PARTITION BY e.who ORDER BY e.event_time_ms, e.event_id) AS call_no,
    lag(e.event_time_ms, :most_denied - 1) OVER (PARTITION BY e.who ORDER BY e.event_time_ms, e.event_id) AS begun_ms,
    lag(e.event_time, :most_denied - 1) OVER (PARTITION BY e.who ORDER BY e.event_time_ms, e.event_id) AS begun_time,
    lag(e.dt, :most_denied - 1) OVER (PARTITION BY e.who ORDER BY e.event_time_ms, e.event_id) AS begun_dt,
    lag(e.event_id, :most_denied - 1) OVER (PARTITION BY e.who ORDER BY e.event_time_ms, e.event_id) AS begun_id
  FROM denied e
), dense AS (
  SELECT s.*, lag(s.event_time_ms) OVER (PARTITION BY s.who ORDER BY s.event_time_ms, s.event_id) AS before_ms
  FROM spread s
  WHERE s.begun_ms IS NOT NULL AND s.event_time_ms - s.begun_ms <= 600000
), numbered AS (
  SELECT d.*, CASE WHEN d.before_ms IS NULL OR d.event_time_ms - d.before_ms > 600000 THEN 1 ELSE 0 END AS opens,
    sum(CASE WHEN d.before_ms IS NULL OR d.event_time_ms - d.before_ms > 600000 THEN 1 ELSE 0 END)
      OVER (PARTITION BY d.who ORDER BY d.event_time_ms, d.event_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS burst_no
  FROM dense d
), whole AS (
  SELECT who, burst_no, max(call_no) AS last_no, max(event_time) AS last_time FROM numbered GROUP BY who, burst_no
), burst AS (
  SELECT n.*, w.last_time, w.last_no - n.call_no + :most_denied AS calls, row_number() OVER (PARTITION BY n.who, n.begun_dt ORDER BY n.event_time_ms, n.event_id) AS place
  FROM numbered n
  JOIN whole w ON w.who = n.who AND w.burst_no = n.burst_no
  WHERE n.opens = 1
)
SELECT b.begun_ms AS event_time_ms, b.begun_dt AS dt, b.who || ' ' || b.begun_dt AS subject,
  coalesce(b.user_id, b.caller) || ' was denied ' || CAST(b.calls AS varchar) || ' calls from ' || substr(CAST(b.begun_time AS varchar), 1, 19) || ' to '
    || substr(CAST(b.last_time AS varchar), 1, 19) || ' UTC, ' || CAST(:most_denied AS varchar) || ' of them within ten minutes until '
    || substr(CAST(b.event_time AS varchar), 12, 8) || ' UTC; the last of these was ' || b.event_name || coalesce(' of ' || b.bucket, '') || '; all of them failed' AS summary,
  b.user_id, b.session_id, b.source_address, b.bucket AS resource,
  array_sort(array_distinct(ARRAY[b.begun_id, b.event_id])) AS event_ids
FROM burst b
LEFT JOIN finding_days f ON f.dt = b.begun_dt
LEFT JOIN finding_days l ON l.dt = b.dt
WHERE b.place = 1 AND (f.dt IS NOT NULL OR l.dt IS NOT NULL)
