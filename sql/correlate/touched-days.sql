-- The days that evidence which arrived since the last plan can matter to. `new_marks` is that evidence, `known_days` the days
-- that have events, with their midnights. A sighting is touched when it stands in a report day or a sweep that was marked:
-- it came, or another took its place. A user, instance, account or region known by touched sightings alone was not known
-- before, or is not known any more: that matters to days however old. So does a user who is known from an earlier start on, and
-- what could not be read and may be of any day.
WITH marked_report AS (
  SELECT account_id, region, report_day, report_ms FROM new_marks WHERE kind = 'report' GROUP BY account_id, region, report_day, report_ms
), marked_span AS (
  SELECT from_ms, to_ms FROM new_marks WHERE kind = 'span' GROUP BY from_ms, to_ms
), marked_sweep AS (
  SELECT w.account_id, w.region, w.sweep_time_ms
  FROM snapshots w JOIN marked_span m ON w.sweep_time_ms >= m.from_ms AND w.sweep_time_ms <= m.to_ms
  GROUP BY w.account_id, w.region, w.sweep_time_ms
), sighting AS (
  SELECT s.session_id, s.account_id, s.region, s.user_id, s.user_hash, s.fleet_name, s.instance_id, s.is_multisession, s.session_start_ms,
    s.session_start_ms - s.session_start_ms % 86400000 AS first_ms,
    coalesce(s.session_end_ms, s.observed_at_ms) - coalesce(s.session_end_ms, s.observed_at_ms) % 86400000 AS last_ms,
    CASE WHEN r.report_day IS NOT NULL OR w.sweep_time_ms IS NOT NULL THEN 1 ELSE 0 END AS touched
  FROM sessions s
  LEFT JOIN marked_report r
    ON r.account_id = s.account_id AND r.region = s.region AND r.report_day = s.report_day AND s.origin = 'report'
  LEFT JOIN marked_sweep w
    ON w.account_id = s.account_id AND w.region = s.region AND w.sweep_time_ms = s.observed_at_ms AND s.origin = 'snapshot'
), touched_session AS (
  SELECT session_id FROM sighting WHERE touched = 1 GROUP BY session_id
), mixed_instance AS (
  -- beside a flagged session nobody is known to be alone: the first flag of an instance speaks for its other sessions, too
  SELECT account_id, instance_id
  FROM sighting
  WHERE instance_id IS NOT NULL
  GROUP BY account_id, instance_id
  HAVING max(CASE WHEN touched = 1 AND is_multisession THEN 1 ELSE 0 END) = 1 AND max(CASE WHEN is_multisession THEN 0 ELSE 1 END) = 1
), mixed_fleet AS (
  -- sweeps close nothing on a fleet from its first multi-session session on
  SELECT account_id, region, fleet_name
  FROM sighting
  WHERE fleet_name IS NOT NULL
  GROUP BY account_id, region, fleet_name
  HAVING max(CASE WHEN is_multisession THEN touched END) = 1 AND min(CASE WHEN is_multisession THEN touched END) = 1
), span AS (
  -- a touched session as it was and as it is
  SELECT s.first_ms, s.last_ms FROM sighting s JOIN touched_session t ON t.session_id = s.session_id
  UNION
  SELECT s.first_ms, s.last_ms FROM sighting s JOIN mixed_instance i ON i.account_id = s.account_id AND i.instance_id = s.instance_id
  UNION
  SELECT s.first_ms, s.last_ms
  FROM sighting s JOIN mixed_fleet f ON f.account_id = s.account_id AND f.region = s.region AND f.fleet_name = s.fleet_name
), new_user AS (
  SELECT user_hash, lower(max(user_id)) AS user_fold
  FROM sighting
  GROUP BY account_id, user_hash
  HAVING min(touched) = 1 OR min(CASE WHEN touched = 1 THEN session_start_ms END) < min(CASE WHEN touched = 0 THEN session_start_ms END)
), new_account AS (
  SELECT account_id FROM sighting GROUP BY account_id HAVING min(touched) = 1
), new_instance AS (
  SELECT instance_id FROM sighting WHERE instance_id IS NOT NULL GROUP BY account_id, instance_id HAVING min(touched) = 1
), heard_region AS (
  -- from when on a region is known to have an account's reports or sweeps, and whether all that tells so is touched
  SELECT account_id, region, CASE WHEN touched = 1 THEN first_ms END AS first_ms, touched FROM sighting
  UNION ALL
  SELECT i.account_id, i.region, r.report_ms, CASE WHEN r.report_day IS NULL THEN 0 ELSE 1 END
  FROM inputs i
  LEFT JOIN marked_report r ON r.account_id = i.account_id AND r.region = i.region AND r.report_day = i.report_day
  WHERE i.kind = 'usage_report' AND i.content <> 'applications_report' AND i.account_id IS NOT NULL AND i.region IS NOT NULL
  UNION ALL
  SELECT w.account_id, w.region, m.sweep_time_ms, CASE WHEN m.sweep_time_ms IS NULL THEN 0 ELSE 1 END
  FROM snapshots w
  LEFT JOIN marked_sweep m ON m.account_id = w.account_id AND m.region = w.region AND m.sweep_time_ms = w.sweep_time_ms
), new_region AS (
  SELECT min(first_ms) AS first_ms FROM heard_region GROUP BY account_id, region HAVING min(touched) = 1
)
SELECT d.dt FROM known_days d
JOIN span s ON d.start_ms >= s.first_ms - :grace_ms - 86400000 AND d.start_ms <= s.last_ms + :lookback_ms + :grace_ms
UNION
-- days whose evidence a report can close
SELECT d.dt FROM known_days d
JOIN marked_report r ON d.start_ms >= r.report_ms - :longest_ms - 86400000 AND d.start_ms <= r.report_ms + 86400000 + :grace_ms
UNION
-- sweeps and logons
SELECT d.dt FROM known_days d
JOIN marked_span m ON d.start_ms >= m.from_ms - 86400000 AND d.start_ms <= m.to_ms + :longest_ms + :lookback_ms
UNION
-- session checks are findings of their own day
SELECT d.dt FROM known_days d JOIN new_marks m ON m.kind = 'check' AND m.report_day = d.dt
UNION
SELECT e.dt FROM events e JOIN new_marks m ON m.kind = 'correction' AND m.event_id = e.event_id
UNION
-- earlier corrections of the same event
SELECT e.dt FROM events e JOIN new_marks m ON m.kind = 'correction' AND m.event_id = e.corrects_event_id
UNION
-- a home folder's key names who was not known
SELECT a.dt FROM attributions a JOIN new_user u ON u.user_hash = a.object_owner_hash
UNION
-- credentials that name somebody name a user that is known from now on
SELECT a.dt FROM attributions a JOIN new_user u ON u.user_fold = lower(a.self_named_user)
UNION
-- roles and endpoints of an account without sessions prove nothing
SELECT d.dt FROM known_days d CROSS JOIN new_account
UNION
-- what could not be read, or is accepted as such, keeps its days open; of unknown day it may be of any
SELECT d.dt FROM known_days d
JOIN new_marks m ON m.kind = 'unread'
  AND (m.report_day IS NULL OR (d.start_ms >= m.report_ms - :longest_ms - 86400000 AND d.start_ms <= m.report_ms + 86400000 + :grace_ms))
UNION
SELECT a.dt FROM attributions a JOIN new_instance i ON i.instance_id = a.role_session_name
UNION
-- an account whose reports and sweeps all came from elsewhere is closed by one region more from now on
SELECT d.dt FROM known_days d JOIN new_region r ON d.start_ms >= r.first_ms - :longest_ms - :grace_ms - 86400000
