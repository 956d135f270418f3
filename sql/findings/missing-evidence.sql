-- title: Missing log, usage report or sweep
-- severity: medium
-- looks at: recent days
-- meaning: A usage report is overdue (its day had fleet activity and ended more than two days ago), a trail is silent
--   (an account that delivers events delivered none for a whole day), or no sweep of the sessions was complete on a whole day.
-- next: Check `aws appstream describe-usage-report-subscriptions` and `aws cloudtrail get-trail-status`; then whether the
--   delivery bucket's policy or key changed; what the sweep's log says; ingest what is there and run again.
-- false positives: A day on which an account really had no call at all; a trail that was only just set up or taken down on purpose.
-- source: AWS: a report is made within 24 hours of the close of its day, and none for a day without sessions
-- att&ck: T1562.008 Impair Defenses: Disable or Modify Cloud Logs
WITH reporting AS (
  SELECT account_id, region, min(report_day) AS first_day FROM report_days WHERE issues >= 1 GROUP BY account_id, region
), active AS (
  SELECT network_account_id AS account_id, dt, min(event_time_ms) AS event_time_ms
  FROM attributions
  WHERE fleet_side AND dt >= :recent_dt AND event_time_ms + 259200000 <= :as_of_ms
  GROUP BY network_account_id, dt
), overdue AS (
  SELECT r.account_id, r.region, a.dt, a.event_time_ms
  FROM active a
  JOIN reporting r ON r.account_id = a.account_id
  LEFT JOIN report_days w ON w.account_id = r.account_id AND w.region = r.region AND w.report_day = a.dt AND w.issues >= 1
  WHERE w.account_id IS NULL AND a.dt >= r.first_day
), delivered AS (
  SELECT coalesce(recipient_account_id, account_id, '') AS account_id, dt, max(event_time_ms) AS last_ms
  FROM events
  WHERE dt >= :recent_dt AND dt <= :as_of_dt
  GROUP BY coalesce(recipient_account_id, account_id, ''), dt
), following AS (
  SELECT account_id, dt, last_ms, lead(last_ms) OVER (PARTITION BY account_id ORDER BY dt) AS next_ms FROM delivered
), silent AS (
  -- the day after the last one with events is over, and brought nothing
  SELECT account_id, dt, last_ms FROM following
  WHERE account_id <> '' AND coalesce(next_ms, :as_of_ms) >= (last_ms - last_ms % 86400000) + 172800000
), swept AS (
  SELECT n.account_id, n.region, n.dt, min(n.sweep_time_ms) AS first_ms
  FROM (SELECT account_id, region, sweep_time_ms, dt FROM snapshots WHERE dt >= :recent_dt AND dt < :as_of_dt GROUP BY account_id, region, sweep_time_ms, dt) n
  JOIN sweeps s ON s.account_id = n.account_id AND s.region = n.region AND s.sweep_time_ms = n.sweep_time_ms
  GROUP BY n.account_id, n.region, n.dt
  HAVING sum(CASE WHEN s.complete THEN 1 ELSE 0 END) = 0
)
SELECT event_time_ms, dt, 'report ' || account_id || ' ' || region || ' ' || dt AS subject,
  'the usage report of ' || dt || ' for account ' || account_id || ' in ' || region || ' is missing although its fleets were active' AS summary,
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
