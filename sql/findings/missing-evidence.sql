-- title: Missing log, usage report or sweep
-- severity: medium
-- looks at: recent days
-- meaning: A usage report is overdue: its day ended more than two days ago, and fleets did something on it that no report explains,
--   or a sweep saw a session that no report has. (AWS makes no report for a day without sessions in a region: such a day lacks nothing.)
--   Or a trail is silent: an account that delivers events delivered none for a whole day, and either more came later or the
--   collection is known to go on, because it brings logs day by day or later ones of other accounts. Or no sweep of the sessions was
--   complete on a whole day.
-- next: Check `aws appstream describe-usage-report-subscriptions` and `aws cloudtrail get-trail-status`; then whether the
--   delivery bucket's policy or key changed; what the sweep's log says; ingest what is there and run again.
-- false positives: A day on which an account really had no call at all; a trail that was only just set up or taken down on purpose;
--   an address in a fleet's range that is no instance of a fleet.
-- source: AWS: a report is made within 24 hours of the close of its day, and none for a day without sessions
-- att&ck: T1562.008 Impair Defenses: Disable or Modify Cloud Logs
WITH reporting AS (
  SELECT account_id, region, min(report_day) AS first_day FROM report_days WHERE issues >= 1 GROUP BY account_id, region
), reported AS (
  SELECT account_id, report_day, count(*) AS regions FROM report_days WHERE issues >= 1 GROUP BY account_id, report_day
), active AS (
  -- what reported sessions do not explain; without an endpoint the region of a call is not that of its fleet
  SELECT a.network_account_id AS account_id, a.dt, CASE WHEN a.vpc_endpoint_id IS NOT NULL THEN a.region END AS region,
    CASE WHEN a.verdict IN ('pending', 'unattributed') THEN true ELSE false END AS unexplained, min(a.event_time_ms) AS event_time_ms
  FROM attributions a
  WHERE a.fleet_side AND a.dt >= :recent_dt AND a.event_time_ms + 259200000 <= :as_of_ms AND a.session_id IS NULL AND a.verdict <> 'ambiguous'
  GROUP BY a.network_account_id, a.dt, CASE WHEN a.vpc_endpoint_id IS NOT NULL THEN a.region END,
    CASE WHEN a.verdict IN ('pending', 'unattributed') THEN true ELSE false END
), signed AS (
  SELECT r.account_id, r.region, a.dt, a.event_time_ms
  FROM active a
  JOIN reporting r ON r.account_id = a.account_id
  LEFT JOIN reporting own ON own.account_id = a.account_id AND own.region = a.region
  LEFT JOIN reported d ON d.account_id = a.account_id AND d.report_day = a.dt
  WHERE a.dt >= r.first_day AND (own.region IS NULL OR own.region = r.region) AND (a.unexplained OR d.account_id IS NULL)
  UNION ALL
  -- a session that sweeps saw last on the day is in that day's report if it ended then
  SELECT r.account_id, r.region, substr(CAST(s.session_end AS varchar), 1, 10), s.session_end_ms
  FROM resolved_sessions s
  JOIN reporting r ON r.account_id = s.account_id AND r.region = s.region
  WHERE s.origin = 'snapshot' AND s.connected AND s.session_end_ms >= :recent_ms AND s.session_end_ms + 259200000 <= :as_of_ms
    AND substr(CAST(s.session_end AS varchar), 1, 10) >= r.first_day
), overdue AS (
  SELECT g.account_id, g.region, g.dt, min(g.event_time_ms) AS event_time_ms
  FROM signed g
  LEFT JOIN report_days w ON w.account_id = g.account_id AND w.region = g.region AND w.report_day = g.dt AND w.issues >= 1
  WHERE w.account_id IS NULL
  GROUP BY g.account_id, g.region, g.dt
), delivered AS (
  SELECT coalesce(recipient_account_id, account_id, '') AS account_id, dt, max(event_time_ms) AS last_ms
  FROM events
  WHERE dt >= :recent_dt AND dt <= :as_of_dt
  GROUP BY coalesce(recipient_account_id, account_id, ''), dt
), live AS (
  -- logs that come within two days of what they tell, on several days: somebody collects them as they come
  SELECT coalesce(recipient_account_id, account_id, '') AS account_id
  FROM events
  WHERE dt >= :recent_dt AND dt <= :as_of_dt AND ingested_at_ms - event_time_ms < 172800000
  GROUP BY coalesce(recipient_account_id, account_id, '')
  HAVING count(DISTINCT ingested_at_ms - ingested_at_ms % 86400000) > 1
), latest AS (
  SELECT max(last_ms) AS last_ms FROM (SELECT max(last_ms) AS last_ms FROM delivered UNION ALL SELECT max(sweep_time_ms) FROM sweeps WHERE sweep_time_ms <= :as_of_ms) t
), following AS (
  SELECT account_id, dt, last_ms, lead(last_ms) OVER (PARTITION BY account_id ORDER BY dt) AS next_ms FROM delivered
), silent AS (
  -- the day after the last one with events is over, and brought nothing
  SELECT f.account_id, f.dt, f.last_ms
  FROM following f
  CROSS JOIN latest t
  LEFT JOIN live l ON l.account_id = f.account_id
  WHERE f.account_id <> '' AND coalesce(f.next_ms, :as_of_ms) >= (f.last_ms - f.last_ms % 86400000) + 172800000
    AND (f.next_ms IS NOT NULL OR l.account_id IS NOT NULL OR t.last_ms >= (f.last_ms - f.last_ms % 86400000) + 172800000)
), swept AS (
  SELECT n.account_id, n.region, n.dt, min(n.sweep_time_ms) AS first_ms
  FROM (SELECT account_id, region, sweep_time_ms, dt FROM snapshots WHERE dt >= :recent_dt AND dt < :as_of_dt GROUP BY account_id, region, sweep_time_ms, dt) n
  JOIN sweeps s ON s.account_id = n.account_id AND s.region = n.region AND s.sweep_time_ms = n.sweep_time_ms
  GROUP BY n.account_id, n.region, n.dt
  HAVING sum(CASE WHEN s.complete THEN 1 ELSE 0 END) = 0
)
SELECT event_time_ms, dt, 'report ' || account_id || ' ' || region || ' ' || dt AS subject,
  'the usage report of ' || dt || ' for account ' || account_id || ' in ' || region || ' is missing although its fleets were active: no report explains what they did' AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address,
  'usage report ' || account_id || ' ' || region || ' ' || dt AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM overdue
UNION ALL
SELECT last_ms, dt, 'trail ' || account_id || ' ' || dt,
  'no event of account ' || account_id || ' arrived for a whole day after ' || dt,
  CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), 'trail of ' || account_id, CAST(ARRAY[] AS varchar ARRAY)
FROM silent
UNION ALL
SELECT first_ms, dt, 'sweep ' || account_id || ' ' || region || ' ' || dt,
  'no sweep of the sessions of account ' || account_id || ' in ' || region || ' was complete on ' || dt,
  CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), 'sweeps of ' || account_id || ' ' || region, CAST(ARRAY[] AS varchar ARRAY)
FROM swept
