-- title: A fleet-side write that still has no name after a day
-- severity: medium
-- looks at: days
-- meaning: A write or delete from the fleets happened more than 24 hours ago and no user is named, whatever the reason:
--   ambiguous, still waiting for a report, not joinable, or unattributed. Told once for each event and reason.
-- next: Read the reason. `awaiting_report`: is the usage report subscription on (`status`)? `evidence_unread`: repair the report or
--   accept that it is lost (finding `evidence-unread`). `multi_session`: only the candidates can be listed. `other_region`,
--   `foreign_endpoint`: configure the endpoint if it is yours. `public_address`: the traffic does not take the way that can be joined; mend the network.
-- false positives: Multi-session fleets, where no evidence tells the users apart; a report that is a day late.
-- source: docs/verdicts.md
-- att&ck: T1078.004 Valid Accounts: Cloud Accounts
SELECT a.event_time_ms, a.dt, a.event_id || ' ' || CAST(a.event_time_ms AS varchar) || ' ' || a.reason AS subject,
  a.event_name || ' ' || coalesce(a.bucket, '') || '/' || coalesce(a.object_key, '') || ' at ' || substr(CAST(a.event_time AS varchar), 1, 19)
    || ' UTC from ' || coalesce(a.source_address, 'no address') || ': ' || a.verdict || ' (' || a.reason || '), '
    || CAST(a.candidate_count AS varchar) || ' candidates'
    || CASE WHEN a.error_code IS NULL THEN '' ELSE '; the call failed: ' || a.error_code END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, a.source_address,
  coalesce(a.bucket, '') || '/' || coalesce(a.object_key, '') AS resource, ARRAY[a.event_id] AS event_ids
FROM attributions a
JOIN finding_days d ON d.dt = a.dt
WHERE a.fleet_side AND a.user_id IS NULL AND a.action IN ('write', 'delete') AND coalesce(a.multipart_step, '') <> 'part'
  AND a.join_time_ms + 86400000 <= :as_of_ms
