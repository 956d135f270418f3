-- The runs of the lake, the last first.
SELECT r.run_id, r.as_of_ms, r.finished_at_ms, r.from_dt, r.to_dt, r.tool_version, r.engine, r.configuration_hash, r.rules_version
FROM runs r
ORDER BY r.started_at_ms DESC, r.run_id DESC
LIMIT 20
