-- For each account and day, how many days up to it are open. A day is closed by time (00:00 UTC two days later), or when
-- every region of the account that has reports or sweeps has its report of that day in whole.
WITH regions AS (
  SELECT account_id, count(*) AS regions FROM account_regions GROUP BY account_id
), whole AS (
  SELECT account_id, report_day, sum(CASE WHEN whole THEN 1 ELSE 0 END) AS whole_regions FROM report_winners GROUP BY account_id, report_day
), account AS (
  SELECT network_account_id AS account_id FROM calls GROUP BY network_account_id
)
SELECT a.account_id, d.start_ms,
  sum(CASE WHEN d.start_ms + 172800000 <= :as_of_ms OR w.whole_regions = r.regions THEN 0 ELSE 1 END)
    OVER (PARTITION BY a.account_id ORDER BY d.start_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS open_days
FROM account a
CROSS JOIN calendar d
LEFT JOIN regions r ON r.account_id = a.account_id
LEFT JOIN whole w ON w.account_id = a.account_id AND w.report_day = d.dt
