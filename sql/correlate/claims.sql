-- Evidence beside the address, for the events that carry any: K, the user whose hash a key names, and I, the users of the
-- instance that the role session names, each held against the candidates A of the address.
WITH carried AS (
  SELECT e.n, e.place_id, e.segment, e.instance_place_id, e.instance_segment, c.service_key,
    CASE WHEN c.service_key THEN k.user_key END AS key_user_key,
    a.users AS address_users, a.one_user_key AS address_user_key, i.users AS instance_users, i.one_user_key AS instance_user_key,
    i.alone AS instance_alone, i.reported AS instance_reported, i.seen_only AS instance_seen_only,
    i.possible_others AS instance_possible_others, i.pick AS instance_pick,
    i.reported_pick AS instance_reported_pick
  FROM evidence e
  JOIN calls c ON c.n = e.n
  LEFT JOIN known_users k ON k.account_id = c.key_account_id AND k.authentication_type = c.key_authentication_type AND k.user_hash = c.key_user_hash
  LEFT JOIN segments a ON a.place_id = e.place_id AND a.segment = e.segment
  LEFT JOIN segments i ON i.place_id = e.instance_place_id AND i.segment = e.instance_segment
  WHERE c.service_key OR i.segment IS NOT NULL
)
SELECT c.n, c.key_user_key, c.instance_users, c.instance_user_key, c.instance_alone, c.instance_reported, c.instance_seen_only,
  c.instance_possible_others, c.instance_pick, c.instance_reported_pick,
  coalesce(k.candidate, false) AS key_user_at_address, k.pick AS key_user_pick, k.reported_pick AS key_user_reported_pick,
  coalesce(ia.candidate, false) AS instance_user_at_address, ia.pick AS instance_user_pick, ia.reported_pick AS instance_user_reported_pick,
  coalesce(ia.reported, false) AS instance_user_reported,
  coalesce(ai.candidate, false) AS address_user_on_instance
FROM carried c
LEFT JOIN segment_users k ON k.place_id = c.place_id AND k.segment = c.segment AND k.user_key = c.key_user_key
LEFT JOIN segment_users ia ON ia.place_id = c.place_id AND ia.segment = c.segment
  AND ia.user_key = CASE WHEN c.instance_users = 1 THEN c.instance_user_key END
LEFT JOIN segment_users ai ON ai.place_id = c.instance_place_id AND ai.segment = c.instance_segment
  AND ai.user_key = CASE WHEN c.address_users = 1 THEN c.address_user_key END
