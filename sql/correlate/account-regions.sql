-- Every region in which an account is known to have reports or sweeps. A report that could not be read tells of a region too:
-- who was there nobody knows, so nothing may be closed without it.
SELECT account_id, region FROM report_days
UNION
SELECT account_id, region FROM sweeps
UNION
SELECT account_id, region FROM inputs
WHERE kind = 'usage_report' AND content <> 'applications_report' AND account_id IS NOT NULL AND region IS NOT NULL
