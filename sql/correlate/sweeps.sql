-- One row a DescribeSessions sweep: complete when one of its pages says so and none denies it.
-- `next_complete_ms` is the first complete sweep of the same account and region after it.
WITH sweep AS (
  SELECT account_id, region, sweep_time_ms,
    CASE WHEN sum(CASE WHEN complete THEN 1 ELSE 0 END) > 0 AND sum(CASE WHEN complete = false THEN 1 ELSE 0 END) = 0
      THEN true ELSE false END AS complete
  FROM snapshots
  GROUP BY account_id, region, sweep_time_ms
)
SELECT account_id, region, sweep_time_ms, complete,
  min(CASE WHEN complete THEN sweep_time_ms END)
    OVER (PARTITION BY account_id, region ORDER BY sweep_time_ms DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS next_complete_ms
FROM sweep
