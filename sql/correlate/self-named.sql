-- S: the person whom the credentials of a call name, where AWS and not the caller chose the name, mapped by `identity.users`; and
-- what the candidates of the address say to it. `user_no` is the known user of that name, where there is exactly one;
-- `address_users` how many candidates have the name, `address_user_no` the one, if it is one.
WITH issued AS (
  SELECT issued_access_key_id, user_id, logon_time_ms, event_id
  FROM logons
  WHERE kind = 'saml' AND success AND issued_access_key_id IS NOT NULL AND user_id IS NOT NULL
  GROUP BY issued_access_key_id, user_id, logon_time_ms, event_id
), issued_key AS (
  SELECT issued_access_key_id FROM issued GROUP BY issued_access_key_id
), said AS (
  SELECT n, join_time_ms, account_id, recipient_account_id, principal_type, principal_name, principal_role, principal_role_arn,
    role_session_name, access_key_id, source_identity, on_behalf_of_user_id
  FROM unique_events
  UNION ALL
  SELECT n, join_time_ms, account_id, recipient_account_id, principal_type, principal_name, principal_role, principal_role_arn,
    role_session_name, access_key_id, source_identity, on_behalf_of_user_id
  FROM differing_copies
), ours AS (
  SELECT s.*, CASE WHEN s.principal_role LIKE 'AWSReservedSSO~_%' ESCAPE '~' THEN s.role_session_name END AS sso_name,
    CASE WHEN s.principal_type = 'IdentityCenterUser' THEN coalesce(s.principal_name, s.on_behalf_of_user_id) ELSE s.on_behalf_of_user_id END AS center_name,
    CASE WHEN r.role IS NOT NULL OR ra.role IS NOT NULL THEN s.source_identity END AS source_name,
    CASE WHEN s.principal_type = 'IAMUser' THEN s.principal_name END AS iam_name,
    CASE WHEN i.issued_access_key_id IS NOT NULL THEN s.access_key_id END AS issued_key
  FROM said s
  JOIN calls c ON c.n = s.n
  LEFT JOIN known_accounts k ON k.account_id = s.account_id
  LEFT JOIN configured_accounts o ON o.account_id = s.account_id
  LEFT JOIN configured_source_roles r ON r.role = s.principal_role
  LEFT JOIN configured_source_roles ra ON ra.role = s.principal_role_arn
  LEFT JOIN issued_key i ON i.issued_access_key_id = s.access_key_id
  WHERE NOT c.is_shared AND (k.account_id IS NOT NULL OR o.account_id IS NOT NULL OR s.account_id = s.recipient_account_id)
    AND (s.on_behalf_of_user_id IS NOT NULL OR s.principal_role LIKE 'AWSReservedSSO~_%' ESCAPE '~' OR s.principal_type = 'IAMUser'
      OR (s.source_identity IS NOT NULL AND (r.role IS NOT NULL OR ra.role IS NOT NULL)) OR i.issued_access_key_id IS NOT NULL)
), signed_in AS (
  -- the latest sign-in that issued the access key before the call
  SELECT n, user_id
  FROM (
    SELECT o.n, i.user_id, row_number() OVER (PARTITION BY o.n ORDER BY i.logon_time_ms DESC, i.event_id DESC, i.user_id) AS place
    FROM ours o
    JOIN issued i ON i.issued_access_key_id = o.issued_key
    WHERE i.logon_time_ms - i.logon_time_ms % 1000 <= o.join_time_ms
  ) ranked
  WHERE place = 1
), name AS (
  SELECT on_behalf_of_user_id AS name FROM ours WHERE on_behalf_of_user_id IS NOT NULL
  UNION SELECT sso_name FROM ours WHERE sso_name IS NOT NULL
  UNION SELECT center_name FROM ours WHERE center_name IS NOT NULL
  UNION SELECT user_id FROM signed_in
  UNION SELECT source_name FROM ours WHERE source_name IS NOT NULL
  UNION SELECT iam_name FROM ours WHERE iam_name IS NOT NULL
), fitting AS (
  SELECT n.name, m.user_start || CASE WHEN m.user_is_whole THEN '' ELSE
      substr(n.name, length(m.name_start) + 1, length(n.name) - length(m.name_start) - length(m.name_end)) || m.user_end END AS person,
    row_number() OVER (PARTITION BY n.name ORDER BY m.place) AS place
  FROM name n
  CROSS JOIN configured_names m
  WHERE CASE WHEN m.name_is_whole THEN lower(n.name) = lower(m.name_start)
    ELSE length(n.name) >= length(m.name_start) + length(m.name_end)
      AND lower(substr(n.name, 1, length(m.name_start))) = lower(m.name_start)
      AND lower(substr(n.name, length(n.name) - length(m.name_end) + 1)) = lower(m.name_end) END
), mapped AS (
  SELECT name, person FROM fitting WHERE place = 1
), named AS (
  SELECT o.n, o.account_id,
    CASE WHEN b.name IS NOT NULL THEN b.person
      WHEN o.sso_name IS NOT NULL THEN coalesce(s.person, o.sso_name)
      WHEN o.center_name IS NOT NULL THEN coalesce(c.person, o.center_name)
      WHEN g.user_id IS NOT NULL THEN coalesce(x.person, g.user_id)
      WHEN o.source_name IS NOT NULL THEN coalesce(d.person, o.source_name)
      ELSE i.person END AS person,
    CASE WHEN b.name IS NOT NULL OR o.sso_name IS NOT NULL OR o.center_name IS NOT NULL THEN 'IDENTITY_CENTER'
      WHEN g.user_id IS NOT NULL THEN 'SAML'
      WHEN o.source_name IS NOT NULL THEN 'SOURCE_IDENTITY'
      ELSE 'IAM_USER' END AS kind
  FROM ours o
  LEFT JOIN signed_in g ON g.n = o.n
  LEFT JOIN mapped b ON b.name = o.on_behalf_of_user_id
  LEFT JOIN mapped s ON s.name = o.sso_name
  LEFT JOIN mapped c ON c.name = o.center_name
  LEFT JOIN mapped x ON x.name = g.user_id
  LEFT JOIN mapped d ON d.name = o.source_name
  LEFT JOIN mapped i ON i.name = o.iam_name
), folded AS (
  SELECT lower(person) AS person_fold FROM named WHERE person IS NOT NULL GROUP BY lower(person)
), known AS (
  SELECT f.person_fold, k.user_no FROM folded f JOIN numbered_users k ON lower(k.user_id) = f.person_fold
), one_known AS (
  SELECT person_fold, CASE WHEN count(*) = 1 THEN min(user_no) END AS user_no FROM known GROUP BY person_fold
), met AS (
  SELECT w.n, count(*) AS address_users, min(u.user_no) AS address_user_no, max(u.inside_no) AS inside_no, max(u.grace_no) AS grace_no,
    max(u.reported_inside_no) AS reported_inside_no, max(u.reported_grace_no) AS reported_grace_no
  FROM named w
  JOIN evidence e ON e.n = w.n
  JOIN known k ON k.person_fold = lower(w.person)
  JOIN segment_users u ON u.place_id = e.place_id AND u.segment = e.segment AND u.user_no = k.user_no
  WHERE u.candidate
  GROUP BY w.n
)
SELECT w.n, w.person, w.kind, coalesce(w.account_id, '') || '/' || w.kind || '/' || w.person AS person_key, o.user_no,
  coalesce(m.address_users, 0) AS address_users, CASE WHEN m.address_users = 1 THEN m.address_user_no END AS address_user_no,
  m.inside_no, m.grace_no, m.reported_inside_no, m.reported_grace_no
FROM named w
LEFT JOIN one_known o ON o.person_fold = lower(w.person)
LEFT JOIN met m ON m.n = w.n
WHERE w.person IS NOT NULL
