-- Each event with its segments, and whether its days are closed: every day from grace before it to the longest session
-- after it. An address of a foreign or unknown network says nothing, so it has no segment there. `own_day_reported`: the day of
-- the event was closed by its reports. `unread`: nothing but what could not be read keeps days open. `unplaced`: somebody without
-- an address was connected. `service_key`: AppStream itself moved what the key names.
SELECT c.n, coalesce(a.held, false) AS held, a.place_id,
  CASE WHEN c.foreign_endpoint OR c.no_endpoint THEN NULL ELSE a.segment END AS segment,
  i.place_id AS instance_place_id, i.segment AS instance_segment,
  CASE WHEN z.open_days - y.open_days = 0 THEN true ELSE false END AS days_closed,
  CASE WHEN z.open_days - y.open_days > 0 AND z.waiting_days - y.waiting_days = 0 THEN true ELSE false END AS unread,
  o.reported AS own_day_reported, coalesce(us.has_inside, false) AS unplaced,
  CASE WHEN c.service_call AND (c.source_address_kind <> 'public' OR c.in_nat OR c.in_fleet OR coalesce(a.held, false))
    THEN true ELSE false END AS service_key
FROM calls c
LEFT JOIN (SELECT n, place_id, segment, held FROM placements WHERE place_kind = 'address') a ON a.n = c.n
LEFT JOIN (SELECT n, place_id, segment FROM placements WHERE place_kind = 'instance') i ON i.n = c.n
LEFT JOIN (SELECT n, place_id, segment FROM placements WHERE place_kind = 'unplaced') u ON u.n = c.n
LEFT JOIN segments us ON us.place_id = u.place_id AND us.segment = u.segment
JOIN network_days y ON y.network_id = c.network_id
  AND y.start_ms = (c.t - :grace_ms) - (c.t - :grace_ms) % 86400000 - 86400000
JOIN network_days z ON z.network_id = c.network_id
  AND z.start_ms = (c.t + :longest_ms) - (c.t + :longest_ms) % 86400000
JOIN network_days o ON o.network_id = c.network_id AND o.start_ms = c.t - c.t % 86400000
