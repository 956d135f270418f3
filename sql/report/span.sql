-- First and last event of the lake.
SELECT min(a.event_time_ms) AS first_ms, max(a.event_time_ms) AS last_ms, count(*) AS n FROM attributions a
