-- title: Ransom note written
-- severity: critical
-- looks at: days
-- meaning: An object was written under a name that ransom notes have (such as `HOW_TO_DECRYPT`, `README_FOR_DECRYPT`,
--   `RECOVER-FILES`, `warning.txt` beside a ransom word), in any case. Told once for each caller, address, bucket and hour
--   (UTC).
-- next: Stop the caller: revoke its sessions. `query bucket-activity` shows what was deleted or encrypted before; keep versions
--   and logs. Read the note only on a machine for it.
-- rest: bucket-activity bucket=resource from=dt to=dt
-- false positives: Files about ransomware: awareness training, detection rules, test data.
-- source: public lists of ransom note names; AWS: Ransomware in S3
-- att&ck: T1486 Data Encrypted for Impact
WITH note AS (
  SELECT '%how%to%decrypt%' AS pattern
  UNION ALL SELECT '%decrypt%instruction%'
  UNION ALL SELECT '%decrypt%files%.txt'
  UNION ALL SELECT '%decrypt%files%.html'
  UNION ALL SELECT '%readme%decrypt%'
  UNION ALL SELECT '%restore%my%files%'
  UNION ALL SELECT '%how%to%restore%files%'
  UNION ALL SELECT '%how%to%recover%files%'
  UNION ALL SELECT '%recover%your%files%'
  UNION ALL SELECT '%files%encrypted%.txt'
  UNION ALL SELECT '%ransom%note%'
  UNION ALL SELECT '%ransom%.txt'
  UNION ALL SELECT '%your%data%has%been%'
), written AS (
  SELECT a.event_id, a.event_time_ms, a.event_time, a.dt, a.source_address, a.bucket, a.object_key, a.error_code, a.user_key, a.user_id, a.session_id,
    coalesce(a.principal_arn, a.principal_type, 'anonymous') AS caller, a.event_time_ms - a.event_time_ms % 3600000 AS hour_ms, 'a name of ransom notes' AS mark
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.event_category = 'Data' AND a.action = 'write' AND coalesce(a.multipart_step, 'complete') = 'complete'
), named AS (
  SELECT w.object_key
  FROM (SELECT object_key FROM written WHERE object_key IS NOT NULL GROUP BY object_key) w
  CROSS JOIN note n
  WHERE lower(w.object_key) LIKE n.pattern
  GROUP BY w.object_key
), marked AS (
  SELECT w.* FROM written w JOIN named m ON m.object_key = w.object_key
), placed AS (
  SELECT n.*, row_number() OVER (PARTITION BY n.caller, n.source_address, n.bucket, n.hour_ms ORDER BY n.event_time_ms, n.event_id) AS place
  FROM marked n
), hourly AS (
  SELECT p.caller, p.source_address, p.bucket, p.dt, p.hour_ms, min(p.event_time_ms) AS first_ms, min(p.event_time) AS first_time, max(p.event_time) AS last_time,
    count(*) AS calls, count(p.error_code) AS failed, max(p.error_code) AS error_code,
    CASE WHEN count(p.user_key) = count(*) AND count(DISTINCT p.user_key) = 1 THEN min(p.user_id) END AS user_id,
    CASE WHEN count(p.user_key) = count(*) AND count(DISTINCT p.user_key) = 1 AND count(DISTINCT p.session_id) = 1 THEN min(p.session_id) END AS session_id,
    array_join(slice(array_sort(array_agg(DISTINCT p.mark)), 1, 5), ', ') AS marks,
    min(CASE WHEN p.place = 1 THEN p.object_key END) AS first_key, max(CAST(p.event_time_ms AS varchar) || ' ' || p.event_id) AS last_event,
    array_agg(p.event_id) FILTER (WHERE p.place <= 9) AS examples
  FROM placed p
  GROUP BY p.caller, p.source_address, p.bucket, p.dt, p.hour_ms
)
SELECT h.first_ms AS event_time_ms, h.dt,
  h.caller || ' ' || coalesce(h.source_address, '') || ' ' || coalesce(h.bucket, '') || ' ' || substr(CAST(h.first_time AS varchar), 1, 13) AS subject,
  coalesce(h.user_id || ' as ', '') || h.caller || ' wrote what is named like a ransom note to ' || coalesce(h.bucket, 'a bucket that is not named') || ' from ' || coalesce(h.source_address, 'no address')
    || ' between ' || substr(CAST(h.first_time AS varchar), 1, 19) || ' and ' || substr(CAST(h.last_time AS varchar), 12, 8) || ' UTC: '
    || CAST(h.calls AS varchar) || CASE WHEN h.calls = 1 THEN ' call' ELSE ' calls' END || ' (' || h.marks || '), the first on ' || coalesce(h.first_key, 'no key')
    || CASE WHEN h.failed = h.calls THEN '; all of them failed: ' || h.error_code WHEN h.failed > 0 THEN '; ' || CAST(h.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  h.user_id, h.session_id, h.source_address, h.bucket AS resource,
  array_sort(array_distinct(h.examples || ARRAY[substr(h.last_event, strpos(h.last_event, ' ') + 1)])) AS event_ids
FROM hourly h
