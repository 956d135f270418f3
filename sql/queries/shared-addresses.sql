-- title: Addresses that passed from one user to another within minutes, or were shared
-- question: Where could one user's actions be taken for another's?
-- columns: address, earlier_user_id, later_user_id, later_start, gap_ms, at_the_same_time, fleet_name
-- param within bigint = 300: seconds between two users on one address; sessions at the same time are listed whatever this says
-- param address text = '': one address; empty for all
WITH placed AS (
  SELECT s.account_id, a.address, s.user_key, s.user_id, s.session_id, s.fleet_name, s.session_start, s.session_start_ms,
         s.session_end, coalesce(s.session_end_ms, s.session_start_ms) AS end_ms, s.is_multisession
  FROM resolved_sessions s CROSS JOIN UNNEST(s.private_addresses) AS a(address)
), ordered AS (
  SELECT account_id, address, user_key, user_id, session_id, fleet_name, session_start, session_start_ms, session_end, is_multisession,
         lag(user_key) OVER (PARTITION BY account_id, address ORDER BY session_start_ms, end_ms, session_id) AS earlier_user_key,
         lag(user_id) OVER (PARTITION BY account_id, address ORDER BY session_start_ms, end_ms, session_id) AS earlier_user_id,
         lag(session_id) OVER (PARTITION BY account_id, address ORDER BY session_start_ms, end_ms, session_id) AS earlier_session_id,
         max(end_ms) OVER (PARTITION BY account_id, address ORDER BY session_start_ms, end_ms, session_id
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier_end_ms
  FROM placed
)
SELECT account_id, address, earlier_user_id, user_id AS later_user_id, session_start AS later_start,
       session_start_ms <= earlier_end_ms AS at_the_same_time, session_start_ms - earlier_end_ms AS gap_ms,
       is_multisession, fleet_name, earlier_session_id, session_id AS later_session_id
FROM ordered
WHERE earlier_user_key <> user_key AND session_start_ms - earlier_end_ms <= :within * 1000
  AND (:address = '' OR address = :address)
ORDER BY account_id, address, session_start_ms, session_id
