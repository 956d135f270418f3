-- title: The evidence names different users
-- severity: high
-- meaning: Two kinds of evidence for one event point to different people: the address to one, and the home-folder key or the
--   instance credentials to another. Either a record is wrong or somebody uses what is not theirs.
-- next: Run `appstream-audit explain EVENT_ID` and compare the candidates; ask for the session scripts' logs of both sessions.
-- false positives: A user id that was renamed; two VPCs with the same addresses and no endpoint configured in `scope.vpcEndpoints`.
-- source: docs/verdicts.md, reason evidence_disagrees
-- att&ck: T1550 Use Alternate Authentication Material
SELECT a.event_time_ms, a.dt, a.event_id || ' ' || CAST(a.event_time_ms AS varchar) AS subject,
  a.event_name || ' ' || coalesce(a.bucket, '') || '/' || coalesce(a.object_key, '') || ' at ' || substr(CAST(a.event_time AS varchar), 1, 19)
    || ' UTC from ' || coalesce(a.source_address, 'no address') || ' points to ' || array_join(a.candidate_user_ids, ', ')
    || CASE WHEN a.error_code IS NULL THEN '' ELSE '; the call failed: ' || a.error_code END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, a.source_address,
  coalesce(a.bucket, '') || '/' || coalesce(a.object_key, '') AS resource, ARRAY[a.event_id] AS event_ids
FROM attributions a
JOIN finding_days d ON d.dt = a.dt
WHERE a.reason = 'evidence_disagrees'
