-- Where each access key was first used from an address that a session was on, for each day it was used.
WITH sighting AS (
  SELECT c.access_key_id, c.dt, c.t, c.event_id, e.place_id, e.segment,
    row_number() OVER (PARTITION BY c.access_key_id, c.dt ORDER BY c.t, c.event_id) AS place
  FROM calls c
  JOIN evidence e ON e.n = c.n
  JOIN segments s ON s.place_id = e.place_id AND s.segment = e.segment
  WHERE c.access_key_id IS NOT NULL AND s.users > 0
)
SELECT access_key_id, dt, t, event_id, place_id, segment FROM sighting WHERE place = 1
