-- Each event with its segments, and whether its days are closed: every day from grace before it to the longest session
-- after it. An address behind a foreign endpoint says nothing, so it has no segment there.
SELECT c.n, coalesce(a.held, false) AS held, a.place_id,
  CASE WHEN c.foreign_endpoint THEN NULL ELSE a.segment END AS segment,
  i.place_id AS instance_place_id, i.segment AS instance_segment,
  CASE WHEN z.open_days - y.open_days = 0 THEN true ELSE false END AS days_closed
FROM calls c
LEFT JOIN (SELECT n, place_id, segment, held FROM placements WHERE place_kind = 'address') a ON a.n = c.n
LEFT JOIN (SELECT n, place_id, segment FROM placements WHERE place_kind = 'instance') i ON i.n = c.n
JOIN account_days y ON y.account_id = c.network_account_id
  AND y.start_ms = (c.t - :grace_ms) - (c.t - :grace_ms) % 86400000 - 86400000
JOIN account_days z ON z.account_id = c.network_account_id
  AND z.start_ms = (c.t + :longest_ms) - (c.t + :longest_ms) % 86400000
