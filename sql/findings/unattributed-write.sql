-- title: A write that nobody can be named for
-- severity: high
-- looks at: days
-- meaning: An object was written or deleted, the evidence is in, and no session explains it: nobody was connected at that
--   address then, or no session ever was there.
-- next: Run `appstream-audit explain EVENT_ID`. Look at the leads in its candidate columns, at who held the address before and
--   after (`query address-history`), and at what else the same access key did (`query access-key-history`).
-- false positives: A fleet whose usage reports are not collected; an administrator's machine in an address range that
--   `scope.fleetCidrs` does not rule out; an upload that trails its session by more than `window.graceSeconds`.
-- source: docs/verdicts.md, verdict unattributed
-- att&ck: T1078.004 Valid Accounts: Cloud Accounts
SELECT a.event_time_ms, a.dt, a.event_id || ' ' || CAST(a.event_time_ms AS varchar) AS subject,
  a.event_name || ' ' || coalesce(a.bucket, '') || '/' || coalesce(a.object_key, '') || ' at ' || substr(CAST(a.event_time AS varchar), 1, 19)
    || ' UTC from ' || coalesce(a.source_address, 'no address') || ' by nobody we can name (' || a.reason || ')'
    || CASE WHEN a.error_code IS NULL THEN '' ELSE '; the call failed: ' || a.error_code END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, a.source_address,
  coalesce(a.bucket, '') || '/' || coalesce(a.object_key, '') AS resource, ARRAY[a.event_id] AS event_ids
FROM attributions a
JOIN finding_days d ON d.dt = a.dt
WHERE a.verdict = 'unattributed' AND a.action IN ('write', 'delete') AND coalesce(a.multipart_step, '') <> 'part'
