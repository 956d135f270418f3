-- The first ten user ids of each segment, of candidates, of possible ones and of those elsewhere. One id under two kinds of authentication is two
-- users of one name.
SELECT u.place_id, u.segment,
  array_sort(min(DISTINCT k.user_id, 10) FILTER (WHERE u.candidate)) AS user_ids,
  array_sort(min(DISTINCT k.user_id, 10) FILTER (WHERE u.possible)) AS possible_user_ids,
  array_sort(min(DISTINCT k.user_id, 10) FILTER (WHERE u.elsewhere)) AS elsewhere_user_ids
FROM segment_users u
JOIN numbered_users k ON k.user_no = u.user_no
GROUP BY u.place_id, u.segment
