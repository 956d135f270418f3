/** The SELECTs of `status`. Valid on both engines; the tests parse them as Trino. */
import { STANDING_FINDINGS } from './standing-findings.ts';

export const LISTED_FILES = `
SELECT table_name, CAST(sum(row_count) AS bigint) AS row_count, count(*) AS files, CAST(sum(size_bytes) AS bigint) AS size_bytes,
       count(DISTINCT dt) AS days, min(dt) AS first_day, max(dt) AS last_day
FROM files GROUP BY table_name ORDER BY table_name`;

export const ANSWERS = `
SELECT 'attribution_changes' AS table_name, count(*) AS row_count, count(DISTINCT dt) AS days, min(dt) AS first_day, max(dt) AS last_day
FROM attribution_changes
UNION ALL SELECT 'findings', count(*), count(DISTINCT dt), min(dt), max(dt) FROM findings
UNION ALL SELECT 'runs', count(*), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS varchar) FROM runs`;

export const INPUTS = `
SELECT kind, status, count(*) AS inputs, CAST(sum(records_read) AS bigint) AS records_read, CAST(sum(kept) AS bigint) AS kept,
       CAST(sum(malformed) AS bigint) AS malformed, CAST(sum(not_records) AS bigint) AS not_records
FROM inputs GROUP BY kind, status ORDER BY kind, status`;

export const PROBLEMS = `
SELECT location, kind, status, malformed, reason FROM inputs WHERE status <> 'ingested' ORDER BY ingested_at_ms DESC, location`;

/** Days on which an account and region have a report, and the days its sessions and sweeps are of. */
export const REPORT_DAYS = `
SELECT DISTINCT account_id, region, report_day FROM sessions WHERE origin = 'report'
UNION
SELECT DISTINCT account_id, region, report_day FROM inputs WHERE content = 'sessions_report' AND status = 'ingested'
  AND account_id IS NOT NULL AND region IS NOT NULL AND report_day IS NOT NULL
UNION
SELECT DISTINCT account_id, region, CAST(NULL AS varchar) FROM snapshots
ORDER BY 1, 2, 3`;

/** Reports that another one for the same account, region and day replaced, though it lacks sessions that they have. */
export const REPLACED_REPORTS = `
SELECT s.account_id, s.region, s.report_day, s.source_file, s.source_modified_ms, w.source_file AS winner_file,
       w.source_modified_ms AS winner_modified_ms, count(DISTINCT s.session_id) AS sessions
FROM sessions s
JOIN report_issues w ON w.counts AND w.account_id = s.account_id AND w.region = s.region AND w.report_day = s.report_day
  AND (w.source_modified_ms > s.source_modified_ms OR (w.source_modified_ms = s.source_modified_ms AND w.source_file > s.source_file))
LEFT JOIN sessions k ON k.origin = 'report' AND k.session_id = s.session_id AND k.account_id = w.account_id AND k.region = w.region
  AND k.report_day = w.report_day AND k.source_file = w.source_file AND k.source_modified_ms = w.source_modified_ms
WHERE s.origin = 'report' AND k.session_id IS NULL
GROUP BY s.account_id, s.region, s.report_day, s.source_file, s.source_modified_ms, w.source_file, w.source_modified_ms
ORDER BY s.report_day DESC, s.account_id, s.region, s.source_modified_ms, s.source_file`;

/** Hours of the trail that have an event, as epoch milliseconds of their beginning. */
export const TRAIL_HOURS = `
SELECT DISTINCT event_time_ms - event_time_ms % 3600000 AS hour_ms FROM events ORDER BY 1`;

export const DAYS = 'SELECT dt, dirty, settled_as_of, open_rows FROM days ORDER BY dt';

export const VERDICTS =
  'SELECT verdict, reason, count(*) AS n, count(*) FILTER (WHERE final) AS final_n FROM attributions GROUP BY verdict, reason ORDER BY verdict, reason';

/** Findings that still hold. */
export const FINDINGS = `SELECT severity, rule_id, count(*) AS n FROM (${STANDING_FINDINGS}) standing GROUP BY severity, rule_id ORDER BY severity, rule_id`;

export const RUNS = `
SELECT run_id, finished_at, as_of, from_dt, to_dt, days, events_kept, duplicates, superseded, account_copies, out_of_scope, in_scope,
       attributed, ambiguous, pending, unattributed, not_joinable, changes, new_findings, configuration_hash, tool_version, duration_ms
FROM runs ORDER BY started_at_ms DESC, run_id DESC`;
