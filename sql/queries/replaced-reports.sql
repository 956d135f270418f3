-- title: Sessions on which issues of a report disagree
-- question: Which sessions does not every issue of a day's usage report have, with the same user, address and bounds? The rows of all issues count there.
SELECT s.report_day, s.account_id, s.region, s.session_id, s.user_id, s.fleet_name, s.private_addresses, s.session_start, s.session_end,
       s.connected, d.issues, s.source_file AS report_file, s.source_version AS report_sha256
FROM resolved_sessions s
JOIN report_days d ON d.account_id = s.account_id AND d.region = s.region AND d.report_day = s.report_day
WHERE s.contested AND s.origin = 'report' AND d.contested
ORDER BY s.report_day DESC, s.account_id, s.region, s.session_start_ms, s.session_id, s.source_file
