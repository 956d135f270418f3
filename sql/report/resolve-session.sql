-- Whether a session is known here.
SELECT DISTINCT s.session_id, s.user_id FROM resolved_sessions s WHERE s.session_id = :session_id ORDER BY s.user_id
