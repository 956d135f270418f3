/** The SELECTs of `accept`. Valid on both engines; the tests parse them as Trino. */

/** What could not be read of usage reports: whole inputs, single lines of them, inputs that could not be opened. */
export const UNREADABLE = `
SELECT i.location, i.version, CAST(NULL AS bigint) AS source_index, i.reason, i.account_id, i.region, i.report_day, i.ingested_at_ms AS seen_at_ms
FROM inputs i
WHERE i.kind = 'usage_report' AND i.status <> 'ingested' AND coalesce(i.content, 'unknown') <> 'applications_report'
UNION ALL
SELECT r.location, r.version, r.source_index, r.reason, i.account_id, i.region, i.report_day, i.ingested_at_ms
FROM rejected_records r JOIN inputs i ON i.location = r.location AND i.version = r.version
WHERE i.kind = 'usage_report' AND i.status <> 'ingested' AND coalesce(i.content, 'unknown') <> 'applications_report'
UNION ALL
SELECT location, CAST(NULL AS varchar), CAST(NULL AS bigint), reason, account_id, region, report_day, failed_at_ms
FROM failed_inputs WHERE kind = 'usage_report'
ORDER BY 1, 8, 3`;

/** Every input by its location, for whoever named one that needs no acceptance. */
export const NAMED_INPUTS = `
SELECT location, kind, content, status FROM inputs ORDER BY location, ingested_at_ms`;

export const ACCEPTED = `
SELECT location, version, source_index, reason, accepted_by, accepted_at, accepted_at_ms
FROM acceptances ORDER BY accepted_at_ms, location, source_index`;

/** What keeps days open for want of reading, as `accept` without an argument lists it. */
export const OPEN_UNREAD = `
SELECT location AS input, source_index AS line, reason, account_id, region, report_day AS day, version
FROM unread_evidence WHERE NOT accepted
ORDER BY report_day DESC, location, source_index`;
