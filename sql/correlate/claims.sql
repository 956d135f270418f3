-- Evidence beside the address, for the events that carry any: K, the user whose hash a key names, and I, the users of the
-- instance that the role session names, each held against the candidates A of the address.
WITH carried AS (
  SELECT e.n, e.place_id, e.segment, e.instance_place_id, e.instance_segment,
    CASE WHEN e.service_key AND k.first_start_ms - CASE WHEN c.time_precision = 's' THEN k.first_start_ms % 1000 ELSE 0 END <= c.t
      THEN k.user_no END AS key_user_no,
    a.users AS address_users, a.one_user_no AS address_user_no, i.users AS instance_users, i.one_user_no AS instance_user_no,
    i.alone AS instance_alone, i.seen_only AS instance_seen_only, i.hangs AS instance_hangs,
    i.possible_others AS instance_possible_others, i.inside_no AS instance_inside_no, i.grace_no AS instance_grace_no,
    i.reported_inside_no AS instance_reported_inside_no, i.reported_grace_no AS instance_reported_grace_no
  FROM evidence e
  JOIN calls c ON c.n = e.n
  LEFT JOIN known_users k ON k.account_id = c.key_account_id AND k.authentication_type = c.key_authentication_type AND k.user_hash = c.key_user_hash
  LEFT JOIN segments a ON a.place_id = e.place_id AND a.segment = e.segment
  LEFT JOIN segments i ON i.place_id = e.instance_place_id AND i.segment = e.instance_segment
  WHERE e.service_key OR i.segment IS NOT NULL
), key_user AS (
  SELECT c.n, u.candidate, u.inside_no, u.grace_no, u.reported_inside_no, u.reported_grace_no
  FROM carried c
  JOIN segment_users u ON u.place_id = c.place_id AND u.segment = c.segment AND u.user_no = c.key_user_no
), instance_user AS (
  -- the one user of the instance, at the address
  SELECT c.n, u.candidate, u.inside_no, u.grace_no, u.reported_inside_no, u.reported_grace_no
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
SELECT c.n, c.key_user_no, c.instance_users, c.instance_user_no, c.instance_alone, c.instance_seen_only, c.instance_hangs,
  c.instance_possible_others, c.instance_inside_no, c.instance_grace_no, c.instance_reported_inside_no, c.instance_reported_grace_no,
  coalesce(k.candidate, false) AS key_user_at_address, k.inside_no AS key_inside_no, k.grace_no AS key_grace_no,
  k.reported_inside_no AS key_reported_inside_no, k.reported_grace_no AS key_reported_grace_no,
  coalesce(i.candidate, false) AS instance_user_at_address, i.inside_no AS both_inside_no, i.grace_no AS both_grace_no,
  i.reported_inside_no AS both_reported_inside_no, i.reported_grace_no AS both_reported_grace_no,
  coalesce(a.candidate, false) AS address_user_on_instance
FROM carried c
LEFT JOIN key_user k ON k.n = c.n
LEFT JOIN instance_user i ON i.n = c.n
LEFT JOIN address_user a ON a.n = c.n
