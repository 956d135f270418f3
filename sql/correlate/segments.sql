-- What each segment says: its candidates (the set A at an address, I at an instance) and who else is possible.
WITH users AS (
  SELECT u.place_id, u.segment,
    CAST(sum(CASE WHEN u.candidate THEN 1 ELSE 0 END) AS bigint) AS users,
    min(CASE WHEN u.candidate THEN u.user_key END) AS one_user_key,
    max(CASE WHEN u.candidate THEN u.pick END) AS pick,
    max(CASE WHEN u.candidate THEN u.reported_pick END) AS reported_pick,
    CASE WHEN max(CASE WHEN u.candidate AND u.alone THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS alone,
    CASE WHEN max(CASE WHEN u.candidate AND u.reported THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS reported,
    CASE WHEN max(coalesce(u.seen_only, 0)) = 1 THEN true ELSE false END AS seen_only,
    CASE WHEN min(CASE WHEN u.candidate THEN u.multi END) = 1 THEN true ELSE false END AS multi,
    CAST(sum(CASE WHEN u.possible AND NOT u.candidate THEN 1 ELSE 0 END) AS bigint) AS possible_others,
    CASE WHEN max(u.idle) = 1 THEN true ELSE false END AS idle,
    array_agg(u.user_key) FILTER (WHERE u.candidate) AS user_keys,
    array_agg(u.user_key) FILTER (WHERE u.possible) AS possible_user_keys
  FROM segment_users u
  GROUP BY u.place_id, u.segment
), user_names AS (
  SELECT u.place_id, u.segment,
    array_agg(k.user_id) FILTER (WHERE u.candidate) AS user_ids,
    array_agg(k.user_id) FILTER (WHERE u.possible) AS possible_user_ids
  FROM segment_users u
  JOIN named_users k ON k.user_key = u.user_key
  GROUP BY u.place_id, u.segment
), session_names AS (
  -- a session is in a segment once: its presences at a place do not overlap
  SELECT c.place_id, c.segment,
    array_agg(s.session_id) FILTER (WHERE c.presence IN ('inside', 'grace')) AS session_ids,
    array_agg(s.session_id) FILTER (WHERE c.presence = 'possible') AS possible_session_ids
  FROM segment_sessions c
  JOIN run_sessions s ON s.session_no = c.session_no
  GROUP BY c.place_id, c.segment
)
-- arrays are sorted once they are whole: sorting while gathering costs several times as much
SELECT u.*, slice(array_sort(array_distinct(n.user_ids)), 1, 10) AS user_ids, slice(array_sort(i.session_ids), 1, 10) AS session_ids,
  slice(array_sort(array_distinct(n.possible_user_ids)), 1, 10) AS possible_user_ids,
  slice(array_sort(i.possible_session_ids), 1, 10) AS possible_session_ids
FROM users u
JOIN user_names n ON n.place_id = u.place_id AND n.segment = u.segment
JOIN session_names i ON i.place_id = u.place_id AND i.segment = u.segment
