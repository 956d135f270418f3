-- Names to compare a mistyped one with.
SELECT 'user' AS kind, s.user_id AS name FROM resolved_sessions s WHERE s.user_id IS NOT NULL GROUP BY s.user_id
UNION ALL
SELECT 'bucket' AS kind, a.bucket AS name FROM attributions a WHERE a.bucket IS NOT NULL GROUP BY a.bucket
ORDER BY kind, name
LIMIT 20000
