/** The SELECTs of an explanation. Like all SQL here they are valid on both engines; the tests parse them as Trino. */

export const ATTRIBUTIONS = 'SELECT * FROM attributions WHERE event_id = :event_id ORDER BY event_time_ms';

export const EVENT_COPIES =
  'SELECT * FROM events WHERE event_id = :event_id ORDER BY event_time_ms, record_sha256, source_file, source_index';

export const INPUT_OF_FILE = `
SELECT location, status, size_bytes, unpacked_bytes, sha256, etag, modified, ingested_at, records_read, kept, malformed
FROM inputs WHERE location = :location ORDER BY ingested_at_ms DESC`;

/** What digests say of a log file, as it was ingested. */
export const LOG_CHECK = `
SELECT state, reason, note, moved, content_sha256, listed_sha256, listed_as, digest_end, key_fingerprint, key_source, checked_at
FROM log_checks WHERE location = :location AND version = :version`;

const SESSION = `
SELECT s.session_no, s.session_id, s.origin, s.account_id, s.region, s.user_id, s.authentication_type, s.user_key, s.fleet_name, s.stack_name,
       s.instance_id, s.private_addresses, s.session_start, s.session_start_ms, s.session_end, s.session_end_ms, s.end_precision,
       s.connected, s.is_multisession, s.client_addresses, s.report_day, s.source_version, s.contested, s.contradiction, s.doubtful,
       s.reused, s.contradicting
FROM resolved_sessions s`;

const NEARBY = 's.session_start_ms <= :to_ms AND coalesce(s.session_end_ms, s.session_start_ms) >= :from_ms';
/** An event that came through an endpoint of several accounts has none of its own. */
const OF_ACCOUNT = "(:account_id = '' OR s.account_id = :account_id)";

export const CANDIDATE_SESSIONS = `${SESSION} WHERE contains(:session_ids, s.session_id) AND ${OF_ACCOUNT}
ORDER BY s.session_start_ms, s.session_id, s.session_no`;

export const ADDRESS_SESSIONS = `${SESSION}
WHERE ${OF_ACCOUNT} AND contains(s.private_addresses, :address) AND ${NEARBY}
ORDER BY s.session_start_ms, s.session_id, s.session_no`;

export const INSTANCE_SESSIONS = `${SESSION}
WHERE ${OF_ACCOUNT} AND s.instance_id = :instance_id AND ${NEARBY}
ORDER BY s.session_start_ms, s.session_id, s.session_no`;

/** Report rows, and of the snapshots the first and the last sighting; of one id, the sightings of each user are their own. */
export const SIGHTINGS = `
WITH seen AS (
  SELECT session_id, origin, account_id, region, user_id, session_start_ms, session_end_ms, instance_id, report_day, observed_at, state,
         contradiction, source_file, source_index, source_modified_ms, ingested_at_ms, record_sha256,
         row_number() OVER (PARTITION BY account_id, region, session_id, user_id, origin
                            ORDER BY observed_at_ms, source_file, source_index, record_sha256) AS first_n,
         row_number() OVER (PARTITION BY account_id, region, session_id, user_id, origin
                            ORDER BY observed_at_ms DESC, source_file DESC, source_index DESC, record_sha256 DESC) AS last_n,
         count(*) OVER (PARTITION BY account_id, region, session_id, user_id, origin) AS sightings
  FROM sessions
  WHERE contains(:session_ids, session_id)
)
SELECT session_id, origin, account_id, region, user_id, session_start_ms, session_end_ms, instance_id, report_day, observed_at, state,
       contradiction, sightings, source_file, source_index, source_modified_ms, ingested_at_ms, record_sha256
FROM seen
WHERE origin = 'report' OR first_n = 1 OR last_n = 1
ORDER BY session_id, origin, source_modified_ms, first_n`;

/** Every content that was read at some locations, the oldest first. */
export const INPUT_CONTENTS = `
SELECT location, version, modified, modified_ms, ingested_at, ingested_at_ms, status
FROM inputs WHERE contains(:locations, location)
ORDER BY location, ingested_at_ms, modified_ms, version`;

/** What could not be read that may be of some days; a null account or day may be any. */
export const UNREAD_OF_DAYS = `
SELECT location, version, source_index, reason, account_id, region, report_day, accepted
FROM unread_evidence
WHERE (report_day IS NULL OR (report_day >= :from_day AND report_day <= :to_day))
  AND (:account_id = '' OR account_id IS NULL OR account_id = :account_id)
ORDER BY report_day, location, source_index`;

export const ACCEPTED_OF_LOCATIONS = `
SELECT location, version, source_index, reason, accepted_by, accepted_at, accepted_at_ms
FROM acceptances WHERE contains(:locations, location)
ORDER BY accepted_at_ms, location, source_index`;

/** Issues of the report days that several issues speak for. */
export const CONTESTED_OF_DAYS = `
SELECT d.account_id, d.region, d.report_day, i.source_file, i.version, i.source_modified_ms, i.counts
FROM report_days d
JOIN report_issues i ON i.account_id = d.account_id AND i.region = d.region AND i.report_day = d.report_day
WHERE d.contested AND d.report_day >= :from_day AND d.report_day <= :to_day
  AND (:account_id = '' OR d.account_id = :account_id)
ORDER BY d.report_day, d.account_id, d.region, i.source_modified_ms, i.source_file`;

/** Records that claim to correct an event. */
export const CLAIMED_CORRECTIONS = `
SELECT event_id, event_time, event_time_ms, recipient_account_id, account_id, event_source, event_name, bucket, object_key, request_id,
       corrects_event_id, corrects_request_id, correction_reason
FROM events WHERE corrects_event_id = :event_id AND event_id <> :event_id
ORDER BY event_time_ms, event_id, record_sha256`;

export const KEY_USERS = `
SELECT DISTINCT user_id, user_key FROM resolved_sessions
WHERE account_id = :account_id AND authentication_type = :authentication_type AND user_hash = :user_hash
ORDER BY user_key`;

export const LOGON = `
SELECT event_id, logon_time, kind, user_id, source_address, role_arn, caller_arn, mfa, source_file, source_index, record_sha256
FROM logons WHERE event_id = :event_id ORDER BY record_sha256`;

/** Sign-ins of some users before the event; the nearest to a session's start is shown with it. */
export const SIGN_INS = `
SELECT DISTINCT event_id, account_id, user_id, authentication_type, kind, logon_time, logon_time_ms, source_address
FROM logons
WHERE success AND contains(:user_ids, user_id) AND logon_time_ms >= :from_ms AND logon_time_ms <= :to_ms
ORDER BY logon_time_ms DESC, event_id DESC`;

export const CHANGES = `
SELECT r.finished_at AS changed_at, r.as_of, c.old_verdict, c.old_reason, c.old_user_id, c.old_final,
       c.new_verdict, c.new_reason, c.new_user_id, c.new_final, c.cause, c.run_id
FROM attribution_changes c LEFT JOIN runs r ON r.run_id = c.run_id
WHERE c.event_id = :event_id AND c.event_time_ms = :event_time_ms
ORDER BY r.started_at_ms, c.run_id`;

export const RUN =
  'SELECT run_id, finished_at, as_of, engine, tool_version, configuration_hash, rules_version FROM runs WHERE run_id = :run_id';

export const OTHER_COPIES = `
SELECT e.event_id, e.recipient_account_id, a.verdict
FROM events e LEFT JOIN attributions a ON a.event_id = e.event_id AND a.event_time_ms = e.event_time_ms
WHERE e.shared_event_id = :shared_event_id AND e.event_time_ms = :event_time_ms AND e.event_id <> :event_id
ORDER BY a.verdict, e.event_id`;

export const DAY_STATE = 'SELECT dt, dirty, settled_as_of_ms FROM days WHERE dt = :dt';

/** Events whose id begins so. */
export const EVENTS_BY_PREFIX = `
SELECT event_id, min(event_time) AS event_time, min(event_name) AS event_name FROM events
WHERE starts_with(event_id, :prefix) GROUP BY event_id ORDER BY event_id LIMIT 6`;

/** Findings whose id begins so. */
export const FINDINGS_BY_PREFIX = `
SELECT finding_id, summary, event_ids FROM findings WHERE starts_with(finding_id, :prefix) ORDER BY finding_id LIMIT 6`;

/** Events on an object on a UTC day. */
export const EVENTS_OF_OBJECT = `
SELECT DISTINCT event_id, event_time, event_name, event_time_ms FROM events
WHERE dt = :dt AND bucket = :bucket AND object_key = :key ORDER BY event_time_ms, event_id LIMIT 1000`;
