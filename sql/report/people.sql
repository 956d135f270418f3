-- People: named by events of the subject, or candidates of them.
WITH named AS (
  SELECT a.user_key, a.user_id, a.authentication_type, count(*) AS n, count(DISTINCT a.session_id) AS sessions,
    count(*) FILTER (WHERE a.action IN ('read', 'list')) AS reads, count(*) FILTER (WHERE a.action = 'write') AS writes,
    count(*) FILTER (WHERE a.action = 'delete') AS deletes, count(*) FILTER (WHERE a.error_code IS NOT NULL) AS denied,
    CAST(coalesce(sum(a.bytes_out), 0) AS bigint) AS bytes_out, CAST(coalesce(sum(a.bytes_in), 0) AS bigint) AS bytes_in,
    min(a.event_time_ms) AS first_ms, max(a.event_time_ms) AS last_ms
  FROM report_events a
  WHERE a.user_id IS NOT NULL
  GROUP BY a.user_key, a.user_id, a.authentication_type
), doubted AS (
  SELECT c.user_id, count(*) AS n
  FROM report_events a CROSS JOIN UNNEST(a.candidate_user_ids) AS c(user_id)
  WHERE a.user_id IS NULL
  GROUP BY c.user_id
), people AS (
  SELECT n.user_id, n.authentication_type, n.n, n.sessions, n.reads, n.writes, n.deletes, n.denied, n.bytes_out, n.bytes_in, n.first_ms,
    n.last_ms, coalesce(d.n, 0) AS candidate_n, n.user_key
  FROM named n LEFT JOIN doubted d ON d.user_id = n.user_id
  UNION ALL
  SELECT d.user_id, CAST(NULL AS varchar), 0, 0, 0, 0, 0, 0, 0, 0, CAST(NULL AS bigint), CAST(NULL AS bigint), d.n, d.user_id
  FROM doubted d LEFT JOIN named n ON n.user_id = d.user_id
  WHERE n.user_id IS NULL
)
SELECT p.*, count(*) OVER () AS people
FROM people p
ORDER BY CASE WHEN p.user_id = :user_id THEN 0 ELSE 1 END, p.bytes_out DESC, p.n DESC, p.candidate_n DESC, p.user_id, p.user_key
LIMIT 60
