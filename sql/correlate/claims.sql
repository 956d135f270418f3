-- Evidence beside the address, for the events that carry any: K, the user whose hash a key names, and I, the users of the
-- instance that the role session names, each held against the candidates A of the address.
WITH carried AS (
  SELECT e.n, e.place_id, e.segment, e.instance_place_id, e.instance_segment, c.service_key,
    CASE WHEN c.service_key THEN k.user_no END AS key_user_no,
    a.users AS address_users, a.one_user_no AS address_user_no, i.users AS instance_users, i.one_user_no AS instance_user_no,
    i.alone AS instance_alone, i.reported AS instance_reported, i.seen_only AS instance_seen_only,
    i.possible_others AS instance_possible_others, i.pick AS instance_pick,
    i.reported_pick AS instance_reported_pick
  FROM evidence e
  JOIN calls c ON c.n = e.n
  LEFT JOIN known_users k ON k.account_id = c.key_account_id AND k.authentication_type = c.key_authentication_type AND k.user_hash = c.key_user_hash
  LEFT JOIN segments a ON a.place_id = e.place_id AND a.segment = e.segment
  LEFT JOIN segments i ON i.place_id = e.instance_place_id AND i.segment = e.instance_segment
  WHERE c.service_key OR i.segment IS NOT NULL
), key_user AS (
  SELECT c.n, u.candidate, u.pick, u.reported_pick
  FROM carried c
  JOIN segment_users u ON u.place_id = c.place_id AND u.segment = c.segment AND u.user_no = c.key_user_no
), instance_user AS (
  -- the one user of the instance, at the address
  SELECT c.n, u.candidate, u.pick, u.reported_pick, u.reported
  FROM carried c
  JOIN segment_users u ON u.place_id = c.place_id AND u.segment = c.segment AND u.user_no = c.instance_user_no
  WHERE c.instance_users = 1
), address_user AS (
  -- the one user of the address, on the instance
  SELECT c.n, u.candidate
  FROM carried c
  JOIN segment_users u ON u.place_id = c.instance_place_id AND u.segment = c.instance_segment AND u.user_no = c.address_user_no
  WHERE c.address_users = 1
)
SELECT c.n, c.key_user_no, c.instance_users, c.instance_user_no, c.instance_alone, c.instance_reported, c.instance_seen_only,
  c.instance_possible_others, c.instance_pick, c.instance_reported_pick,
  coalesce(k.candidate, false) AS key_user_at_address, k.pick AS key_user_pick, k.reported_pick AS key_user_reported_pick,
  coalesce(i.candidate, false) AS instance_user_at_address, i.pick AS instance_user_pick, i.reported_pick AS instance_user_reported_pick,
  coalesce(i.reported, false) AS instance_user_reported,
  coalesce(a.candidate, false) AS address_user_on_instance
FROM carried c
LEFT JOIN key_user k ON k.n = c.n
LEFT JOIN instance_user i ON i.n = c.n
LEFT JOIN address_user a ON a.n = c.n
