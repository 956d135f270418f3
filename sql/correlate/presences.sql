-- The spans in which a session means something at a place, inclusive, epoch milliseconds:
-- `inside` a candidate that contains the time; `grace` a candidate after its end, until a newcomer starts;
-- `idle` reported and never connected; `possible` known from snapshots only and not seen connected then;
-- `elsewhere` connected, on the address in another region; `disputed` a contested or doubtful session with its grace, as if
-- nobody cut it: what is said of this time hangs on it.
-- A newcomer on the same multi-session instance cuts nothing. A sighting may be dated before the start of what it shows.
WITH departures AS (
  -- looking back from the future: the first start after each end. At a tie the end comes first, so that the start does not count
  SELECT place_id, session_no, min(CASE WHEN k = 1 THEN p END)
      OVER (PARTITION BY place_id ORDER BY p DESC, k ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS next_start_ms, k
  FROM (
    SELECT place_id, start_ms AS p, 1 AS k, CAST(NULL AS bigint) AS session_no FROM arrivals
    UNION ALL SELECT place_id, left_ms, 0, session_no FROM session_places WHERE NOT past AND NOT elsewhere
  ) bounds
), cut AS (
  SELECT s.place_id, s.session_no, s.user_no, s.origin, s.connected, s.is_multisession, s.multi_fleet, s.doubtful,
    s.disputed, s.reused, s.start_ms, s.end_ms, s.absent_ms,
    -- the first newcomer: one who starts at the very end, else the next who is not on the same shared instance
    CASE WHEN tie.sessions > (CASE WHEN s.start_ms = s.left_ms THEN 1 ELSE 0 END)
        AND tie.shared_instance_id <> coalesce(s.shared_instance_id, '-') THEN s.left_ms
      WHEN next.shared_instance_id = s.shared_instance_id THEN next.other_start_ms
      ELSE next.start_ms END AS newcomer_ms
  FROM session_places s
  JOIN departures d ON d.place_id = s.place_id AND d.session_no = s.session_no AND d.k = 0
  LEFT JOIN arrivals tie ON tie.place_id = s.place_id AND tie.start_ms = s.left_ms
  LEFT JOIN arrivals next ON next.place_id = d.place_id AND next.start_ms = d.next_start_ms
  WHERE NOT s.past AND NOT s.elsewhere
), bounded AS (
  SELECT c.*,
    greatest(end_ms, least(end_ms + :grace_ms, coalesce(newcomer_ms - 1, end_ms + :grace_ms))) AS grace_end_ms,
    CASE WHEN origin = 'snapshot' THEN
      greatest(end_ms, least(absent_ms + :grace_ms, coalesce(newcomer_ms - 1, absent_ms + :grace_ms))) END AS possible_end_ms
  FROM cut c
)
SELECT place_id, session_no, user_no, origin, is_multisession, multi_fleet, doubtful, disputed, reused,
  'inside' AS presence, start_ms AS from_ms, end_ms AS to_ms
FROM bounded WHERE connected AND end_ms >= start_ms
UNION ALL
SELECT place_id, session_no, user_no, origin, is_multisession, multi_fleet, doubtful, disputed, reused, 'grace', end_ms + 1, grace_end_ms
FROM bounded WHERE connected AND origin = 'report' AND grace_end_ms > end_ms
UNION ALL
SELECT place_id, session_no, user_no, origin, is_multisession, multi_fleet, doubtful, disputed, reused, 'idle', start_ms, end_ms
FROM bounded WHERE NOT connected AND origin = 'report' AND end_ms >= start_ms
UNION ALL
SELECT place_id, session_no, user_no, origin, is_multisession, multi_fleet, doubtful, disputed, reused, 'possible', CASE WHEN connected THEN end_ms + 1 ELSE start_ms END, possible_end_ms
FROM bounded WHERE origin = 'snapshot' AND possible_end_ms >= CASE WHEN connected THEN end_ms + 1 ELSE start_ms END
UNION ALL
SELECT place_id, session_no, user_no, origin, is_multisession, multi_fleet, doubtful, disputed, reused, 'disputed', start_ms, end_ms + :grace_ms
FROM bounded WHERE disputed AND end_ms >= start_ms
UNION ALL
SELECT place_id, session_no, user_no, origin, is_multisession, multi_fleet, doubtful, disputed, reused, 'elsewhere', start_ms, end_ms
FROM session_places WHERE elsewhere AND connected AND NOT past AND end_ms >= start_ms
