-- Whether a user is known here, and under which spellings.
SELECT k.user_id, count(*) AS n
FROM (
  SELECT s.user_id FROM resolved_sessions s
  UNION ALL
  SELECT a.user_id FROM attributions a WHERE a.user_id IS NOT NULL
) k
WHERE lower(k.user_id) = lower(:user_id)
GROUP BY k.user_id ORDER BY k.user_id
