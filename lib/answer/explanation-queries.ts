/** The SELECTs of an explanation. Like all SQL here they are valid on both engines; the tests parse them as Trino. */

export const ATTRIBUTIONS = 'SELECT * FROM attributions WHERE event_id = :event_id ORDER BY event_time_ms';

export const EVENT_COPIES =
  'SELECT * FROM events WHERE event_id = :event_id ORDER BY event_time_ms, record_sha256, source_file, source_index';

export const INPUT_OF_FILE = `
SELECT location, status, size_bytes, unpacked_bytes, sha256, etag, modified, ingested_at, records_read, kept, malformed
FROM inputs WHERE location = :location ORDER BY ingested_at_ms DESC`;

const SESSION = `
SELECT s.session_id, s.origin, s.account_id, s.region, s.user_id, s.authentication_type, s.user_key, s.fleet_name, s.stack_name,
       s.instance_id, s.private_addresses, s.session_start, s.session_start_ms, s.session_end, s.session_end_ms, s.end_precision,
       s.connected, s.is_multisession, s.client_addresses, s.report_day
FROM resolved_sessions s`;

const NEARBY = 's.session_start_ms <= :to_ms AND coalesce(s.session_end_ms, s.session_start_ms) >= :from_ms';

export const CANDIDATE_SESSIONS = `${SESSION} WHERE contains(:session_ids, s.session_id) ORDER BY s.session_start_ms, s.session_id`;

export const ADDRESS_SESSIONS = `${SESSION}
WHERE s.account_id = :account_id AND contains(s.private_addresses, :address) AND ${NEARBY}
ORDER BY s.session_start_ms, s.session_id`;

export const INSTANCE_SESSIONS = `${SESSION}
WHERE s.account_id = :account_id AND s.instance_id = :instance_id AND ${NEARBY}
ORDER BY s.session_start_ms, s.session_id`;

/** Report rows, and of the snapshots the first and the last sighting. */
export const SIGHTINGS = `
WITH seen AS (
  SELECT session_id, origin, report_day, observed_at, state, source_file, source_index, record_sha256,
         row_number() OVER (PARTITION BY session_id, origin ORDER BY observed_at_ms, source_file, source_index) AS first_n,
         row_number() OVER (PARTITION BY session_id, origin ORDER BY observed_at_ms DESC, source_file DESC, source_index DESC) AS last_n,
         count(*) OVER (PARTITION BY session_id, origin) AS sightings
  FROM sessions
  WHERE contains(:session_ids, session_id)
)
SELECT session_id, origin, report_day, observed_at, state, sightings, source_file, source_index, record_sha256
FROM seen
WHERE origin = 'report' OR first_n = 1 OR last_n = 1
ORDER BY session_id, origin, first_n`;

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

export const SUPERSEDING =
  'SELECT event_id, correction_reason FROM events WHERE corrects_event_id = :event_id ORDER BY event_time_ms, event_id';

export const OTHER_COPIES = `
SELECT e.event_id, e.recipient_account_id, a.verdict
FROM events e LEFT JOIN attributions a ON a.event_id = e.event_id AND a.event_time_ms = e.event_time_ms
WHERE e.shared_event_id = :shared_event_id AND e.event_time_ms = :event_time_ms AND e.event_id <> :event_id
ORDER BY a.verdict, e.event_id`;

export const DAY_STATE = 'SELECT dt, dirty, settled_as_of_ms FROM days WHERE dt = :dt';
