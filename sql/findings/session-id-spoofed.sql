-- title: Spoofed session
-- severity: high
-- looks at: days and recent days
-- meaning: Who came in showed a session that is not theirs: `verify-session` refused it, because AppStream lists no such session, or it
--   is of another user, on another address, of another home folder, of another stack or fleet, or began after the claim. What was
--   claimed is no name: the user of the finding is whoever's reported, connected, unshared, undisputed session alone was on the address that a
--   session.json was written from, and only once every report that could name somebody else is due. Nobody is named for claims
--   that the function or the command was asked about: in which network their address is, is not known.
-- next: `query address-history` for that address, `query session-timeline` for the session in the finding; take the checks from the
--   table `session_checks`. Whatever the claim was good for (a link, a notebook): was it handed out by something that does not check?
-- false positives: A session script that writes another stack's or fleet's name, or a session.json that lives on in a home folder
--   and is written again by the next session. Claims that could not be read, and sessions that had only ended before they were
--   checked, are kept in `session_checks` and are no finding.
-- source: docs/facts.md, fleet role and spoof check
-- att&ck: T1134 Access Token Manipulation
WITH refused AS (
  SELECT c.*, coalesce(c.uploaded_at, c.checked_at) AS claimed_at, coalesce(c.uploaded_at_ms, c.checked_at_ms) AS claimed_at_ms
  FROM session_checks c
  WHERE (c.dt >= :recent_dt OR c.dt >= :first_dt) AND c.verdict = 'refused' AND c.reason NOT IN ('active_failed', 'claim_failed')
), spot AS (
  -- an uploader that is an account is the network's; whose network an invocation's address is in, nobody says
  SELECT uploader, source_address, claimed_at_ms FROM refused
  WHERE origin = 'home-folder' AND source_address IS NOT NULL AND uploader IS NOT NULL GROUP BY uploader, source_address, claimed_at_ms
), lasting AS (
  -- as long as somebody may have been there: one that only sweeps know until it was missing
  SELECT s.*, CASE WHEN s.origin = 'snapshot' THEN coalesce(s.absent_ms, s.session_start_ms + :longest_ms)
    ELSE coalesce(s.session_end_ms, s.session_start_ms) END + 999 + :grace_ms AS until_ms,
    CASE WHEN f.fleet_name IS NULL AND i.instance_id IS NULL THEN false ELSE true END AS of_multi_fleet
  FROM resolved_sessions s
  LEFT JOIN multi_fleets f ON f.account_id = s.account_id AND f.region = s.region AND f.fleet_name = s.fleet_name
  LEFT JOIN multi_instances i ON i.account_id = s.account_id AND i.instance_id = s.instance_id
), held AS (
  SELECT s.session_id, s.account_id, s.user_key, s.user_id, s.session_start_ms, s.session_end_ms, s.until_ms, t.a AS address,
    CASE WHEN s.is_multisession = false AND NOT s.of_multi_fleet THEN 0 ELSE 1 END AS maybe_shared,
    CASE WHEN s.contested OR s.doubtful OR s.contradicting OR s.reused THEN 1 ELSE 0 END AS is_disputed,
    CASE WHEN s.origin = 'report' AND s.connected THEN 1 ELSE 0 END AS is_reported
  FROM lasting s CROSS JOIN UNNEST(s.private_addresses) AS t(a)
), holder AS (
  SELECT p.uploader, p.source_address, p.claimed_at_ms, count(DISTINCT h.user_key) AS users, min(h.user_id) AS user_id,
    count(DISTINCT h.session_id) AS session_count, min(h.session_id) AS session_id, max(h.maybe_shared) AS maybe_shared, max(h.is_disputed) AS is_disputed,
    max(CASE WHEN h.is_reported = 1 AND h.session_start_ms <= p.claimed_at_ms + 999 AND h.session_end_ms + 999 >= p.claimed_at_ms THEN 1 ELSE 0 END) AS is_inside
  FROM spot p
  JOIN held h ON h.account_id = p.uploader AND h.address = p.source_address
    AND h.session_start_ms <= p.claimed_at_ms + 999 AND h.until_ms >= p.claimed_at_ms
  GROUP BY p.uploader, p.source_address, p.claimed_at_ms
), known AS (
  -- what reports and sweeps know of the session that was claimed; one that had long ended, or was elsewhere, is replayed
  -- an id that several have is of none of them
  SELECT r.check_id, CASE WHEN count(DISTINCT s.user_key) = 1 THEN min(s.user_id) ELSE 'several users (' || array_join(array_sort(array_agg(DISTINCT s.user_id)), ', ') || ')' END AS user_id,
    max(CASE WHEN s.user_id = r.claimed_user_id AND s.session_start_ms <= r.claimed_at_ms + 999 AND s.until_ms >= r.claimed_at_ms
      AND s.account_id = coalesce(r.account_id, s.account_id)
      AND (r.source_address IS NULL OR contains(s.private_addresses, r.source_address)) THEN 1 ELSE 0 END) AS is_theirs
  FROM refused r JOIN lasting s ON s.session_id = r.claimed_session_id
  GROUP BY r.check_id
), told AS (
  SELECT r.*, coalesce(r.session_user_id, k.user_id) AS owner_id, coalesce(h.users, 0) AS users,
    -- a name is never taken back: the reports that could tell of somebody else have to be in, and what AppStream listed must not differ
    CASE WHEN h.users = 1 AND h.maybe_shared = 0 AND h.is_disputed = 0 AND h.is_inside = 1
      AND (r.claimed_at_ms + :longest_ms) - (r.claimed_at_ms + :longest_ms) % 86400000 + 172800000 <= :as_of_ms
      AND (cardinality(r.address_user_ids) = 0 OR array_join(r.address_user_ids, ' ') = h.user_id)
      THEN h.user_id END AS holder_id,
    CASE WHEN h.session_count = 1 THEN h.session_id END AS holder_session_id
  FROM refused r
  LEFT JOIN holder h ON r.origin = 'home-folder' AND h.uploader = r.uploader AND h.source_address = r.source_address AND h.claimed_at_ms = r.claimed_at_ms
  LEFT JOIN known k ON k.check_id = r.check_id
  -- a session that had ended before AppStream was asked, and was theirs
  WHERE r.reason <> 'exists_failed' OR coalesce(k.is_theirs, 0) = 0
)
SELECT claimed_at_ms AS event_time_ms, dt,
  coalesce(claimed_session_id, '') || ' ' || coalesce(claimed_user_id, '') || ' '
    || coalesce(object_bucket || '/' || object_key || ' ', '') || 'from ' || coalesce(source_address, 'no address') AS subject,
  'the session ' || coalesce(claimed_session_id, 'without an id') || ' was claimed at ' || substr(CAST(claimed_at AS varchar), 1, 19) || ' UTC in the name of '
    || coalesce(claimed_user_id, 'nobody') || ' from ' || coalesce(source_address, 'an address that nobody saw') || ', and refused (' || array_join(failed, ', ')
    || '): ' || CASE WHEN owner_id IS NULL THEN 'no such session is known'
      WHEN owner_id = claimed_user_id THEN 'the session is of that user'
        || CASE WHEN cardinality(session_addresses) = 0 THEN '' ELSE ', on ' || array_join(session_addresses, ', ') END
      ELSE 'the session belongs to ' || owner_id END
    || CASE WHEN source_address IS NULL THEN ''
      WHEN holder_id IS NOT NULL THEN '; on ' || source_address || ' was then ' || holder_id || coalesce(' in the session ' || holder_session_id, '')
      WHEN users > 1 THEN '; on ' || source_address || ' several users may have been then'
      WHEN users = 1 OR origin <> 'home-folder' OR coalesce(length(uploader), 0) <> 12 THEN '; who was then on ' || source_address || ' is not certain'
      ELSE '; no session is known to have been on ' || source_address || ' then' END
    || CASE WHEN holder_id IS NOT NULL OR cardinality(address_user_ids) = 0 THEN ''
      ELSE '; AppStream listed there when it was checked: ' || array_join(address_user_ids, ', ') END AS summary,
  holder_id AS user_id, CASE WHEN holder_id IS NOT NULL THEN holder_session_id END AS session_id, source_address,
  coalesce('s3://' || object_bucket || '/' || object_key, 'session ' || claimed_session_id) AS resource,
  CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM told
