-- Every copy of an event that lies in the lake more than once (same id, same time). The copy with the lowest hash of its
-- bytes is the event; the others are duplicates, and conflicting ones when their bytes differ.
WITH repeated AS (
  SELECT event_id, event_time_ms FROM day_events GROUP BY event_id, event_time_ms HAVING count(*) > 1
)
SELECT e.*,
  row_number() OVER (
    PARTITION BY e.event_id, e.event_time_ms ORDER BY e.record_sha256, e.source_file, e.source_index, e.ingested_at_ms
  ) AS copy_place,
  min(e.record_sha256) OVER (PARTITION BY e.event_id, e.event_time_ms) AS kept_sha256
FROM day_events e
JOIN repeated r ON r.event_id = e.event_id AND r.event_time_ms = e.event_time_ms
