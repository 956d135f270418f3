-- Every known user, numbered by key: the stages that hold every user of every segment are about numbers.
WITH known AS (
  SELECT user_key, min(user_id) AS user_id, min(authentication_type) AS authentication_type FROM resolved_sessions GROUP BY user_key
)
SELECT row_number() OVER (ORDER BY user_key) AS user_no, user_key, user_id, authentication_type FROM known
