-- title: Console sign-in without MFA
-- severity: high
-- looks at: days
-- needs: logons.requireMfa
-- meaning: An IAM user or the root user signed in to the console, and the record says that no second factor was used. Of federated
--   sign-ins the record always says so: those are left out, their factor is the identity provider's affair.
-- next: Give the user a second factor, or take the password away; look at what was done (`console-from-untrusted-network`).
-- false positives: None known; a user that is meant to have no second factor.
-- source: AWS: `additionalEventData.MFAUsed` of ConsoleLogin
-- att&ck: T1078.004 Valid Accounts: Cloud Accounts
SELECT l.logon_time_ms AS event_time_ms, l.dt, l.event_id AS subject,
  coalesce(l.user_id, l.caller_arn, 'somebody') || ' signed in to the console without MFA at ' || substr(CAST(l.logon_time AS varchar), 1, 19) || ' UTC from '
    || coalesce(l.source_address, 'no address') AS summary,
  l.user_id, CAST(NULL AS varchar) AS session_id, l.source_address, coalesce(l.caller_arn, 'console') AS resource, ARRAY[l.event_id] AS event_ids
FROM logons l
JOIN finding_days d ON d.dt = l.dt
WHERE :has_required_mfa AND l.kind = 'console' AND l.success AND l.mfa = false
  AND (l.caller_arn IS NULL OR (strpos(l.caller_arn, ':assumed-role/') = 0 AND strpos(l.caller_arn, ':federated-user/') = 0))
