-- title: Logons of a user
-- question: From where did this user sign in, and did it lead to a session?
-- columns: logon_time, kind, success, mfa, source_address, session_start, session_id, error_code
-- param user text: user id, exactly as the log writes it
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- User-pool sign-ins leave no event; IAM Identity Center logs its own address, not the user's.
-- The session is known when some event was attributed to it.
SELECT DISTINCT l.logon_time, l.kind, l.success, l.mfa, l.source_address, l.account_id, l.role_arn, l.caller_arn, l.error_code,
       a.session_id, a.session_start, l.event_id
FROM logons l LEFT JOIN attributions a ON a.logon_event_id = l.event_id
WHERE l.user_id = :user AND l.dt >= :from AND l.dt <= :to
ORDER BY l.logon_time, l.event_id, a.session_id
