-- For each network and day, how many days up to it are open, and how many of these time alone could still close. A day is closed
-- when every region of each of its accounts that has reports or sweeps has its report of that day in whole (`reported`), or by
-- time (00:00 UTC two days later) if nothing of it is unread.
WITH regions AS (
  SELECT account_id, count(*) AS regions FROM account_regions GROUP BY account_id
), whole AS (
  SELECT account_id, report_day, sum(CASE WHEN whole THEN 1 ELSE 0 END) AS whole_regions FROM report_days GROUP BY account_id, report_day
), unread AS (
  SELECT account_id, report_day FROM unread_evidence WHERE NOT accepted GROUP BY account_id, report_day
), asked AS (
  SELECT w.network_id, w.account_id, d.dt, d.start_ms FROM network_accounts w CROSS JOIN calendar d
), unread_days AS (
  SELECT a.account_id, a.dt
  FROM asked a CROSS JOIN unread u
  WHERE (u.account_id IS NULL OR u.account_id = a.account_id) AND (u.report_day IS NULL OR u.report_day = a.dt)
  GROUP BY a.account_id, a.dt
), closing AS (
  SELECT a.network_id, a.dt, a.start_ms,
    min(CASE WHEN w.whole_regions = r.regions THEN 1 ELSE 0 END) AS reported,
    min(CASE WHEN w.whole_regions = r.regions OR (a.start_ms + 172800000 <= :as_of_ms AND u.dt IS NULL) THEN 1 ELSE 0 END) AS closed,
    min(CASE WHEN w.whole_regions = r.regions OR a.start_ms + 172800000 <= :as_of_ms THEN 1 ELSE 0 END) AS past
  FROM asked a
  LEFT JOIN regions r ON r.account_id = a.account_id
  LEFT JOIN whole w ON w.account_id = a.account_id AND w.report_day = a.dt
  LEFT JOIN unread_days u ON u.account_id = a.account_id AND u.dt = a.dt
  GROUP BY a.network_id, a.dt, a.start_ms
)
SELECT network_id, start_ms, CASE WHEN reported = 1 THEN true ELSE false END AS reported,
  sum(1 - closed) OVER (PARTITION BY network_id ORDER BY start_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS open_days,
  sum(1 - past) OVER (PARTITION BY network_id ORDER BY start_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS waiting_days
FROM closing
