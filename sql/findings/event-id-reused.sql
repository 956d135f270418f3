-- title: Event id used by two events
-- severity: medium
-- looks at: days together
-- meaning: Records with the same event id say different times. CloudTrail gives every event an id of its own and repeats a record
--   only as it was, so one of them was not written by CloudTrail, or was changed. Both are kept and judged as two events.
-- next: Run `appstream-audit explain EVENT_ID` for the log files of both, and check those with `appstream-audit verify-logs`.
-- false positives: Test data, or logs that another program rewrote on their way. Only days that one run looks at together are compared.
-- source: AWS: eventID identifies each event; the copy of a record that is delivered twice has the same id and time
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH reused AS (
  SELECT e.event_id, min(e.event_time_ms) AS first_ms, max(e.event_time_ms) AS last_ms, min(e.dt) AS first_dt, max(e.dt) AS last_dt
  FROM events e
  JOIN finding_days d ON d.dt = e.dt
  GROUP BY e.event_id
  HAVING min(e.event_time_ms) <> max(e.event_time_ms)
)
SELECT r.first_ms AS event_time_ms, r.first_dt AS dt, r.event_id AS subject,
  'the event id ' || r.event_id || ' stands on records with different times, the first on ' || r.first_dt || ', the last on ' || r.last_dt AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  'event ' || r.event_id AS resource, ARRAY[r.event_id] AS event_ids
FROM reused r
