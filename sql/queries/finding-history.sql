-- title: History of findings
-- question: What did a finding say before, when did it change, and why was it closed?
-- param finding_id text = '': id of the finding; empty for all
-- param from time = 1970-01-01: changed from this time, inclusive
-- param to time = 9999-12-31: until this time, exclusive
SELECT r.finished_at AS changed_at, c.rule_id, c.kind, c.reason, c.old_state, c.new_state, c.old_user_id, c.new_user_id, c.old_summary, c.new_summary,
  c.old_suppressed_reason, c.new_suppressed_reason, c.old_run_id, c.run_id, c.finding_id
FROM finding_changes c
LEFT JOIN runs r ON r.run_id = c.run_id
WHERE (:finding_id = '' OR c.finding_id = :finding_id) AND coalesce(r.finished_at_ms, 0) >= :from AND coalesce(r.finished_at_ms, 0) < :to
ORDER BY r.finished_at_ms, c.finding_id, c.kind
