-- The candidate columns of the events whose candidates are not just those of their address.
WITH joined AS (
  SELECT v.n, v.list_key, k.user_id AS key_user_id,
    CASE WHEN v.list_address THEN a.user_keys END AS address_keys,
    CASE WHEN v.list_address THEN a.user_ids END AS address_ids,
    CASE WHEN v.list_address THEN a.session_ids END AS address_sessions,
    CASE WHEN v.list_instance THEN i.user_keys END AS instance_keys,
    CASE WHEN v.list_instance THEN i.user_ids END AS instance_ids,
    CASE WHEN v.list_instance THEN i.session_ids END AS instance_sessions,
    CASE WHEN v.list_possible THEN a.possible_user_keys END AS possible_keys,
    CASE WHEN v.list_possible THEN a.possible_user_ids END AS possible_ids,
    CASE WHEN v.list_possible THEN a.possible_session_ids END AS possible_sessions,
    CASE WHEN v.list_possible AND v.list_instance THEN i.possible_user_keys END AS also_keys,
    CASE WHEN v.list_possible AND v.list_instance THEN i.possible_user_ids END AS also_ids,
    CASE WHEN v.list_possible AND v.list_instance THEN i.possible_session_ids END AS also_sessions,
    l.user_keys AS lead_keys, l.user_ids AS lead_ids, l.session_ids AS lead_sessions
  FROM verdicts v
  LEFT JOIN segments a ON a.place_id = v.place_id AND a.segment = v.segment
  LEFT JOIN segments i ON i.place_id = v.instance_place_id AND i.segment = v.instance_segment
  LEFT JOIN leads d ON d.n = v.n
  LEFT JOIN segments l ON l.place_id = d.place_id AND l.segment = d.segment
  LEFT JOIN (SELECT user_key, min(user_id) AS user_id FROM known_users GROUP BY user_key) k ON k.user_key = v.list_key
  WHERE v.mixed
), empty AS (
  SELECT CAST(ARRAY[] AS varchar ARRAY) AS none
), gathered AS (
  SELECT n,
    array_distinct(coalesce(address_keys, none) || coalesce(instance_keys, none) || coalesce(possible_keys, none) || coalesce(also_keys, none)
      || coalesce(lead_keys, none) || CASE WHEN list_key IS NULL THEN none ELSE ARRAY[list_key] END) AS user_keys,
    array_distinct(coalesce(address_ids, none) || coalesce(instance_ids, none) || coalesce(possible_ids, none) || coalesce(also_ids, none)
      || coalesce(lead_ids, none) || CASE WHEN key_user_id IS NULL THEN none ELSE ARRAY[key_user_id] END) AS user_ids,
    array_distinct(coalesce(address_sessions, none) || coalesce(instance_sessions, none) || coalesce(possible_sessions, none)
      || coalesce(also_sessions, none) || coalesce(lead_sessions, none)) AS session_ids
  FROM joined CROSS JOIN empty
)
SELECT n, cardinality(user_keys) AS candidate_count, slice(array_sort(user_ids), 1, 10) AS candidate_user_ids,
  slice(array_sort(session_ids), 1, 10) AS candidate_session_ids
FROM gathered
