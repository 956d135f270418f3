-- title: Forged correction of a log record
-- severity: high
-- looks at: days
-- meaning: The `addendum` of a record names another event, and the record differs from it in recipient or caller account, in the call, its
--   object or its request id, or is earlier. CloudTrail corrects only what it said before, of the same account and call. The record
--   supersedes nothing: both are judged. Somebody who can write among the logs may want an event to vanish.
-- next: Run `appstream-audit explain EVENT_ID` for both records, check their log files with `appstream-audit verify-logs`, and see who
--   wrote them (`query object-history`).
-- false positives: None is known of logs as CloudTrail wrote them.
-- source: docs/verdicts.md, corrections
-- att&ck: T1565.001 Data Manipulation: Stored Data Manipulation
WITH meant AS (
  SELECT e.event_id, e.event_time, e.event_time_ms, e.recipient_account_id, e.account_id, e.event_source, e.event_name, e.bucket, e.object_key, e.request_id
  FROM events e
  JOIN finding_days d ON d.dt = e.dt
  WHERE e.dt >= :first_dt
), claimed AS (
  SELECT event_id, event_time, event_time_ms, dt, recipient_account_id, account_id, event_source, event_name, bucket, object_key, corrects_event_id, corrects_request_id,
    source_address, principal_arn, correction_reason
  FROM events
  WHERE corrects_event_id IS NOT NULL AND corrects_event_id <> event_id
), compared AS (
  SELECT c.event_id, c.event_time, c.event_time_ms, c.dt, c.corrects_event_id, c.source_address, c.event_name, c.principal_arn, c.bucket, c.object_key,
    m.event_time AS meant_time, m.event_name AS meant_name, m.bucket AS meant_bucket, m.object_key AS meant_key,
    CASE WHEN coalesce(c.recipient_account_id, '') <> coalesce(m.recipient_account_id, '') THEN ', recipient account' ELSE '' END
      || CASE WHEN coalesce(c.account_id, '') <> coalesce(m.account_id, '') THEN ', account of the caller' ELSE '' END
      || CASE WHEN c.event_source <> m.event_source OR c.event_name <> m.event_name THEN ', call' ELSE '' END
      || CASE WHEN coalesce(c.bucket, '') <> coalesce(m.bucket, '') OR coalesce(c.object_key, '') <> coalesce(m.object_key, '') THEN ', object' ELSE '' END
      || CASE WHEN c.corrects_request_id IS NOT NULL AND m.request_id IS NOT NULL AND c.corrects_request_id <> m.request_id THEN ', request id' ELSE '' END
      || CASE WHEN c.event_time_ms < m.event_time_ms THEN ', time (it is earlier)' ELSE '' END AS differences
  FROM claimed c
  JOIN meant m ON m.event_id = c.corrects_event_id
), judged AS (
  -- an id may stand on several events: one that it may correct is enough
  SELECT x.*, row_number() OVER (PARTITION BY event_id, event_time_ms
    ORDER BY CASE WHEN differences = '' THEN 0 ELSE 1 END, differences, meant_time, coalesce(meant_bucket, ''), coalesce(meant_key, ''), coalesce(source_address, '')) AS place
  FROM compared x
)
SELECT j.event_time_ms, j.dt, j.event_id || ' ' || CAST(j.event_time_ms AS varchar) AS subject,
  'the record ' || j.event_id || ' (' || j.event_name || coalesce(' ' || j.bucket, '') || coalesce('/' || j.object_key, '') || ' at ' || substr(CAST(j.event_time AS varchar), 1, 19)
    || ' UTC by ' || coalesce(j.principal_arn, 'an unnamed caller') || ' from ' || coalesce(j.source_address, 'no address') || ') claims to correct the event ' || j.corrects_event_id
    || ' (' || j.meant_name || coalesce(' ' || j.meant_bucket, '') || coalesce('/' || j.meant_key, '') || ' at ' || substr(CAST(j.meant_time AS varchar), 1, 19)
    || ' UTC) and differs from it in: ' || substr(j.differences, 3) || '; both are judged' AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, j.source_address, 'event ' || j.corrects_event_id AS resource,
  array_sort(array_distinct(ARRAY[j.event_id, j.corrects_event_id])) AS event_ids
FROM judged j
WHERE j.place = 1 AND j.differences <> ''
