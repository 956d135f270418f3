-- Each session at each of its places, with its bounds in the place's precision, both inclusive, epoch milliseconds.
-- On the second, bounds are floored to it. On the millisecond, an end without a fraction lasts to .999 of its second,
-- while a newcomer is still compared with the end as it was written (`left_ms`). A session that is `past` was over, with its
-- grace, before the place is first asked about: it holds the place, and means nothing else there.
WITH spot AS (
  SELECT session_no, account_id, fleet_name, 'address' AS place_kind, a AS place
  FROM run_sessions CROSS JOIN UNNEST(private_addresses) AS t(a)
  UNION
  SELECT session_no, account_id, fleet_name, 'instance', instance_id FROM run_sessions WHERE instance_id IS NOT NULL
), grouped AS (
  SELECT session_no, account_id, place_kind, place, '' AS place_group FROM spot
  UNION
  SELECT s.session_no, s.account_id, s.place_kind, s.place, f.endpoint_id
  FROM spot s JOIN configured_endpoint_fleets f ON f.fleet_name = s.fleet_name
), met AS (
  SELECT p.place_id, p.time_precision, p.first_ms, s.*
  FROM grouped g
  JOIN places p ON p.account_id = g.account_id AND p.place_group = g.place_group AND p.place_kind = g.place_kind AND p.place = g.place
  JOIN run_sessions s ON s.session_no = g.session_no
)
SELECT place_id, session_no, user_no, origin, connected, is_multisession, shared_instance_id,
  CASE WHEN time_precision = 's' THEN session_start_ms - session_start_ms % 1000 ELSE session_start_ms END AS start_ms,
  CASE WHEN time_precision = 's' THEN session_end_ms - session_end_ms % 1000
    WHEN end_precision = 's' THEN session_end_ms + 999 ELSE session_end_ms END AS end_ms,
  CASE WHEN time_precision = 's' THEN session_end_ms - session_end_ms % 1000 ELSE session_end_ms END AS left_ms,
  CASE WHEN origin = 'snapshot' THEN
    CASE WHEN time_precision = 's' THEN coalesce(absent_ms, session_start_ms + :longest_ms) - coalesce(absent_ms, session_start_ms + :longest_ms) % 1000
      ELSE coalesce(absent_ms, session_start_ms + :longest_ms) END
  END AS absent_ms,
  CASE WHEN matters_until_ms < first_ms THEN true ELSE false END AS past
FROM met
