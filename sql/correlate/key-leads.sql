-- Where each access key that no session explains was first used from an address that a session was on, for each day.
WITH sought AS (
  SELECT c.access_key_id
  FROM verdicts v
  JOIN calls c ON c.n = v.n
  WHERE v.verdict IN ('not_joinable', 'unattributed') AND c.access_key_id IS NOT NULL
  GROUP BY c.access_key_id
), sighting AS (
  SELECT c.access_key_id, c.dt, c.t, c.event_id, e.place_id, e.segment,
    row_number() OVER (PARTITION BY c.access_key_id, c.dt ORDER BY c.t, c.event_id) AS place
  FROM sought k
  JOIN calls c ON c.access_key_id = k.access_key_id
  JOIN evidence e ON e.n = c.n
  JOIN segments s ON s.place_id = e.place_id AND s.segment = e.segment
  WHERE s.users > 0 AND c.variant_of IS NULL
)
SELECT access_key_id, dt, t, event_id, place_id, segment FROM sighting WHERE place = 1
