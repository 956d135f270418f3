-- The accounts of each network that events ask about: of an endpoint that serves several all of them, else itself.
SELECT c.network_id, coalesce(m.account_id, c.network_id) AS account_id
FROM (SELECT network_id FROM calls GROUP BY network_id) c
LEFT JOIN (SELECT endpoint_id, account_id FROM configured_endpoint_members WHERE several GROUP BY endpoint_id, account_id) m
  ON m.endpoint_id = c.network_id
