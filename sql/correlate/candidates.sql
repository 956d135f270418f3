-- The candidate columns of each set of events whose candidates are not just those of their address. The first ten of
-- several lists together are among the first ten of each.
WITH one AS (
  SELECT * FROM candidate_sets WHERE n = set_n
), copy AS (
  -- the other copies of an event whose copies differ, and the other corrections of what it corrects
  SELECT o.n, e.place_id, e.segment, e.instance_place_id, e.instance_segment, s.person, coalesce(s.address_user_no, s.user_no) AS user_no
  FROM one o
  JOIN (SELECT variant_of AS n, n AS other_n FROM calls WHERE variant_of IS NOT NULL UNION ALL SELECT n, other_n FROM rival_corrections) c
    ON c.n = o.copies_of
  JOIN evidence e ON e.n = c.other_n
  LEFT JOIN self_named s ON s.n = c.other_n
), part AS (
  SELECT n, place_id, segment, 'candidate' AS presence FROM one WHERE segment IS NOT NULL
  UNION ALL SELECT n, instance_place_id, instance_segment, 'candidate' FROM one WHERE instance_segment IS NOT NULL
  UNION ALL SELECT n, lead_place_id, lead_segment, 'candidate' FROM one WHERE lead_segment IS NOT NULL
  UNION ALL SELECT n, place_id, segment, 'candidate' FROM copy WHERE segment IS NOT NULL
  UNION ALL SELECT n, instance_place_id, instance_segment, 'candidate' FROM copy WHERE instance_segment IS NOT NULL
  UNION ALL SELECT n, possible_place_id, possible_segment, 'possible' FROM one WHERE possible_segment IS NOT NULL
  UNION ALL SELECT n, possible_instance_place_id, possible_instance_segment, 'possible' FROM one WHERE possible_instance_segment IS NOT NULL
  UNION ALL SELECT n, elsewhere_place_id, elsewhere_segment, 'elsewhere' FROM one WHERE elsewhere_segment IS NOT NULL
), person AS (
  SELECT n, list_person AS person FROM one WHERE list_person IS NOT NULL
  UNION
  SELECT n, person FROM copy WHERE person IS NOT NULL AND user_no IS NULL
), person_count AS (
  SELECT n, count(DISTINCT lower(person)) AS persons FROM person GROUP BY n
), counted AS (
  SELECT w.n, count(DISTINCT w.user_no) AS users
  FROM (
    SELECT p.n, u.user_no
    FROM part p
    JOIN segment_users u ON u.place_id = p.place_id AND u.segment = p.segment
    WHERE CASE p.presence WHEN 'possible' THEN u.possible WHEN 'elsewhere' THEN u.elsewhere ELSE u.candidate END
    UNION ALL SELECT n, list_user_no FROM one
    UNION ALL SELECT n, user_no FROM copy
  ) w
  GROUP BY w.n
), listed AS (
  SELECT p.n,
    CASE p.presence WHEN 'possible' THEN s.possible_user_ids WHEN 'elsewhere' THEN s.elsewhere_user_ids ELSE s.user_ids END AS user_ids,
    CASE p.presence WHEN 'possible' THEN s.possible_session_ids WHEN 'elsewhere' THEN s.elsewhere_session_ids ELSE s.session_ids END AS session_ids
  FROM part p
  JOIN segments s ON s.place_id = p.place_id AND s.segment = p.segment
), user_names AS (
  SELECT w.n, array_sort(min(DISTINCT w.user_id, 10)) AS user_ids
  FROM (
    SELECT l.n, t.user_id FROM listed l CROSS JOIN UNNEST(l.user_ids) AS t(user_id)
    UNION ALL SELECT c.n, k.user_id FROM one c JOIN numbered_users k ON k.user_no = c.list_user_no
    UNION ALL SELECT c.n, k.user_id FROM copy c JOIN numbered_users k ON k.user_no = c.user_no
    UNION ALL SELECT n, person FROM person
  ) w
  GROUP BY w.n
), session_names AS (
  SELECT l.n, array_sort(min(DISTINCT t.session_id, 10)) AS session_ids
  FROM listed l CROSS JOIN UNNEST(l.session_ids) AS t(session_id)
  GROUP BY l.n
), empty AS (
  SELECT CAST(ARRAY[] AS varchar ARRAY) AS none
)
SELECT c.n AS set_n, c.users + coalesce(p.persons, 0) AS candidate_count, coalesce(u.user_ids, none) AS candidate_user_ids,
  coalesce(s.session_ids, none) AS candidate_session_ids
FROM counted c
CROSS JOIN empty
LEFT JOIN person_count p ON p.n = c.n
LEFT JOIN user_names u ON u.n = c.n
LEFT JOIN session_names s ON s.n = c.n
