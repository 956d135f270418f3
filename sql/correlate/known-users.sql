-- Every user that a session of any time had, under the hash that home-folder and settings keys carry.
SELECT account_id, authentication_type, user_hash, min(user_key) AS user_key, min(user_id) AS user_id
FROM resolved_sessions
GROUP BY account_id, authentication_type, user_hash
