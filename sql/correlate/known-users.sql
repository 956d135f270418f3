-- Every user that a session of any time had, under the hash that home-folder and settings keys carry, with the start of the
-- first session (epoch milliseconds): before it the user was not known.
SELECT s.account_id, s.authentication_type, s.user_hash, min(k.user_no) AS user_no, min(s.user_id) AS user_id,
  min(s.session_start_ms) AS first_start_ms
FROM resolved_sessions s
JOIN numbered_users k ON k.user_key = s.user_key
GROUP BY s.account_id, s.authentication_type, s.user_hash
