-- The verdict of every event in scope. `decision` finds the first row of the table in docs/verdicts.md that fits and gives its
-- code; `rule` says what each code means. Credentials name or corroborate somebody only when the fleets' roles are configured:
-- anybody else chooses his own role session name. Once the days are closed a session that no report had is neither shown nor a
-- reason. Behind a NAT address no sweep shows who is there, so only closed days close row 4.
WITH rule AS (
  -- `names`: whose user and session the row shows. `lists_…`: whose names go into the candidate columns; the leads of an access key
  -- come to rows 5 and 9. `weighs_…`: nothing disputed, and nobody known from snapshots alone, may stand there if it is to be final.
  SELECT * FROM (VALUES
    ('copies_differ',        '0', 'ambiguous',    'evidence_disagrees',   '',         true,  true,  false, false, false, true,  false, false),
    ('key_at_address',       '1', 'attributed',   'home_folder_key',      'key',      true,  false, false, false, true,  false, true,  false),
    ('key_alone',            '2', 'attributed',   'home_folder_key',      'key',      true,  false, false, false, true,  false, false, false),
    ('key_disagrees',        '3', 'ambiguous',    'evidence_disagrees',   '',         true,  false, false, false, true,  false, true,  false),
    ('self_at_address',      'S', 'attributed',   'own_credentials',      'self',     true,  false, false, false, false, true,  true,  false),
    ('self_alone',           'S', 'attributed',   'own_credentials',      'self',     false, false, false, false, false, true,  false, false),
    ('self_disagrees',       'S', 'ambiguous',    'evidence_disagrees',   '',         true,  false, false, false, false, true,  true,  false),
    ('instance_behind_nat',  '4', 'attributed',   'instance_credentials', 'instance', false, true,  false, false, false, false, false, true),
    ('no_address',           '5', 'not_joinable', 'no_address',           '',         false, true,  false, false, false, false, false, false),
    ('aws_internal',         '5', 'not_joinable', 'aws_internal',         '',         false, true,  false, false, false, false, false, false),
    ('aws_service',          '5', 'not_joinable', 'aws_service',          '',         false, true,  false, false, false, false, false, false),
    ('foreign_endpoint',     '5', 'not_joinable', 'foreign_endpoint',     '',         false, true,  false, false, false, false, false, false),
    ('no_endpoint',          '5', 'not_joinable', 'no_endpoint',          '',         false, true,  false, false, false, false, false, false),
    ('public_address',       '5', 'not_joinable', 'public_address',       '',         false, true,  false, false, false, false, false, false),
    ('outside_fleet',        '5', 'not_joinable', 'outside_fleet',        '',         false, true,  false, false, false, false, false, false),
    ('instance_disagrees',   '6', 'ambiguous',    'evidence_disagrees',   '',         true,  true,  false, false, false, false, true,  true),
    ('another_fleet',        '6', 'ambiguous',    'evidence_disagrees',   '',         true,  false, false, false, false, false, true,  false),
    ('doubtful',             '6', 'ambiguous',    'evidence_disagrees',   '',         true,  false, false, false, false, false, true,  false),
    ('another_elsewhere',    '6', 'ambiguous',    'other_region',         '',         true,  false, false, true,  false, false, true,  false),
    ('in_session',           '6', 'attributed',   'in_session',           'address',  true,  false, false, false, false, false, true,  false),
    ('in_grace',             '6', 'attributed',   'in_grace',             'address',  true,  false, false, false, false, false, true,  false),
    ('users_disputed',       '7', 'ambiguous',    'evidence_disagrees',   '',         true,  false, false, false, false, false, true,  false),
    ('instance_decides',     '7', 'attributed',   'instance_credentials', 'both',     true,  false, false, false, false, false, true,  true),
    ('multi_session',        '7', 'ambiguous',    'multi_session',        '',         true,  false, false, false, false, false, true,  false),
    ('overlapping_sessions', '7', 'ambiguous',    'overlapping_sessions', '',         true,  false, false, false, false, false, true,  false),
    ('elsewhere_alone',      '7', 'ambiguous',    'other_region',         '',         false, false, false, true,  false, false, true,  false),
    ('awaiting_report',      '8', 'pending',      'awaiting_report',      '',         true,  true,  true,  true,  true,  false, false, false),
    ('evidence_unread',      '8', 'pending',      'evidence_unread',      '',         true,  true,  true,  true,  true,  false, false, false),
    ('seen_only',            '9', 'unattributed', 'outside_session',      '',         true,  true,  true,  false, false, false, true,  false),
    ('not_connected',        '9', 'unattributed', 'not_connected',        '',         false, true,  true,  false, false, false, true,  false),
    ('outside_session',      '9', 'unattributed', 'outside_session',      '',         false, true,  true,  false, false, false, true,  false),
    ('unknown_address',      '9', 'unattributed', 'unknown_address',      '',         false, true,  true,  false, false, false, true,  false)
  ) AS decided (code, verdict_row, verdict, reason, names, lists_address, lists_instance, lists_possible, lists_elsewhere, lists_key,
    lists_self, weighs_address, weighs_instance)
), fact AS (
  SELECT c.n, c.dt, c.network_id, c.session_name, c.source_address_kind, c.foreign_endpoint, c.no_endpoint, c.may_become_known, c.in_fleet, c.in_nat, c.contradicted,
    c.of_another_fleet,
    CASE WHEN s.person IS NULL OR c.is_shared THEN c.foreign_credentials END AS foreign_credentials,
    e.service_key, e.held, e.place_id, e.segment, e.instance_place_id, e.instance_segment, e.days_closed, e.unread, e.unplaced, e.own_day_reported,
    CASE WHEN w.n IS NULL THEN false ELSE true END AS swept,
    CASE WHEN e.days_closed OR w.n IS NOT NULL THEN true ELSE false END AS closed,
    CASE WHEN c.fleet_principal OR c.in_fleet OR e.held THEN true ELSE false END AS fleet_side,
    -- of the address
    coalesce(a.users, 0) AS users, a.one_user_no,
    CASE WHEN e.days_closed THEN a.reported_inside_no ELSE a.inside_no END AS inside_no,
    CASE WHEN e.days_closed THEN a.reported_grace_no ELSE a.grace_no END AS grace_no,
    coalesce(a.alone, false) AS alone, coalesce(a.reported, false) AS reported,
    coalesce(a.seen_only, false) AS seen_only, coalesce(a.hangs, false) AS hangs, coalesce(a.contradicted, false) AS users_contradicted,
    coalesce(a.multi, false) AS multi, coalesce(a.idle, false) AS idle,
    coalesce(a.elsewhere_users, 0) AS elsewhere_users, coalesce(a.elsewhere_others, 0) AS elsewhere_others,
    coalesce(a.elsewhere_weak, false) AS elsewhere_weak,
    CASE WHEN coalesce(a.possible_others, 0) > 0 AND NOT e.days_closed THEN true ELSE false END AS other_possible,
    -- of the instance
    coalesce(k.instance_users, 0) AS instance_users, k.instance_user_no,
    CASE WHEN e.days_closed THEN coalesce(k.instance_reported_inside_no, k.instance_reported_grace_no)
      ELSE coalesce(k.instance_inside_no, k.instance_grace_no) END AS instance_session_no,
    coalesce(k.instance_alone, false) AS instance_alone,
    coalesce(k.instance_seen_only, false) AS instance_seen_only, coalesce(k.instance_hangs, false) AS instance_hangs,
    CASE WHEN coalesce(k.instance_possible_others, 0) > 0 AND NOT e.days_closed THEN true ELSE false END AS other_possible_on_instance,
    coalesce(k.instance_user_at_address, false) AS instance_user_at_address,
    CASE WHEN e.days_closed THEN coalesce(k.both_reported_inside_no, k.both_reported_grace_no)
      ELSE coalesce(k.both_inside_no, k.both_grace_no) END AS both_session_no,
    coalesce(k.address_user_on_instance, false) AS address_user_on_instance,
    -- of the key
    k.key_user_no, coalesce(k.key_user_at_address, false) AS key_user_at_address,
    CASE WHEN e.days_closed THEN coalesce(k.key_reported_inside_no, k.key_reported_grace_no)
      ELSE coalesce(k.key_inside_no, k.key_grace_no) END AS key_session_no,
    o.user_id AS object_owner_user_id,
    -- of the credentials themselves
    s.person, s.kind AS person_kind, s.person_key, s.user_no AS person_user_no, coalesce(s.address_users, 0) AS self_users, s.address_user_no AS self_user_no,
    CASE WHEN e.days_closed THEN coalesce(s.reported_inside_no, s.reported_grace_no) ELSE coalesce(s.inside_no, s.grace_no) END AS self_session_no
  FROM calls c
  JOIN evidence e ON e.n = c.n
  LEFT JOIN swept w ON w.n = c.n
  LEFT JOIN segments a ON a.place_id = e.place_id AND a.segment = e.segment
  LEFT JOIN claims k ON k.n = c.n
  LEFT JOIN self_named s ON s.n = c.n
  LEFT JOIN known_users o ON o.account_id = c.key_account_id AND o.authentication_type = c.key_authentication_type AND o.user_hash = c.key_user_hash
  WHERE c.settled AND c.variant_of IS NULL AND (c.contradicted OR c.data_in_scope OR c.fleet_principal OR c.in_fleet OR e.held)
), decision AS (
  SELECT f.*,
    CASE
      WHEN contradicted THEN 'copies_differ'
      WHEN key_user_no IS NOT NULL AND key_user_at_address THEN 'key_at_address'
      WHEN key_user_no IS NOT NULL AND users = 0 THEN 'key_alone'
      WHEN service_key AND users > 0 AND (key_user_no IS NOT NULL OR closed) THEN 'key_disagrees'
      WHEN service_key AND users > 0 THEN 'awaiting_report'
      WHEN self_users = 1 THEN 'self_at_address'
      WHEN person IS NOT NULL AND users = 0 THEN 'self_alone'
      WHEN person IS NOT NULL AND self_users = 0 THEN 'self_disagrees'
      WHEN source_address_kind IN ('public', 'ipv6') AND in_nat AND :has_fleet_roles AND instance_users = 1 AND instance_session_no IS NOT NULL THEN
        CASE WHEN other_possible_on_instance OR NOT (days_closed OR instance_alone) THEN 'awaiting_report' ELSE 'instance_behind_nat' END
      WHEN source_address_kind = 'none' THEN 'no_address'
      WHEN source_address_kind = 'internal' THEN 'aws_internal'
      WHEN source_address_kind = 'service' THEN 'aws_service'
      WHEN (foreign_endpoint OR no_endpoint) AND may_become_known AND NOT days_closed THEN 'awaiting_report'
      WHEN foreign_endpoint THEN 'foreign_endpoint'
      WHEN no_endpoint THEN 'no_endpoint'
      WHEN NOT held AND NOT in_fleet AND source_address_kind IN ('public', 'ipv6') THEN 'public_address'
      WHEN NOT held AND NOT in_fleet AND :has_fleet_cidrs AND elsewhere_users = 0 THEN 'outside_fleet'
      WHEN other_possible THEN 'awaiting_report'
      WHEN users = 1 AND days_closed AND NOT reported AND elsewhere_others = 0 THEN 'seen_only'
      WHEN users = 1 AND NOT closed AND NOT alone THEN 'awaiting_report'
      WHEN users = 1 AND instance_users > 0 AND NOT address_user_on_instance THEN CASE WHEN closed THEN 'instance_disagrees' ELSE 'awaiting_report' END
      WHEN users = 1 AND of_another_fleet THEN CASE WHEN closed THEN 'another_fleet' ELSE 'awaiting_report' END
      WHEN users = 1 AND inside_no IS NULL AND grace_no IS NULL AND (reported OR NOT days_closed) THEN 'doubtful'
      WHEN users = 1 AND elsewhere_others > 0 THEN CASE WHEN closed THEN 'another_elsewhere' ELSE 'awaiting_report' END
      WHEN users = 1 THEN CASE WHEN inside_no IS NOT NULL THEN 'in_session' ELSE 'in_grace' END
      WHEN users > 1 AND users_contradicted THEN CASE WHEN closed THEN 'users_disputed' ELSE 'awaiting_report' END
      WHEN users > 1 AND :has_fleet_roles AND instance_users = 1 AND instance_user_at_address AND instance_session_no IS NOT NULL THEN
        CASE WHEN other_possible_on_instance OR NOT (closed OR instance_alone) THEN 'awaiting_report' ELSE 'instance_decides' END
      WHEN users > 1 AND NOT closed THEN 'awaiting_report'
      WHEN users > 1 AND multi THEN 'multi_session'
      WHEN users > 1 THEN 'overlapping_sessions'
      WHEN NOT closed THEN 'awaiting_report'
      WHEN elsewhere_users > 0 THEN 'elsewhere_alone'
      WHEN idle THEN 'not_connected'
      WHEN held THEN 'outside_session'
      ELSE 'unknown_address'
    END AS first_code
  FROM fact f
), decided AS (
  SELECT d.*, CASE WHEN d.first_code = 'awaiting_report' AND d.unread THEN 'evidence_unread' ELSE d.first_code END AS code FROM decision d
)
SELECT d.n, d.dt, d.network_id, d.session_name, d.fleet_side, r.verdict, r.reason, r.verdict_row,
  CASE WHEN NOT d.days_closed THEN false
    WHEN r.weighs_address AND (d.seen_only OR d.hangs) THEN false
    WHEN r.lists_elsewhere AND d.elsewhere_weak THEN false
    WHEN r.weighs_instance AND (d.instance_seen_only OR d.instance_hangs) THEN false
    -- the successor may be in the report that never came
    WHEN d.code = 'in_grace' AND NOT d.own_day_reported THEN false
    WHEN r.verdict_row = '9' AND d.users = 0 AND d.unplaced THEN false
    ELSE true END AS final,
  CASE WHEN d.days_closed THEN CASE WHEN d.own_day_reported THEN 'report' ELSE 'time' END WHEN d.swept THEN 'snapshots' END AS closed_by,
  CASE WHEN d.foreign_credentials IS NOT NULL THEN false
    WHEN d.code = 'key_at_address' AND d.key_session_no IS NOT NULL THEN true
    WHEN d.code = 'self_at_address' AND d.self_session_no IS NOT NULL THEN true
    WHEN d.code IN ('in_session', 'in_grace') AND :has_fleet_roles AND d.instance_users = 1 AND d.address_user_on_instance
      AND d.instance_session_no IS NOT NULL THEN true
    ELSE false END AS corroborated,
  CASE r.names WHEN 'key' THEN d.key_user_no WHEN 'self' THEN CASE WHEN d.code = 'self_alone' THEN d.person_user_no ELSE d.self_user_no END
    WHEN 'instance' THEN d.instance_user_no WHEN 'both' THEN d.instance_user_no WHEN 'address' THEN d.one_user_no END AS user_no,
  CASE r.names WHEN 'key' THEN d.key_session_no WHEN 'self' THEN d.self_session_no WHEN 'instance' THEN d.instance_session_no
    WHEN 'both' THEN d.both_session_no WHEN 'address' THEN coalesce(d.inside_no, d.grace_no) END AS session_no,
  d.person, CASE WHEN d.code = 'self_alone' AND d.person_user_no IS NULL THEN d.person_kind END AS person_kind, d.person_key, d.foreign_credentials,
  d.place_id, d.segment, d.instance_place_id, d.instance_segment, d.contradicted,
  r.lists_address, r.lists_instance, r.lists_possible, r.lists_elsewhere,
  CASE WHEN r.lists_key THEN d.key_user_no WHEN r.lists_self THEN coalesce(d.self_user_no, d.person_user_no) END AS list_user_no,
  CASE WHEN r.lists_self AND d.self_user_no IS NULL AND d.person_user_no IS NULL THEN d.person END AS list_person,
  d.object_owner_user_id,
  -- nearly all events list the candidates of their address and nothing else: those need no arrays of their own
  CASE WHEN (r.lists_instance AND d.instance_segment IS NOT NULL) OR r.lists_possible OR r.lists_elsewhere OR r.verdict_row IN ('0', '5')
    OR (r.lists_key AND d.key_user_no IS NOT NULL) OR (r.lists_self AND d.person IS NOT NULL) THEN true ELSE false END AS mixed
FROM decided d
JOIN rule r ON r.code = d.code
