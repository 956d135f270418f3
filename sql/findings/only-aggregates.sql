-- title: Only aggregated events where data events were
-- severity: medium
-- looks at: recent days
-- meaning: CloudTrail delivered aggregated events (summaries of five minutes) of an account on a day, and no data event of that
--   day, although data events of the account were collected before. Summaries name no object and no address: nothing of that
--   day can be attributed.
-- next: `aws cloudtrail get-event-selectors`: were data events switched off, by whom (finding `evidence-tampering`)? Ingest the
--   data events if they lie elsewhere.
-- false positives: A day without any data event; data events that are collected in another bucket.
-- source: AWS: CloudTrail aggregated events; path of their files
-- att&ck: T1562.008 Impair Defenses: Disable or Modify Cloud Logs
WITH part AS (
  SELECT account_id, modified_ms, substr(location, strpos(location, '/CloudTrail-Aggregated/' || region || '/') + length('/CloudTrail-Aggregated/' || region || '/'), 10) AS day_path
  FROM inputs
  WHERE content = 'aggregated' AND account_id IS NOT NULL AND region IS NOT NULL AND strpos(location, '/CloudTrail-Aggregated/' || region || '/') > 0
), summed AS (
  SELECT account_id, replace(day_path, '/', '-') AS dt, count(*) AS files, min(modified_ms) AS first_ms
  FROM part
  WHERE day_path LIKE '____/__/__'
  GROUP BY account_id, replace(day_path, '/', '-')
), data AS (
  SELECT coalesce(recipient_account_id, account_id) AS account_id, dt, count(*) AS events
  FROM events
  WHERE dt >= :recent_dt AND event_category = 'Data' AND coalesce(recipient_account_id, account_id) IS NOT NULL
  GROUP BY coalesce(recipient_account_id, account_id), dt
), collecting AS (
  SELECT account_id, min(dt) AS first_dt FROM data GROUP BY account_id
)
SELECT s.first_ms AS event_time_ms, s.dt, s.account_id || ' ' || s.dt AS subject,
  'of account ' || s.account_id || ' only aggregated events came for ' || s.dt || ' (files: ' || CAST(s.files AS varchar) || '), no data event, although data events were collected since ' || c.first_dt AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CAST(NULL AS varchar) AS source_address, 'data events of account ' || s.account_id AS resource,
  CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM summed s
JOIN collecting c ON c.account_id = s.account_id
LEFT JOIN data d ON d.account_id = s.account_id AND d.dt = s.dt
WHERE d.account_id IS NULL AND s.dt > c.first_dt AND s.dt >= :recent_dt
