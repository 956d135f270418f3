-- title: The evidence contradicts itself
-- severity: high
-- looks at: days
-- meaning: Pieces of evidence for one event contradict one another: the address points to one user, and the home-folder key or the
--   instance credentials to another; report rows give one session to two users; issues of a report differ; a fleet's
--   role is used in the network of another account; or the only rows that name a user contradict themselves or their place. Either a record is wrong or somebody uses what is not theirs. (Copies of a
--   record that differ are `event-copies-disagree`, a person's own credentials in another's session `credentials-of-another-user`.)
-- next: Run `appstream-audit explain EVENT_ID` and compare the candidates; ask for the session scripts' logs of both sessions. Where
--   reports are to blame, `session-id-reused`, `report-rewritten` and `report-row-contradicts` say which.
-- false positives: A user id that was renamed; two VPCs with the same addresses and no endpoint configured in `scope.vpcEndpoints`.
-- source: docs/verdicts.md, reason evidence_disagrees
-- att&ck: T1550 Use Alternate Authentication Material
SELECT a.event_time_ms, a.dt, a.event_id || ' ' || CAST(a.event_time_ms AS varchar) AS subject,
  a.event_name || ' ' || coalesce(a.bucket, '') || '/' || coalesce(a.object_key, '') || ' at ' || substr(CAST(a.event_time AS varchar), 1, 19)
    || ' UTC from ' || coalesce(a.source_address, 'no address') || ' points to ' || array_join(a.candidate_user_ids, ', ')
    || CASE WHEN a.candidate_count = 1 THEN ' by evidence that contradicts itself' ELSE '' END
    || CASE WHEN a.error_code IS NULL THEN '' ELSE '; the call failed: ' || a.error_code END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, a.source_address,
  coalesce(a.bucket, '') || '/' || coalesce(a.object_key, '') AS resource, ARRAY[a.event_id] AS event_ids
FROM attributions a
JOIN finding_days d ON d.dt = a.dt
WHERE a.reason = 'evidence_disagrees' AND a.verdict_row NOT IN ('0', 'S')
