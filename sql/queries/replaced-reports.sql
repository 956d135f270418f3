-- title: Sessions that a replacing report left out
-- question: Which sessions did a usage report have that the report modified later, which speaks for its day now, lacks?
SELECT s.report_day, s.account_id, s.region, s.session_id, s.user_id, s.fleet_name, s.session_start, s.session_end, s.connected,
       r.report_day AS counts_by_report_of, s.source_file AS replaced_file, s.source_modified AS replaced_modified,
       w.source_file AS report_file, w.source_modified_ms AS report_modified_ms
FROM sessions s
JOIN report_winners w ON w.account_id = s.account_id AND w.region = s.region AND w.report_day = s.report_day
LEFT JOIN sessions k ON k.origin = 'report' AND k.session_id = s.session_id AND k.account_id = w.account_id AND k.region = w.region
  AND k.report_day = w.report_day AND k.source_file = w.source_file AND k.source_modified_ms = w.source_modified_ms
LEFT JOIN resolved_sessions r ON r.session_id = s.session_id AND r.origin = 'report'
WHERE s.origin = 'report' AND k.session_id IS NULL
ORDER BY s.report_day DESC, s.account_id, s.region, s.source_file, s.session_start_ms, s.session_id
