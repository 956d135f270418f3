-- Every user that a session of any time had, under the hash that home-folder and settings keys carry.
SELECT s.account_id, s.authentication_type, s.user_hash, min(k.user_no) AS user_no, min(s.user_id) AS user_id
FROM resolved_sessions s
JOIN numbered_users k ON k.user_key = s.user_key
GROUP BY s.account_id, s.authentication_type, s.user_hash
