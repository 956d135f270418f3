-- title: Contradictory evidence about the user
-- severity: high
-- looks at: days
-- meaning: Pieces of evidence for one event contradict one another: the address points to one user, and the home-folder key or the
--   instance credentials to another; report rows give one session to two users; issues of a report differ; a fleet's
--   role is used in the network of another account; or the only rows that name a user contradict themselves or their place. Either a record is wrong or somebody uses what is not theirs. (Copies of a
--   record that differ are `event-copies-disagree`, a person's own credentials in another's session `credentials-of-another-user`.)
--   Told once for each caller, address, bucket and hour (UTC).
-- rest: address-events address=source_address from=dt to=next_dt
-- next: Run `appstream-audit explain EVENT_ID` and compare the candidates; ask for the session scripts' logs of both sessions. Where
--   reports are to blame, `session-id-reused`, `report-rewritten` and `report-row-contradicts` say which.
-- false positives: A user id that was renamed; two VPCs with the same addresses and no endpoint configured in `scope.vpcEndpoints`.
-- source: docs/verdicts.md, reason evidence_disagrees
-- att&ck: T1550 Use Alternate Authentication Material
WITH disputed AS (
  SELECT a.event_id, a.event_time_ms, a.event_time, a.dt, a.event_name, a.source_address, a.bucket, a.object_key, a.error_code, a.candidate_count,
    coalesce(a.principal_arn, a.principal_type, 'anonymous') AS caller, a.event_time_ms - a.event_time_ms % 3600000 AS hour_ms,
    CASE WHEN a.candidate_count > 0 THEN array_join(a.candidate_user_ids, ', ') END AS candidates
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.reason = 'evidence_disagrees' AND a.verdict_row NOT IN ('0', 'S')
), placed AS (
  SELECT n.*, row_number() OVER (PARTITION BY n.caller, n.source_address, n.bucket, n.hour_ms ORDER BY n.event_time_ms, n.event_id) AS place
  FROM disputed n
), hourly AS (
  SELECT p.caller, p.source_address, p.bucket, p.dt, p.hour_ms, min(p.event_time_ms) AS first_ms, min(p.event_time) AS first_time, max(p.event_time) AS last_time,
    count(*) AS calls, count(p.error_code) AS failed, max(p.error_code) AS error_code, max(p.candidate_count) AS candidate_count, min(p.event_name) AS event_name,
    array_agg(DISTINCT p.candidates ORDER BY p.candidates) FILTER (WHERE p.candidates IS NOT NULL) AS candidates,
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
    ELSE CAST(h.calls AS varchar) || ' calls on ' || coalesce(h.bucket, 'a bucket that is not named') || ' from ' || substr(CAST(h.first_time AS varchar), 1, 19)
      || ' to ' || substr(CAST(h.last_time AS varchar), 12, 8) || ' UTC, the first on ' || coalesce(nullif(h.first_key, ''), 'no key')
      || ', the last on ' || coalesce(nullif(h.last_key, ''), 'no key') || ',' END
    || ' from ' || coalesce(h.source_address, 'no address') || CASE WHEN h.calls = 1 THEN ' points to ' ELSE ' point to ' END
    || coalesce(array_join(slice(h.candidates, 1, 3), '; or '), 'nobody') || CASE WHEN cardinality(h.candidates) > 3 THEN '; or others' ELSE '' END
    || CASE WHEN h.candidate_count <= 1 THEN ' by evidence that contradicts itself' ELSE '' END
    || CASE WHEN h.calls = 1 AND h.failed = 1 THEN '; the call failed: ' || h.error_code
       WHEN h.failed = h.calls THEN '; all of them failed: ' || h.error_code WHEN h.failed > 0 THEN '; ' || CAST(h.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, h.source_address,
  CASE WHEN h.calls = 1 THEN coalesce(h.bucket, '') || '/' || coalesce(h.first_key, '') ELSE h.bucket END AS resource,
  array_sort(array_distinct(h.examples || ARRAY[substr(h.last_event, strpos(h.last_event, ' ') + 1)])) AS event_ids
FROM hourly h
