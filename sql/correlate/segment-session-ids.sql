-- The first ten session ids of each segment, of candidates and of possible ones: where fifty share an address, whole lists of a
-- million events are more than the memory there is. A session is in a segment at most once with each
-- presence; several sessions of one id are listed once.
SELECT c.place_id, c.segment,
  array_sort(min(DISTINCT s.session_id, 10) FILTER (WHERE c.presence IN ('inside', 'grace'))) AS session_ids,
  array_sort(min(DISTINCT s.session_id, 10) FILTER (WHERE c.presence = 'possible')) AS possible_session_ids,
  array_sort(min(DISTINCT s.session_id, 10) FILTER (WHERE c.presence = 'elsewhere')) AS elsewhere_session_ids
FROM segment_sessions c
JOIN run_sessions s ON s.session_no = c.session_no
GROUP BY c.place_id, c.segment
