-- title: Events whose log file is not verified
-- question: Which verdicts rest on log files that no digest of CloudTrail proves?
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
WITH checked AS (
  SELECT location, state, note,
    row_number() OVER (PARTITION BY location ORDER BY CASE state WHEN 'modified' THEN 0 WHEN 'unlisted' THEN 1 WHEN 'not_covered' THEN 2 ELSE 3 END, version) AS place
  FROM log_checks
)
SELECT a.event_time, coalesce(c.state, 'not_checked') AS log_file, a.verdict, a.user_id, a.event_name, a.bucket, a.object_key, a.event_id, c.note, a.source_file
FROM attributions a
LEFT JOIN checked c ON c.location = a.source_file AND c.place = 1
WHERE a.dt >= :from AND a.dt <= :to AND coalesce(c.state, 'not_checked') <> 'verified'
ORDER BY CASE coalesce(c.state, '') WHEN 'modified' THEN 0 WHEN 'unlisted' THEN 1 ELSE 2 END, a.event_time_ms, a.event_id
