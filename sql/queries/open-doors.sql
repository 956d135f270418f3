-- title: Sessions that data could leave
-- question: Which sessions could copy, download, print or sync to a drive, and what was read in them?
-- columns: session_start, user_id, stack_name, file_download, clipboard_to_device, bytes_out, objects_read, printing
-- param from time = 1970-01-01: sessions that were still running at this time or later
-- param to time = 9999-12-31: sessions that had begun by this time
WITH reads AS (
  -- an id may stand for several sessions
  SELECT session_id, user_key, session_start_ms, count(*) AS objects_read, CAST(coalesce(sum(bytes_out), 0) AS bigint) AS bytes_out
  FROM attributions
  WHERE verdict = 'attributed' AND action = 'read' AND error_code IS NULL AND session_id IS NOT NULL
  GROUP BY session_id, user_key, session_start_ms
)
SELECT s.session_start, s.session_end, s.user_id, s.fleet_name, s.stack_name, s.clipboard_to_device, s.file_download, s.printing,
       s.google_drive, s.one_drive, coalesce(r.objects_read, 0) AS objects_read, coalesce(r.bytes_out, 0) AS bytes_out, s.session_id
FROM resolved_sessions s LEFT JOIN reads r ON r.session_id = s.session_id AND r.user_key = s.user_key AND r.session_start_ms = s.session_start_ms
WHERE (s.clipboard_to_device OR s.file_download OR s.printing OR s.google_drive OR s.one_drive)
  AND s.session_start_ms <= :to AND coalesce(s.session_end_ms, s.session_start_ms) >= :from
ORDER BY 12 DESC, s.session_start_ms, s.session_id
