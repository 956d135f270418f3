-- The events whose candidates are not just those of their address, each with the least of the events whose candidates come
-- from the same segments and the same key: what is the same for thousands of events is put together once. An event whose copies
-- differ is a set of its own (`copies_of`).
WITH asked AS (
  SELECT v.n, v.list_user_no, v.list_person, CASE WHEN v.contradicted THEN v.n END AS copies_of,
    CASE WHEN v.lists_address THEN v.place_id END AS place_id, CASE WHEN v.lists_address THEN v.segment END AS segment,
    CASE WHEN v.lists_instance THEN v.instance_place_id END AS instance_place_id, CASE WHEN v.lists_instance THEN v.instance_segment END AS instance_segment,
    CASE WHEN v.lists_possible THEN v.place_id END AS possible_place_id, CASE WHEN v.lists_possible THEN v.segment END AS possible_segment,
    CASE WHEN v.lists_possible AND v.lists_instance THEN v.instance_place_id END AS possible_instance_place_id,
    CASE WHEN v.lists_possible AND v.lists_instance THEN v.instance_segment END AS possible_instance_segment,
    CASE WHEN v.lists_elsewhere THEN v.place_id END AS elsewhere_place_id, CASE WHEN v.lists_elsewhere THEN v.segment END AS elsewhere_segment,
    d.place_id AS lead_place_id, d.segment AS lead_segment
  FROM verdicts v
  LEFT JOIN leads d ON d.n = v.n
  WHERE v.mixed
)
SELECT a.*,
  min(n) OVER (PARTITION BY list_user_no, list_person, copies_of, place_id, segment, instance_place_id, instance_segment, possible_place_id,
    possible_segment, possible_instance_place_id, possible_instance_segment, elsewhere_place_id, elsewhere_segment, lead_place_id, lead_segment) AS set_n
FROM asked a
