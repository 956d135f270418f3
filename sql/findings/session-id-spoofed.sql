-- title: A session is not what it was claimed to be
-- severity: high
-- meaning: Who came in showed a session that is not theirs: `verify-session` refused it, because AppStream lists no such session, or it
--   is of another user, on another address, of another home folder, of another stack or fleet, or began after the claim. What was
--   claimed is no name: the user of the finding is whoever's session alone was on the address that the claim came from.
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
  SELECT account_id, source_address, claimed_at_ms FROM refused WHERE source_address IS NOT NULL GROUP BY account_id, source_address, claimed_at_ms
), held AS (
  SELECT s.session_id, s.account_id, s.user_key, s.user_id, s.session_start_ms, coalesce(s.session_end_ms, s.session_start_ms) + 999 AS until_ms,
    s.is_multisession, t.a AS address
  FROM resolved_sessions s CROSS JOIN UNNEST(s.private_addresses) AS t(a)
), holder AS (
  SELECT p.account_id, p.source_address, p.claimed_at_ms, count(DISTINCT h.user_key) AS users, min(h.user_id) AS user_id,
    count(DISTINCT h.session_id) AS session_count, min(h.session_id) AS session_id, max(CASE WHEN h.is_multisession THEN 1 ELSE 0 END) AS is_shared
  FROM spot p
  JOIN held h ON h.account_id = p.account_id AND h.address = p.source_address
    AND h.session_start_ms <= p.claimed_at_ms + 999 AND h.until_ms >= p.claimed_at_ms
  GROUP BY p.account_id, p.source_address, p.claimed_at_ms
), known AS (
  -- what reports and sweeps know of the session that was claimed
  SELECT r.check_id, min(s.user_id) AS user_id,
    max(CASE WHEN s.user_id = r.claimed_user_id AND s.session_start_ms <= r.claimed_at_ms + 999 THEN 1 ELSE 0 END) AS is_theirs
  FROM refused r JOIN resolved_sessions s ON s.session_id = r.claimed_session_id
  GROUP BY r.check_id
), told AS (
  SELECT r.*, coalesce(r.session_user_id, k.user_id) AS owner_id, coalesce(h.users, 0) AS users,
    -- AppStream's list of that moment and what reports and sweeps say have to agree on one person
    CASE WHEN h.is_shared = 1 THEN NULL
      WHEN h.users = 1 AND cardinality(r.address_user_ids) = 0 THEN h.user_id
      WHEN h.users = 1 AND cardinality(r.address_user_ids) = 1 THEN CASE WHEN r.address_user_ids[1] = h.user_id THEN h.user_id END
      WHEN h.users IS NULL AND cardinality(r.address_user_ids) = 1 AND cardinality(r.address_session_ids) = 1 THEN r.address_user_ids[1]
    END AS holder_id,
    CASE WHEN h.session_count = 1 THEN h.session_id
      WHEN h.users IS NULL AND cardinality(r.address_session_ids) = 1 THEN r.address_session_ids[1]
    END AS holder_session_id
  FROM refused r
  LEFT JOIN holder h ON h.account_id = r.account_id AND h.source_address = r.source_address AND h.claimed_at_ms = r.claimed_at_ms
  LEFT JOIN known k ON k.check_id = r.check_id
  -- a session that had ended before AppStream was asked, and was theirs
  WHERE r.reason <> 'exists_failed' OR coalesce(k.is_theirs, 0) = 0
)
SELECT claimed_at_ms AS event_time_ms, dt,
  coalesce(claimed_session_id, '') || ' ' || coalesce(claimed_user_id, '') || ' '
    || coalesce(object_bucket || '/' || object_key, 'from ' || coalesce(source_address, 'no address')) AS subject,
  'the session ' || coalesce(claimed_session_id, 'without an id') || ' was claimed at ' || substr(CAST(claimed_at AS varchar), 1, 19) || ' UTC in the name of '
    || coalesce(claimed_user_id, 'nobody') || ' from ' || coalesce(source_address, 'an address that nobody saw') || ', and refused (' || array_join(failed, ', ')
    || '): ' || CASE WHEN owner_id IS NULL THEN 'no such session is known'
      WHEN owner_id = claimed_user_id THEN 'the session is of that user'
        || CASE WHEN cardinality(session_addresses) = 0 THEN '' ELSE ', on ' || array_join(session_addresses, ', ') END
      ELSE 'the session belongs to ' || owner_id END
    || CASE WHEN source_address IS NULL THEN ''
      WHEN holder_id IS NOT NULL THEN '; on ' || source_address || ' was then ' || holder_id || coalesce(' in the session ' || holder_session_id, '')
      WHEN users > 1 OR cardinality(address_user_ids) > 1 THEN '; on ' || source_address || ' were then sessions of several users'
      WHEN users = 1 OR cardinality(address_user_ids) = 1 THEN '; who was then on ' || source_address || ' is not certain'
      ELSE '; no session is known to have been on ' || source_address || ' then' END AS summary,
  holder_id AS user_id, CASE WHEN holder_id IS NOT NULL THEN holder_session_id END AS session_id, source_address,
  coalesce('s3://' || object_bucket || '/' || object_key, 'session ' || claimed_session_id) AS resource,
  CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM told
