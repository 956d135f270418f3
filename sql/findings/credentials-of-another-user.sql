-- title: Another user's credentials used in a session
-- severity: high
-- looks at: days
-- meaning: The credentials of a call name a person (IAM Identity Center, SAML, a trusted source identity, a mapped IAM user), and on the
--   address it came from somebody else was in a session. One of them acted, and it is not certain who: a colleague's credentials were
--   used inside a session, or a person used somebody else's session. Told once for each account of
--   the caller, person, user of the session and day (UTC).
-- next: Ask both. `query user-day` for each of them; revoke the credentials of the person when in doubt.
-- false positives: One person under two names: map them in `identity.users`. Two networks with the same addresses (`scope.vpcEndpoints`).
--   A role that many use, whose session name is no name: list it in `identity.sharedPrincipals`.
-- source: docs/verdicts.md, row S
-- att&ck: T1078.004 Valid Accounts: Cloud Accounts
WITH named AS (
  SELECT a.event_id, a.event_time_ms, a.event_time, a.dt, coalesce(a.account_id, '') AS account_id, a.self_named_user, t.u AS session_user, a.source_address, a.principal_arn, a.bucket, a.error_code
  FROM attributions a
  JOIN finding_days d ON d.dt = a.dt
  CROSS JOIN UNNEST(a.candidate_user_ids) AS t(u)
  WHERE a.verdict_row = 'S' AND a.verdict = 'ambiguous' AND a.self_named_user IS NOT NULL
), daily AS (
  SELECT n.dt, n.account_id, n.self_named_user, n.session_user, min(n.event_time_ms) AS first_ms, min(n.event_time) AS first_time, count(*) AS calls, count(n.error_code) AS failed,
    min(n.source_address) AS low_address, max(n.source_address) AS high_address, min(n.principal_arn) AS principal_arn, min(n.bucket) AS bucket, max(n.bucket) AS last_bucket,
    min(CAST(n.event_time_ms AS varchar) || ' ' || n.event_id) AS first_event, max(CAST(n.event_time_ms AS varchar) || ' ' || n.event_id) AS last_event
  FROM named n
  WHERE n.session_user <> n.self_named_user
  GROUP BY n.dt, n.account_id, n.self_named_user, n.session_user
)
SELECT y.first_ms AS event_time_ms, y.dt, y.account_id || ' ' || y.self_named_user || ' ' || y.session_user || ' ' || y.dt AS subject,
  'credentials that name ' || y.self_named_user || coalesce(' (' || y.principal_arn || ')', '') || ' were used on ' || y.dt || ' from ' || substr(CAST(y.first_time AS varchar), 12, 8)
    || ' UTC from ' || coalesce(y.low_address, 'no address') || CASE WHEN y.low_address <> y.high_address THEN ' and other addresses' ELSE '' END
    || ', where ' || y.session_user || ' was in session: ' || CAST(y.calls AS varchar) || ' calls'
    || CASE WHEN y.bucket IS NULL THEN '' WHEN y.bucket = y.last_bucket THEN ' of ' || y.bucket ELSE ' of ' || y.bucket || ' and others' END
    || CASE WHEN y.failed = y.calls THEN '; all of them failed' WHEN y.failed > 0 THEN '; ' || CAST(y.failed AS varchar) || ' of them failed' ELSE '' END
    || '; who acted is not certain' AS summary,
  CAST(NULL AS varchar) AS user_id, CAST(NULL AS varchar) AS session_id, CASE WHEN y.low_address = y.high_address THEN y.low_address END AS source_address,
  coalesce(y.bucket, 'credentials of ' || y.self_named_user) AS resource,
  array_sort(array_distinct(ARRAY[substr(y.first_event, strpos(y.first_event, ' ') + 1), substr(y.last_event, strpos(y.last_event, ' ') + 1)])) AS event_ids
FROM daily y
