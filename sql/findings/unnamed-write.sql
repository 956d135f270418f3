-- title: Fleet write without a user after 24 hours
-- severity: medium
-- looks at: days
-- meaning: Writes or deletes from the fleets happened more than 24 hours ago and no user is named: ambiguous, still waiting for a
--   report, or not joinable. Told once for each caller, address, bucket, reason and hour (UTC); for instances of several users and
--   calls that cannot be joined, once a day. What `unattributed-write`, `evidence-disagrees`, `event-copies-disagree`,
--   `credentials-of-another-user` and `fleet-role-outside-fleet` tell is left to them.
-- next: `query unnamed-writes` lists the calls. Read the reason. `awaiting_report`: is the usage report subscription on (`status`)?
--   `evidence_unread`: repair the report or accept that it is lost (finding `evidence-unread`). `multi_session`: only the candidates
--   can be listed. `other_region`, `foreign_endpoint`: configure the endpoint if it is yours. `public_address`: the traffic does not
--   take the way that can be joined; mend the network.
-- rest: unnamed-writes from=dt to=dt bucket=resource address=source_address
-- false positives: Multi-session fleets, where no evidence tells the users apart; a report that is a day late.
-- source: docs/verdicts.md
-- att&ck: T1078.004 Valid Accounts: Cloud Accounts
WITH nameless AS (
  SELECT a.event_id, a.event_time_ms, a.event_time, a.dt, a.event_name, a.action, a.source_address, a.bucket, a.object_key, a.verdict, a.reason,
    a.error_code, a.bytes_in, a.account_id, a.principal_role, coalesce(a.principal_arn, a.principal_type, 'anonymous') AS caller, a.vpc_endpoint_id,
    substr(CAST(a.event_time AS varchar), 1, CASE WHEN a.verdict = 'not_joinable' OR a.reason = 'multi_session' THEN 10 ELSE 13 END) AS span,
    CASE WHEN a.candidate_count > 0 THEN array_join(a.candidate_user_ids, ', ') END AS candidates
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  WHERE a.fleet_side AND a.user_id IS NULL AND a.action IN ('write', 'delete') AND coalesce(a.multipart_step, '') <> 'part'
    AND a.verdict <> 'unattributed' AND a.reason <> 'evidence_disagrees' AND a.join_time_ms + 86400000 <= :as_of_ms
), outside AS (
  -- the roles whose use outside the fleet is told by itself
  SELECT n.account_id, n.principal_role
  FROM (SELECT account_id, principal_role FROM nameless GROUP BY account_id, principal_role) n
  LEFT JOIN known_accounts k ON k.account_id = n.account_id
  JOIN policy_fleet_roles r ON r.role = n.principal_role AND (r.account_id = n.account_id OR (r.account_id IS NULL AND k.account_id IS NOT NULL))
  GROUP BY n.account_id, n.principal_role
), placed AS (
  SELECT n.*, row_number() OVER (PARTITION BY n.caller, n.source_address, n.bucket, n.reason, n.span ORDER BY n.event_time_ms, n.event_id) AS place
  FROM nameless n
  LEFT JOIN outside o ON o.account_id = n.account_id AND o.principal_role = n.principal_role
  LEFT JOIN finding_addresses f ON f.address = n.source_address
  WHERE o.principal_role IS NULL OR coalesce(f.in_nat, false) OR n.verdict <> 'not_joinable'
    OR NOT (n.reason IN ('public_address', 'outside_fleet', 'no_endpoint') OR (n.reason = 'foreign_endpoint' AND n.vpc_endpoint_id IS NULL))
), spans AS (
  SELECT p.caller, p.source_address, p.bucket, p.verdict, p.reason, p.dt, p.span, min(p.event_time_ms) AS first_ms, min(p.event_time) AS first_time,
    max(p.event_time) AS last_time, count(*) AS calls, sum(CASE WHEN p.action = 'delete' THEN 1 ELSE 0 END) AS deletes,
    coalesce(sum(CASE WHEN p.error_code IS NULL THEN p.bytes_in END), 0) AS bytes, count(p.error_code) AS failed, max(p.error_code) AS error_code,
    array_agg(DISTINCT p.candidates ORDER BY p.candidates) FILTER (WHERE p.candidates IS NOT NULL) AS candidates, min(p.event_name) AS event_name,
    min(CASE WHEN p.place = 1 THEN p.object_key END) AS first_key,
    substr(max(CAST(p.event_time_ms AS varchar) || ' ' || coalesce(p.object_key, '')), 15) AS last_key,
    max(CAST(p.event_time_ms AS varchar) || ' ' || p.event_id) AS last_event,
    array_agg(p.event_id) FILTER (WHERE p.place <= 9) AS examples
  FROM placed p
  GROUP BY p.caller, p.source_address, p.bucket, p.verdict, p.reason, p.dt, p.span
)
SELECT h.first_ms AS event_time_ms, h.dt,
  h.caller || ' ' || coalesce(h.source_address, '') || ' ' || coalesce(h.bucket, '') || ' ' || h.reason || ' ' || h.span AS subject,
  CASE WHEN h.calls = 1 THEN h.event_name || ' ' || coalesce(h.bucket, '') || '/' || coalesce(h.first_key, '')
      || ' at ' || substr(CAST(h.first_time AS varchar), 1, 19) || ' UTC'
    ELSE CASE WHEN h.deletes = 0 THEN CAST(h.calls AS varchar) || ' writes' WHEN h.deletes = h.calls THEN CAST(h.calls AS varchar) || ' deletes'
      ELSE CAST(h.calls AS varchar) || ' writes and deletes (deletes: ' || CAST(h.deletes AS varchar) || ')' END
      || ' in ' || coalesce(h.bucket, 'a bucket that is not named')
      || ' from ' || substr(CAST(h.first_time AS varchar), 1, 19) || ' to ' || substr(CAST(h.last_time AS varchar), 12, 8) || ' UTC, '
      || CAST(h.bytes AS varchar) || ' bytes, the first ' || coalesce(nullif(h.first_key, ''), 'without a key')
      || ', the last ' || coalesce(nullif(h.last_key, ''), 'without a key') || ',' END
    || ' from ' || coalesce(h.source_address, 'no address') || ' by ' || h.caller || ': ' || h.verdict || ' (' || h.reason || ')'
    || CASE WHEN cardinality(h.candidates) > 0 THEN ', candidates: ' || array_join(slice(h.candidates, 1, 3), '; or ')
       || CASE WHEN cardinality(h.candidates) > 3 THEN '; or others' ELSE '' END ELSE ', no candidate' END
    || CASE WHEN h.calls = 1 AND h.failed = 1 THEN '; the call failed: ' || h.error_code
       WHEN h.failed = h.calls THEN '; all of them failed: ' || h.error_code WHEN h.failed > 0 THEN '; ' || CAST(h.failed AS varchar) || ' of them failed' ELSE '' END AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, h.source_address, h.bucket AS resource,
  array_sort(array_distinct(h.examples || ARRAY[substr(h.last_event, strpos(h.last_event, ' ') + 1)])) AS event_ids
FROM spans h
