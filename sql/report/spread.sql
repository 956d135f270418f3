-- How many different things the subject's events touch.
SELECT count(DISTINCT a.user_key) AS users, count(DISTINCT a.session_id) AS sessions, count(DISTINCT a.bucket) AS buckets,
  count(DISTINCT coalesce(a.bucket, '') || '/' || a.object_key) AS objects, count(DISTINCT a.source_address) AS addresses,
  count(DISTINCT a.source_file) AS files, count(DISTINCT a.run_id) AS runs
FROM report_events a
