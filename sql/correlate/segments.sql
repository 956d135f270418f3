-- What each segment says: its candidates (the set A at an address, I at an instance), who else is possible, and who was on
-- the address in another region.
WITH users AS (
  SELECT u.place_id, u.segment,
    CAST(sum(CASE WHEN u.candidate THEN 1 ELSE 0 END) AS bigint) AS users,
    min(CASE WHEN u.candidate THEN u.user_no END) AS one_user_no,
    max(CASE WHEN u.candidate THEN u.inside_no END) AS inside_no,
    max(CASE WHEN u.candidate THEN u.grace_no END) AS grace_no,
    max(CASE WHEN u.candidate THEN u.reported_inside_no END) AS reported_inside_no,
    max(CASE WHEN u.candidate THEN u.reported_grace_no END) AS reported_grace_no,
    CASE WHEN max(CASE WHEN u.candidate AND u.alone THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS alone,
    CASE WHEN max(CASE WHEN u.candidate AND u.reported THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS reported,
    CASE WHEN max(u.seen_only) = 1 THEN true ELSE false END AS seen_only,
    CASE WHEN min(CASE WHEN u.candidate THEN u.multi END) = 1 THEN true ELSE false END AS multi,
    CASE WHEN max(u.multi_fleet) = 1 THEN true ELSE false END AS multi_fleet,
    CASE WHEN max(CASE WHEN u.candidate THEN u.reused END) = 1 OR max(CASE WHEN u.candidate THEN u.disputed END) = 1
      THEN true ELSE false END AS contradicted,
    CASE WHEN max(u.hangs) = 1 THEN true ELSE false END AS hangs,
    CAST(sum(CASE WHEN u.possible AND NOT u.candidate THEN 1 ELSE 0 END) AS bigint) AS possible_others,
    CASE WHEN max(u.inside) = 1 THEN true ELSE false END AS has_inside,
    CASE WHEN max(u.idle) = 1 THEN true ELSE false END AS idle,
    CAST(sum(CASE WHEN u.elsewhere THEN 1 ELSE 0 END) AS bigint) AS elsewhere_users,
    CAST(sum(CASE WHEN u.elsewhere AND NOT u.candidate THEN 1 ELSE 0 END) AS bigint) AS elsewhere_others,
    CASE WHEN max(u.elsewhere_weak) = 1 THEN true ELSE false END AS elsewhere_weak
  FROM segment_users u
  GROUP BY u.place_id, u.segment
)
SELECT u.*, n.user_ids, i.session_ids, n.possible_user_ids, i.possible_session_ids, n.elsewhere_user_ids, i.elsewhere_session_ids
FROM users u
JOIN segment_user_ids n ON n.place_id = u.place_id AND n.segment = u.segment
JOIN segment_session_ids i ON i.place_id = u.place_id AND i.segment = u.segment
