-- title: Read with no attributable user
-- severity: medium
-- looks at: days
-- meaning: Objects of a bucket were read or listed from an address, the evidence is in, and no session explains it: nobody was
--   connected there then, or no session ever was. Told once for each caller, address, bucket and hour
--   (UTC).
-- next: `query address-history` says who held the address before and after, `query access-key-history` what else the key did.
--   Names in the summary are leads (where the access key was seen before), never the answer.
-- rest: address-events address=source_address from=dt to=next_dt
-- false positives: A fleet whose usage reports are not collected; machines of others in an address range that `scope.fleetCidrs`
--   does not rule out; reads that trail their session by more than `window.graceSeconds`.
-- source: docs/verdicts.md, verdict unattributed
-- att&ck: T1530 Data from Cloud Storage
WITH hourly AS (
  SELECT coalesce(a.principal_arn, a.principal_type, 'anonymous') AS caller, a.source_address, a.bucket, a.dt, a.event_time_ms - a.event_time_ms % 3600000 AS hour_ms,
    min(a.event_time_ms) AS first_ms, min(a.event_time) AS first_time,
    max(a.event_time) AS last_time, count(*) AS calls, count(a.error_code) AS failed, max(a.error_code) AS error_code,
    coalesce(sum(CASE WHEN a.error_code IS NULL THEN a.bytes_out END), 0) AS bytes,
    max(CASE WHEN a.candidate_count > 0 THEN array_join(a.candidate_user_ids, ', ') END) AS leads,
    min(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS first_event, max(CAST(a.event_time_ms AS varchar) || ' ' || a.event_id) AS last_event
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.verdict = 'unattributed' AND a.action IN ('read', 'list') AND a.event_category = 'Data'
  GROUP BY coalesce(a.principal_arn, a.principal_type, 'anonymous'), a.source_address, a.bucket, a.dt, a.event_time_ms - a.event_time_ms % 3600000
)
SELECT h.first_ms AS event_time_ms, h.dt,
  h.caller || ' ' || coalesce(h.source_address, '') || ' ' || coalesce(h.bucket, '') || ' ' || substr(CAST(h.first_time AS varchar), 1, 13) AS subject,
  CAST(h.calls AS varchar) || CASE WHEN h.calls = 1 THEN ' read or list of ' ELSE ' reads or lists of ' END
    || coalesce(h.bucket, 'a bucket that is not named') || ' from ' || coalesce(h.source_address, 'no address')
    || ' by ' || h.caller || CASE WHEN h.calls = 1 THEN ' at ' || substr(CAST(h.first_time AS varchar), 1, 19)
       ELSE ' from ' || substr(CAST(h.first_time AS varchar), 1, 19) || ' to ' || substr(CAST(h.last_time AS varchar), 12, 8) END
    || ' UTC, ' || CAST(h.bytes AS varchar) || ' bytes: no attributable user'
    || CASE WHEN h.failed = h.calls THEN '; all of them failed: ' || h.error_code WHEN h.failed > 0 THEN '; ' || CAST(h.failed AS varchar) || ' of them failed' ELSE '' END
    || CASE WHEN h.leads IS NULL THEN '' ELSE '; leads, no proof: ' || h.leads END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, h.source_address, h.bucket AS resource,
  array_sort(array_distinct(ARRAY[substr(h.first_event, strpos(h.first_event, ' ') + 1), substr(h.last_event, strpos(h.last_event, ' ') + 1)])) AS event_ids
FROM hourly h
