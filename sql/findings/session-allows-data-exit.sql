-- title: Session settings allow data to leave
-- severity: medium
-- looks at: days and recent days
-- meaning: The sessions report says that clipboard, file transfer, printing or a drive was enabled in sessions of a stack, and
--   `policy.session` forbids it. The door was open; whether anybody went through it, no log of AWS says. Told once for each stack,
--   set of doors and day on which sessions began; the user and session are named when it was one.
-- next: Close the doors in the stack's user settings and storage connectors; see who opened them (`stack-policy-changed`).
-- false positives: A stack that is meant to allow it: say so in `policy.session`.
-- source: docs/facts.md, sessions report
-- att&ck: T1052 Exfiltration Over Physical Medium
WITH door AS (
  -- an id may stand for several sessions
  SELECT s.session_id, s.user_key, s.session_start_ms, s.session_end_ms, array_join(array_agg(DISTINCT f.label ORDER BY f.label), ', ') AS doors
  FROM finding_sessions s
  CROSS JOIN policy_forbidden f
  WHERE s.connected AND CASE f.setting WHEN 'clipboard_to_device' THEN s.clipboard_to_device WHEN 'clipboard_from_device' THEN s.clipboard_from_device
    WHEN 'file_download' THEN s.file_download WHEN 'file_upload' THEN s.file_upload WHEN 'printing' THEN s.printing
    WHEN 'google_drive' THEN s.google_drive WHEN 'one_drive' THEN s.one_drive END
  GROUP BY s.session_id, s.user_key, s.session_start_ms, s.session_end_ms
), daily AS (
  SELECT s.account_id, s.region, coalesce(s.stack_name, '') AS stack_name, d.doors, s.dt, min(s.session_start_ms) AS first_ms, min(s.session_start) AS first_time,
    count(*) AS sessions, count(DISTINCT s.user_key) AS users, min(s.user_id) AS user_id, min(s.session_id) AS session_id
  FROM finding_sessions s
  JOIN door d ON d.session_id = s.session_id AND d.user_key = s.user_key AND d.session_start_ms = s.session_start_ms
    AND coalesce(d.session_end_ms, 0) = coalesce(s.session_end_ms, 0)
  GROUP BY s.account_id, s.region, coalesce(s.stack_name, ''), d.doors, s.dt
)
SELECT y.first_ms AS event_time_ms, y.dt, y.account_id || ' ' || y.region || ' ' || y.stack_name || ' ' || y.doors || ' ' || y.dt AS subject,
  'sessions of the stack ' || y.stack_name || ' allowed ' || y.doors || ' on ' || y.dt || ', which the policy forbids: ' || CAST(y.sessions AS varchar) || ' sessions of '
    || CASE WHEN y.users = 1 THEN y.user_id ELSE CAST(y.users AS varchar) || ' users' END || ', the first begun ' || substr(CAST(y.first_time AS varchar), 12, 8) || ' UTC' AS summary,
  CASE WHEN y.users = 1 THEN y.user_id END AS user_id, CASE WHEN y.sessions = 1 THEN y.session_id END AS session_id, CAST(NULL AS varchar) AS source_address,
  'stack ' || y.stack_name AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM daily y
