-- For events that no session explains: the segment in which their access key was first seen, on the day or the day before,
-- when that was not later than the event.
WITH sought AS (
  SELECT v.n, c.t, c.access_key_id, c.dt, c.previous_dt
  FROM verdicts v
  JOIN calls c ON c.n = v.n
  WHERE v.verdict IN ('not_joinable', 'unattributed') AND c.access_key_id IS NOT NULL
), sighted AS (
  SELECT s.n, s.t, k.t AS first_t, k.event_id, k.place_id, k.segment
  FROM sought s JOIN key_leads k ON k.access_key_id = s.access_key_id AND k.dt = s.dt
  UNION ALL
  SELECT s.n, s.t, k.t, k.event_id, k.place_id, k.segment
  FROM sought s JOIN key_leads k ON k.access_key_id = s.access_key_id AND k.dt = s.previous_dt
), ranked AS (
  SELECT n, t, first_t, place_id, segment, row_number() OVER (PARTITION BY n ORDER BY first_t, event_id) AS place FROM sighted
)
SELECT n, place_id, segment FROM ranked WHERE place = 1 AND first_t <= t
