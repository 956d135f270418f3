-- The sessions report of each account, region and day: how many issues count, whether they disagree (`contested`), and whether
-- the report is in whole: every issue that counts was read without a record set aside and fits its day, and no rejected one is
-- later. Nor could any not be opened that may be of the day, unless somebody accepted that.
WITH refused AS (
  SELECT d.account_id, d.region, d.report_day
  FROM (SELECT account_id, region, report_day FROM report_issues WHERE counts GROUP BY account_id, region, report_day) d
  CROSS JOIN (
    SELECT account_id, region, report_day, accepted FROM unread_evidence
    WHERE status IN ('rejected', 'failed') GROUP BY account_id, region, report_day, accepted
  ) u
  WHERE (u.account_id = d.account_id AND u.region = d.region AND u.report_day = d.report_day)
    OR (NOT u.accepted AND coalesce(u.account_id, d.account_id) = d.account_id AND coalesce(u.region, d.region) = d.region
      AND coalesce(u.report_day, d.report_day) = d.report_day)
  GROUP BY d.account_id, d.region, d.report_day
)
SELECT i.account_id, i.region, i.report_day, count(*) AS issues,
  CASE WHEN count(*) > 1 THEN true ELSE false END AS contested,
  CASE WHEN min(CASE WHEN i.status = 'ingested' AND i.fits THEN 1 ELSE 0 END) = 1 AND count(r.report_day) = 0
    THEN true ELSE false END AS whole
FROM report_issues i
LEFT JOIN refused r ON r.account_id = i.account_id AND r.region = i.region AND r.report_day = i.report_day
WHERE i.counts
GROUP BY i.account_id, i.region, i.report_day
