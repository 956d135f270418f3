-- Every known user by key.
SELECT user_key, min(user_id) AS user_id, min(authentication_type) AS authentication_type FROM resolved_sessions GROUP BY user_key
