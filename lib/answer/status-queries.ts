/** The SELECTs of `status`. Valid on both engines; the tests parse them as Trino. */
import { STANDING_FINDINGS, SUPPRESSED_FINDINGS } from './standing-findings.ts';

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

/** Reports that the last run found to be due and missing (rule `missing-evidence`), as `report ACCOUNT REGION DAY`. */
export const DUE_REPORTS = `SELECT subject FROM (${STANDING_FINDINGS}) standing WHERE rule_id = 'missing-evidence' AND subject LIKE 'report %' ORDER BY subject`;

/** Issues that count of the report days that several issues speak for, the latest day first, of a day the oldest first. */
export const CONTESTED_ISSUES = `
SELECT d.account_id, d.region, d.report_day, i.source_file, i.version, i.source_modified_ms
FROM report_days d
JOIN report_issues i ON i.account_id = d.account_id AND i.region = d.region AND i.report_day = d.report_day
WHERE d.contested AND i.counts
ORDER BY d.report_day DESC, d.account_id, d.region, i.source_modified_ms, i.source_file`;

/** What could not be read of reports and still matters; what was accepted comes last. */
export const UNREAD = `
SELECT location, version, source_index, reason, account_id, region, report_day, accepted
FROM unread_evidence
ORDER BY accepted, report_day DESC, location, source_index`;

export const ACCEPTANCES = `
SELECT location, version, source_index, reason, accepted_by, accepted_at, accepted_at_ms
FROM acceptances ORDER BY accepted_at_ms DESC, location, source_index`;

/** What digests say of log files, by account, region and day of delivery; digests themselves are no log files. */
export const LOG_CHECKS = `
WITH log_file AS (
  SELECT coalesce(c.account_id, i.account_id) AS account_id, coalesce(c.region, i.region) AS region, CAST(CAST(c.delivered AS date) AS varchar) AS dt,
    coalesce(c.state, 'not_checked') AS state
  FROM inputs i LEFT JOIN log_checks c ON c.location = i.location AND c.version = i.version
  WHERE i.kind = 'cloudtrail' AND coalesce(i.content, '') <> 'digest'
  UNION ALL
  SELECT c.account_id, c.region, CAST(CAST(c.delivered AS date) AS varchar), c.state
  FROM log_checks c LEFT JOIN inputs i ON i.location = c.location AND i.version = c.version
  WHERE i.location IS NULL
)
SELECT account_id, region, dt, count(*) FILTER (WHERE state = 'verified') AS verified, count(*) FILTER (WHERE state = 'modified') AS modified,
  count(*) FILTER (WHERE state = 'missing') AS missing, count(*) FILTER (WHERE state = 'unlisted') AS unlisted,
  count(*) FILTER (WHERE state = 'not_covered') AS not_covered, count(*) FILTER (WHERE state = 'not_checked') AS not_checked
FROM log_file GROUP BY account_id, region, dt ORDER BY account_id, region, dt`;

/** Inputs that had another content before, each change by itself. */
export const CHANGED_INPUTS = `
WITH content AS (
  SELECT location, kind, version, modified, ingested_at, ingested_at_ms,
    lag(version) OVER (PARTITION BY location ORDER BY ingested_at_ms, modified_ms, version) AS old_version
  FROM inputs
)
SELECT location, kind, old_version, version AS new_version, modified, ingested_at
FROM content WHERE old_version <> version
ORDER BY ingested_at_ms DESC, location`;

export const FAILED_INPUTS = `
SELECT location, kind, reason, account_id, region, report_day, failed_at
FROM failed_inputs ORDER BY failed_at_ms DESC, location`;

/** Days that time alone closed for an account although its fleets were active on them. */
export const CLOSED_BY_TIME = `
SELECT dt, network_account_id AS account_id, count(*) AS n
FROM attributions WHERE closed_by = 'time' AND fleet_side
GROUP BY dt, network_account_id ORDER BY dt DESC, n DESC, account_id`;

/** Accounts with a session. */
export const KNOWN_ACCOUNTS = 'SELECT account_id FROM known_accounts ORDER BY account_id';

/** Networks of private addresses that are nobody's here: many events, or some that look like a fleet's. */
export const UNKNOWN_NETWORKS = `
SELECT a.vpc_endpoint_id, a.network_account_id, a.account_id, count(*) AS n, count(*) FILTER (WHERE a.fleet_side) AS fleet_side_n,
       min(a.event_time) AS first_time, max(a.event_time) AS last_time, min(a.event_id) AS one_event
FROM attributions a
WHERE a.reason = 'foreign_endpoint' AND a.source_address_kind = 'private'
GROUP BY a.vpc_endpoint_id, a.network_account_id, a.account_id
HAVING count(*) >= 10 OR count(*) FILTER (WHERE a.fleet_side) > 0
ORDER BY n DESC, a.vpc_endpoint_id, a.network_account_id, a.account_id`;

/** Accounts that made fleet-side calls and have no session here. */
export const UNKNOWN_ACCOUNTS = `
SELECT a.account_id, count(*) AS n, min(a.event_time) AS first_time, max(a.event_time) AS last_time
FROM attributions a LEFT JOIN known_accounts k ON k.account_id = a.account_id
WHERE a.fleet_side AND a.account_id IS NOT NULL AND k.account_id IS NULL
GROUP BY a.account_id ORDER BY n DESC, a.account_id`;

/** Hours of the trail that have an event, as epoch milliseconds of their beginning. */
export const TRAIL_HOURS = `
SELECT DISTINCT event_time_ms - event_time_ms % 3600000 AS hour_ms FROM events ORDER BY 1`;

export const DAYS = 'SELECT dt, dirty, settled_as_of, open_rows FROM days ORDER BY dt';

export const VERDICTS =
  'SELECT verdict, reason, count(*) AS n, count(*) FILTER (WHERE final) AS final_n FROM attributions GROUP BY verdict, reason ORDER BY verdict, reason';

/** Findings that still hold. */
export const FINDINGS = `SELECT severity, rule_id, count(*) AS n FROM (${STANDING_FINDINGS}) standing GROUP BY severity, rule_id ORDER BY severity, rule_id`;

/** Findings that hold and that an exception suppresses. */
export const SUPPRESSED = `SELECT severity, rule_id, suppressed_reason, suppressed_until, count(*) AS n FROM (${SUPPRESSED_FINDINGS}) suppressed
GROUP BY severity, rule_id, suppressed_reason, suppressed_until ORDER BY severity, rule_id, suppressed_until, suppressed_reason`;

export const RUNS = `
SELECT run_id, finished_at, as_of, from_dt, to_dt, days, events_kept, duplicates, superseded, account_copies, out_of_scope, in_scope,
       attributed, ambiguous, pending, unattributed, not_joinable, session_rows, sessions, session_rows_joined, session_rows_replaced,
       sessions_contradicting, changes, new_findings, configuration_hash, tool_version, duration_ms
FROM runs ORDER BY started_at_ms DESC, run_id DESC`;
