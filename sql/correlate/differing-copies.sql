-- Of the copies of one event that differ in something that a verdict depends on: one of each, but for the copy that is the
-- event. They are judged beside it, so that everybody whom any copy points to is listed.
WITH differing AS (
  SELECT r.*, row_number() OVER (PARTITION BY r.event_id, r.event_time_ms, r.content ORDER BY r.copy_place) AS content_place
  FROM repeated_events r
  WHERE r.content <> r.kept_content
)
SELECT * FROM differing WHERE content_place = 1
