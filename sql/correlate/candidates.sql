-- The candidate columns of each set of events whose candidates are not just those of their address. The first ten of
-- several lists together are among the first ten of each.
WITH part AS (
  SELECT n, place_id, segment, false AS possible FROM candidate_sets WHERE n = set_n AND segment IS NOT NULL
  UNION ALL SELECT n, instance_place_id, instance_segment, false FROM candidate_sets WHERE n = set_n AND instance_segment IS NOT NULL
  UNION ALL SELECT n, lead_place_id, lead_segment, false FROM candidate_sets WHERE n = set_n AND lead_segment IS NOT NULL
  UNION ALL SELECT n, possible_place_id, possible_segment, true FROM candidate_sets WHERE n = set_n AND possible_segment IS NOT NULL
  UNION ALL SELECT n, possible_instance_place_id, possible_instance_segment, true
  FROM candidate_sets WHERE n = set_n AND possible_instance_segment IS NOT NULL
), counted AS (
  SELECT w.n, count(DISTINCT w.user_no) AS candidate_count
  FROM (
    SELECT p.n, u.user_no
    FROM part p
    JOIN segment_users u ON u.place_id = p.place_id AND u.segment = p.segment
    WHERE CASE WHEN p.possible THEN u.possible ELSE u.candidate END
    UNION ALL SELECT n, list_user_no FROM candidate_sets WHERE n = set_n
  ) w
  GROUP BY w.n
), listed AS (
  SELECT p.n, CASE WHEN p.possible THEN s.possible_user_ids ELSE s.user_ids END AS user_ids,
    CASE WHEN p.possible THEN s.possible_session_ids ELSE s.session_ids END AS session_ids
  FROM part p
  JOIN segments s ON s.place_id = p.place_id AND s.segment = p.segment
), user_names AS (
  SELECT w.n, array_sort(min(DISTINCT w.user_id, 10)) AS user_ids
  FROM (
    SELECT l.n, t.user_id FROM listed l CROSS JOIN UNNEST(l.user_ids) AS t(user_id)
    UNION ALL SELECT c.n, k.user_id FROM candidate_sets c JOIN numbered_users k ON k.user_no = c.list_user_no WHERE c.n = c.set_n
  ) w
  GROUP BY w.n
), session_names AS (
  SELECT l.n, array_sort(min(DISTINCT t.session_id, 10)) AS session_ids
  FROM listed l CROSS JOIN UNNEST(l.session_ids) AS t(session_id)
  GROUP BY l.n
), empty AS (
  SELECT CAST(ARRAY[] AS varchar ARRAY) AS none
)
SELECT c.n AS set_n, c.candidate_count, coalesce(u.user_ids, none) AS candidate_user_ids, coalesce(s.session_ids, none) AS candidate_session_ids
FROM counted c
CROSS JOIN empty
LEFT JOIN user_names u ON u.n = c.n
LEFT JOIN session_names s ON s.n = c.n
