-- Every account that a session of any time was in: an address or a role of another account proves nothing.
SELECT account_id FROM resolved_sessions GROUP BY account_id
