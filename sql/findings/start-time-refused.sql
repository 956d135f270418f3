-- title: Impossible start time in log records
-- severity: low
-- looks at: days
-- meaning: `additionalEventData.startTime` of a record lies after the completion of the request, or longer before it than such a request
--   takes (an hour for calls that carry an object, 15 minutes for others). It is not believed: the second of the completion counts.
--   A false start would move an action into another user's session. Told once for each caller, address and day (UTC).
-- next: Run `appstream-audit explain EVENT_ID`; check the log file with `appstream-audit verify-logs`.
-- false positives: Uploads that really took longer than an hour.
-- source: docs/verdicts.md, the time of an event
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH refused AS (
  SELECT e.event_id, e.event_time_ms, e.event_time, e.dt, coalesce(e.principal_arn, e.principal_type, 'an unnamed caller') AS caller, coalesce(e.source_address, '') AS source_address,
    e.bucket, e.event_time_ms - e.refused_start_ms AS before_ms
  FROM events e
  JOIN finding_days d ON d.dt = e.dt
  WHERE e.refused_start_ms IS NOT NULL
), daily AS (
  SELECT dt, caller, source_address, min(event_time_ms) AS first_ms, min(event_time) AS first_time, count(DISTINCT event_id) AS event_count,
    count(DISTINCT CASE WHEN before_ms < 0 THEN event_id END) AS after_count, max(before_ms) AS before_ms, max(-before_ms) AS after_ms, min(bucket) AS bucket,
    min(CAST(event_time_ms AS varchar) || ' ' || event_id) AS first_event, max(CAST(event_time_ms AS varchar) || ' ' || event_id) AS last_event
  FROM refused
  GROUP BY dt, caller, source_address
)
SELECT y.first_ms AS event_time_ms, y.dt, y.caller || ' ' || y.source_address || ' ' || y.dt AS subject,
  CAST(y.event_count AS varchar) || CASE WHEN y.event_count = 1 THEN ' record of ' ELSE ' records of ' END || y.caller || ' from ' || coalesce(nullif(y.source_address, ''), 'no address')
    || ' on ' || y.dt || ', the first at ' || substr(CAST(y.first_time AS varchar), 12, 8) || ' UTC, '
    || CASE WHEN y.event_count = 1 THEN 'gives' ELSE 'give' END || ' a start time that cannot be: '
    || CASE WHEN y.after_count = 0 THEN '' ELSE CAST(y.after_count AS varchar) || ' after the completion, up to ' || CAST(y.after_ms AS varchar) || ' ms' END
    || CASE WHEN y.after_count = 0 OR y.after_count = y.event_count THEN '' ELSE ', ' END
    || CASE WHEN y.after_count = y.event_count THEN '' ELSE CAST(y.event_count - y.after_count AS varchar) || ' too long before it, up to ' || CAST(y.before_ms AS varchar) || ' ms' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, nullif(y.source_address, '') AS source_address, coalesce(y.bucket, 'events') AS resource,
  array_sort(array_distinct(ARRAY[substr(y.first_event, strpos(y.first_event, ' ') + 1), substr(y.last_event, strpos(y.last_event, ' ') + 1)])) AS event_ids
FROM daily y
