-- The verdict of every event in scope: the first row that matches (docs/verdicts.md). Row numbers are those of that table.
-- Credentials name or corroborate somebody only when the fleets' roles are configured: anybody else chooses his own role
-- session name. Once the days are closed a session that no report had is neither shown nor a reason. Behind a NAT address no sweep shows who is there, so only closed days close row 4.
WITH fact AS (
  SELECT c.n, c.dt, c.network_account_id, c.session_name, c.source_address_kind, c.foreign_endpoint, c.in_fleet, c.in_nat, c.service_key,
    e.held, e.place_id, e.segment, e.instance_place_id, e.instance_segment, e.days_closed,
    CASE WHEN e.days_closed OR w.n IS NOT NULL THEN true ELSE false END AS closed,
    CASE WHEN c.fleet_principal OR c.in_fleet OR e.held THEN true ELSE false END AS fleet_side,
    coalesce(a.users, 0) AS users, a.one_user_no, CASE WHEN e.days_closed THEN a.reported_pick ELSE a.pick END AS pick,
    coalesce(a.alone, false) AS alone, coalesce(a.reported, false) AS reported,
    coalesce(a.seen_only, false) AS seen_only, coalesce(a.multi, false) AS multi, coalesce(a.idle, false) AS idle,
    CASE WHEN coalesce(a.possible_others, 0) > 0 AND NOT e.days_closed THEN true ELSE false END AS other_possible,
    coalesce(k.instance_users, 0) AS instance_users, k.instance_user_no,
    CASE WHEN e.days_closed THEN k.instance_reported_pick ELSE k.instance_pick END AS instance_pick,
    coalesce(k.instance_alone, false) AS instance_alone, coalesce(k.instance_reported, false) AS instance_reported,
    coalesce(k.instance_seen_only, false) AS instance_seen_only,
    CASE WHEN coalesce(k.instance_possible_others, 0) > 0 AND NOT e.days_closed THEN true ELSE false END AS other_possible_on_instance,
    k.key_user_no, coalesce(k.key_user_at_address, false) AS key_user_at_address,
    CASE WHEN e.days_closed THEN k.key_user_reported_pick ELSE k.key_user_pick END AS key_user_pick,
    coalesce(k.instance_user_at_address, false) AS instance_user_at_address,
    CASE WHEN e.days_closed THEN k.instance_user_reported_pick ELSE k.instance_user_pick END AS instance_user_pick,
    coalesce(k.instance_user_reported, false) AS instance_user_reported,
    coalesce(k.address_user_on_instance, false) AS address_user_on_instance,
    o.user_id AS object_owner_user_id
  FROM calls c
  JOIN evidence e ON e.n = c.n
  LEFT JOIN swept w ON w.n = c.n
  LEFT JOIN segments a ON a.place_id = e.place_id AND a.segment = e.segment
  LEFT JOIN claims k ON k.n = c.n
  LEFT JOIN known_users o ON o.account_id = c.key_account_id AND o.authentication_type = c.key_authentication_type AND o.user_hash = c.key_user_hash
  WHERE c.settled AND (c.data_in_scope OR c.fleet_principal OR c.in_fleet OR e.held)
), decided AS (
  SELECT f.*,
    CASE
      WHEN key_user_no IS NOT NULL AND key_user_at_address THEN '1'
      WHEN key_user_no IS NOT NULL AND users = 0 THEN '2'
      WHEN service_key AND users > 0 AND (key_user_no IS NOT NULL OR closed) THEN '3'
      WHEN service_key AND users > 0 THEN '8'
      WHEN source_address_kind IN ('public', 'ipv6') AND in_nat AND :has_fleet_roles AND instance_users = 1 AND (instance_reported OR NOT days_closed) THEN
        CASE WHEN other_possible_on_instance OR NOT (days_closed OR instance_alone) THEN '8 instance' ELSE '4' END
      WHEN source_address_kind = 'none' THEN '5 no_address'
      WHEN source_address_kind = 'internal' THEN '5 aws_internal'
      WHEN source_address_kind = 'service' THEN '5 aws_service'
      WHEN foreign_endpoint THEN '5 foreign_endpoint'
      WHEN NOT held AND NOT in_fleet AND source_address_kind IN ('public', 'ipv6') THEN '5 public_address'
      WHEN NOT held AND NOT in_fleet AND :has_fleet_cidrs THEN '5 outside_fleet'
      WHEN other_possible THEN '8'
      WHEN users = 1 AND days_closed AND NOT reported THEN '9 seen'
      WHEN users = 1 AND NOT closed AND NOT alone THEN '8'
      WHEN users = 1 AND instance_users > 0 AND NOT address_user_on_instance THEN CASE WHEN closed THEN '6 disagrees' ELSE '8' END
      WHEN users = 1 THEN '6'
      WHEN users > 1 AND :has_fleet_roles AND instance_users = 1 AND instance_user_at_address AND (instance_user_reported OR NOT days_closed) THEN
        CASE WHEN other_possible_on_instance OR NOT (closed OR instance_alone) THEN '8' ELSE '7' END
      WHEN users > 1 AND NOT closed THEN '8'
      WHEN users > 1 THEN '7 ambiguous'
      WHEN NOT closed THEN '8'
      ELSE '9'
    END AS decision
  FROM fact f
), named AS (
  SELECT d.*,
    CASE WHEN decision IN ('1', '2') THEN key_user_no WHEN decision IN ('4', '7') THEN instance_user_no WHEN decision = '6' THEN one_user_no END AS user_no,
    CASE decision WHEN '1' THEN key_user_pick WHEN '4' THEN instance_pick WHEN '6' THEN pick WHEN '7' THEN instance_user_pick END AS user_pick,
    CASE
      WHEN decision IN ('1', '2', '4', '6', '7') THEN 'attributed'
      WHEN decision IN ('3', '6 disagrees', '7 ambiguous') THEN 'ambiguous'
      WHEN decision IN ('8', '8 instance') THEN 'pending'
      WHEN decision IN ('9', '9 seen') THEN 'unattributed'
      ELSE 'not_joinable'
    END AS verdict
  FROM decided d
), listed AS (
  -- whose names go into the candidate columns: of the address, of the instance, possible ones, of the key
  SELECT x.*,
    CASE WHEN decision IN ('1', '2', '3', '6', '6 disagrees', '7', '7 ambiguous', '8', '8 instance', '9 seen') THEN true ELSE false END AS list_address,
    CASE WHEN decision IN ('4', '6 disagrees', '8', '8 instance', '9', '9 seen') OR verdict = 'not_joinable' THEN true ELSE false END AS list_instance,
    CASE WHEN decision IN ('8', '8 instance', '9', '9 seen') THEN true ELSE false END AS list_possible,
    CASE WHEN decision IN ('1', '2', '3', '8', '8 instance') THEN key_user_no END AS list_user_no
  FROM named x
)
SELECT n, dt, network_account_id, session_name, fleet_side, verdict,
  CASE
    WHEN decision IN ('1', '2') THEN 'home_folder_key'
    WHEN decision IN ('3', '6 disagrees') THEN 'evidence_disagrees'
    WHEN decision IN ('4', '7') THEN 'instance_credentials'
    WHEN decision = '6' THEN CASE WHEN pick >= 1000000000000 THEN 'in_session' ELSE 'in_grace' END
    WHEN decision = '7 ambiguous' THEN CASE WHEN multi THEN 'multi_session' ELSE 'overlapping_sessions' END
    WHEN verdict = 'pending' THEN 'awaiting_report'
    WHEN verdict = 'unattributed' THEN
      CASE WHEN users = 0 AND idle THEN 'not_connected' WHEN held THEN 'outside_session' ELSE 'unknown_address' END
    ELSE substr(decision, 3)
  END AS reason,
  CASE WHEN NOT days_closed THEN false
    WHEN decision = '2' OR verdict = 'not_joinable' THEN true
    WHEN decision = '4' THEN NOT instance_seen_only
    WHEN decision IN ('7', '6 disagrees') THEN NOT seen_only AND NOT instance_seen_only
    ELSE NOT seen_only END AS final,
  CASE WHEN (decision = '1' AND key_user_pick IS NOT NULL) OR (decision = '6' AND :has_fleet_roles AND instance_users = 1 AND address_user_on_instance
    AND (instance_reported OR NOT days_closed)) THEN true ELSE false END AS corroborated,
  user_no, user_pick % 1000000000000 AS session_no,
  place_id, segment, instance_place_id, instance_segment,
  list_address, list_instance, list_possible, list_user_no, object_owner_user_id,
  -- nearly all events list the candidates of their address and nothing else: those need no arrays of their own
  CASE WHEN (list_instance AND instance_segment IS NOT NULL) OR list_possible OR list_user_no IS NOT NULL OR verdict = 'not_joinable'
    THEN true ELSE false END AS mixed
FROM listed
