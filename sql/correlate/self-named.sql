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
), given AS (
  -- in the order in which they count; the first and the last only where `identity.users` maps them
  SELECT o.n, o.account_id, p.place,
    CASE p.place WHEN 1 THEN o.on_behalf_of_user_id WHEN 2 THEN o.sso_name WHEN 3 THEN o.center_name WHEN 4 THEN g.user_id
      WHEN 5 THEN o.source_name ELSE o.iam_name END AS name
  FROM ours o
  LEFT JOIN signed_in g ON g.n = o.n
  CROSS JOIN (VALUES (1), (2), (3), (4), (5), (6)) AS p (place)
), name AS (
  SELECT name FROM given WHERE name IS NOT NULL GROUP BY name
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
), offered AS (
  SELECT g.n, g.account_id, g.place, coalesce(f.person, CASE WHEN g.place BETWEEN 2 AND 5 THEN g.name END) AS person
  FROM given g
  LEFT JOIN fitting f ON f.name = g.name AND f.place = 1
), named AS (
  SELECT n, account_id, person,
    CASE WHEN place <= 3 THEN 'IDENTITY_CENTER' WHEN place = 4 THEN 'SAML' WHEN place = 5 THEN 'SOURCE_IDENTITY' ELSE 'IAM_USER' END AS kind
  FROM (SELECT o.*, row_number() OVER (PARTITION BY o.n ORDER BY o.place) AS rank FROM offered o WHERE o.person IS NOT NULL) ranked
  WHERE rank = 1
), known AS (
  SELECT lower(user_id) AS person_fold, user_no FROM numbered_users
), one_known AS (
  SELECT person_fold, CASE WHEN count(*) = 1 THEN min(user_no) END AS user_no FROM known GROUP BY person_fold
)
SELECT w.n, w.person, w.kind, coalesce(w.account_id, '') || '/' || w.kind || '/' || w.person AS person_key, o.user_no,
  count(u.user_no) AS address_users, CASE WHEN count(u.user_no) = 1 THEN min(u.user_no) END AS address_user_no,
  max(u.inside_no) AS inside_no, max(u.grace_no) AS grace_no, max(u.reported_inside_no) AS reported_inside_no,
  max(u.reported_grace_no) AS reported_grace_no
FROM named w
LEFT JOIN one_known o ON o.person_fold = lower(w.person)
LEFT JOIN known k ON k.person_fold = lower(w.person)
LEFT JOIN evidence e ON e.n = w.n
LEFT JOIN segment_users u ON u.place_id = e.place_id AND u.segment = e.segment AND u.user_no = k.user_no AND u.candidate
GROUP BY w.n, w.person, w.kind, w.account_id, o.user_no
