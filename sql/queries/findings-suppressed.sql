-- title: Suppressed findings
-- question: Which findings hold and are not told because an exception says so, why, and until when?
SELECT f.severity, f.rule_id, f.event_time, f.summary, f.suppressed_reason, f.suppressed_until, f.user_id, f.source_address, f.resource, f.subject, f.finding_id
FROM findings f
WHERE coalesce(f.state, 'open') = 'open' AND f.suppressed_reason IS NOT NULL
ORDER BY f.rule_id, f.event_time_ms, f.finding_id
