-- title: Notebook opened from outside AppStream
-- severity: high
-- looks at: days
-- meaning: CreatePresignedNotebookInstanceUrl or CreatePresignedDomainUrl was called by somebody who is not the fleets' and from an address
--   that is not theirs. The URL opens the notebook wherever it is carried.
-- next: Who is the caller, and what did the notebook's role read afterwards (`access-outside-appstream`)? The policy of the role can
--   bind such calls to the fleets' endpoint (`aws:SourceVpce`).
-- false positives: An administrator; a fleet that reaches SageMaker by an address `scope.natAddresses` does not list.
-- source: AWS: API reference, CreatePresignedNotebookInstanceUrl
-- att&ck: T1550.001 Use Alternate Authentication Material: Application Access Token
SELECT c.event_time_ms, c.dt, c.event_id || ' ' || CAST(c.event_time_ms AS varchar) AS subject,
  c.caller || ' asked for a URL of ' || CASE WHEN c.event_name = 'CreatePresignedDomainUrl' THEN 'the domain ' ELSE 'the notebook ' END || coalesce(p.value, 'that is not named')
    || ' from outside the analytic interface,' || c.circumstances AS summary,
  c.user_id, c.session_id, c.source_address, CASE WHEN c.event_name = 'CreatePresignedDomainUrl' THEN 'domain ' ELSE 'notebook ' END || coalesce(p.value, '') AS resource,
  ARRAY[c.event_id] AS event_ids
FROM finding_calls c
CROSS JOIN (SELECT count(*) AS sessions FROM resolved_sessions) r
LEFT JOIN finding_addresses a ON a.address = c.source_address
LEFT JOIN event_parameters p ON p.event_id = c.event_id AND p.record_sha256 = c.record_sha256 AND p.dt = c.dt AND p.name IN ('notebookInstanceName', 'domainId')
WHERE c.event_source = 'sagemaker.amazonaws.com' AND c.event_name IN ('CreatePresignedNotebookInstanceUrl', 'CreatePresignedDomainUrl')
  AND NOT c.fleet_side AND coalesce(a.in_nat, false) = false AND c.source_address_kind IN ('private', 'public', 'ipv6')
  AND (r.sessions > 0 OR :has_fleet_cidrs OR :has_fleet_roles)
