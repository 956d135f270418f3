-- title: Image builder entered
-- severity: medium
-- looks at: days
-- meaning: CreateImageBuilderStreamingURL was called: an administrator inside the image from which every session of a fleet will come.
-- next: Was a change of the image planned? Compare the image that came of it; until then keep the fleet on the one before.
-- false positives: Planned work on an image.
-- source: AWS: API reference, CreateImageBuilderStreamingURL
-- att&ck: T1525 Implant Internal Image
SELECT c.event_time_ms, c.dt, c.event_id || ' ' || CAST(c.event_time_ms AS varchar) AS subject,
  c.caller || ' asked for a streaming URL of the image builder ' || coalesce(p.value, 'that is not named') || c.circumstances AS summary,
  c.user_id, c.session_id, c.source_address, 'image builder ' || coalesce(p.value, '') AS resource, ARRAY[c.event_id] AS event_ids
FROM finding_calls c
LEFT JOIN event_parameters p ON p.event_id = c.event_id AND p.record_sha256 = c.record_sha256 AND p.dt = c.dt AND p.name = 'name'
WHERE c.event_source = 'appstream.amazonaws.com' AND c.event_name = 'CreateImageBuilderStreamingURL'
