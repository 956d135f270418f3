-- Each session at each of its places, with its bounds in the place's precision, both inclusive, epoch milliseconds.
-- On the second, bounds are floored to it. On the millisecond, an end without a fraction lasts to .999 of its second,
-- while a newcomer is still compared with the end as it was written (`left_ms`). A session that is `past` was over, with its
-- grace, before the place is first asked about: it holds the place, and means nothing else there. One `elsewhere` is on the address
-- in another region than the place's: it holds nothing, cuts nothing and is no candidate.
WITH spot AS (
  SELECT session_no, account_id, coalesce(fleet_name, '') AS fleet, region, 'address' AS place_kind, a AS place
  FROM run_sessions CROSS JOIN UNNEST(private_addresses) AS t(a)
  UNION
  SELECT session_no, account_id, coalesce(fleet_name, ''), region, 'instance', instance_id FROM run_sessions WHERE instance_id IS NOT NULL
  UNION
  SELECT session_no, account_id, coalesce(fleet_name, ''), region, 'unplaced', ''
  FROM run_sessions WHERE connected AND cardinality(private_addresses) = 0
), grouped AS (
  SELECT s.session_no, g.network_id, g.place_group, s.place_kind, s.place
  FROM spot s
  JOIN session_groups g ON g.account_id = s.account_id AND g.fleet = s.fleet AND g.region = s.region
), met AS (
  SELECT p.place_id, p.time_precision, p.first_ms, p.place_region, s.*
  FROM grouped g
  JOIN places p ON p.network_id = g.network_id AND p.place_group = g.place_group AND p.place_kind = g.place_kind AND p.place = g.place
  JOIN run_sessions s ON s.session_no = g.session_no
)
SELECT place_id, session_no, user_no, origin, connected, is_multisession, shared_instance_id, multi_fleet, doubtful, disputed, reused,
  CASE WHEN place_region <> '' AND place_region <> region THEN true ELSE false END AS elsewhere,
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
