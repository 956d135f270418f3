-- Every instance that a session of any time was on, in the network of its account and in that of each endpoint that serves
-- several accounts with it.
SELECT account_id AS network_id, instance_id FROM resolved_sessions WHERE instance_id IS NOT NULL GROUP BY account_id, instance_id
UNION
SELECT m.endpoint_id, s.instance_id
FROM resolved_sessions s
JOIN configured_endpoint_members m ON m.several AND m.account_id = s.account_id
WHERE s.instance_id IS NOT NULL
