-- title: Session sent data to the internet
-- severity: high
-- looks at: days and recent days
-- meaning: A flow log shows traffic that was let through from the address of a session to a destination on the internet. No log of AWS
--   says what was in it. Told once for each session address, user (or all who may have sent it), destination and day (UTC); where they
--   reached more than 20 destinations on a day, for each hour. The user is named when the session beyond doubt is theirs and contains
--   the flow; before the report of the session is in, where several sessions overlap the flow, where it begins before the session or
--   ends after it, or where interfaces of two VPCs send from the address, all who may have sent it are told instead, at most ten by name.
-- next: `query egress` lists the flows, `query flows-of-session` all of the session. Whose is the destination? Close the way: a route
--   table without a NAT or internet gateway, a security group or firewall with a list of destinations.
-- false positives: A destination that is allowed: list it in `policy.egress.allowedCidrs`. Updates of the operating system. Replies of a
--   session that serves others are left out by their TCP flags, and where the format has none (and for UDP) by their ports (from below
--   1024 to 1024 or above), so a sender that chooses a low port is missed then; with flags, a span in the middle of a long reply has none
--   of them set and is told. What goes to AWS's own services (S3, DynamoDB and others that AWS runs itself) is told only if it went through
--   an internet gateway. Sessions and flows meet by account, region and address: where two VPCs of a region use the same address and
--   only one of them has a flow log (or its format lacks vpc-id), what a machine of the other VPC sent is taken for the session's.
-- needs: policy.egress.allowedCidrs, for flow logs whose format lacks pkt-dst-aws-service, where S3 looks like the rest of the internet
-- source: docs/facts.md, flow logs
-- att&ck: T1048 Exfiltration Over Alternative Protocol
WITH flow AS (
  SELECT f.n, f.account_id, f.source_address, f.source_port, f.interface_id, f.flow_direction, f.destination_address, f.destination_service, f.destination_port, f.protocol, f.action, coalesce(f.bytes, 0) AS bytes,
    -- a key begins with an account, so that no list of users looks like one
    f.flow_start, f.flow_start_ms, f.dt, coalesce(u.sure_user_key, 'maybe ' || u.user_list) AS who,
    CASE WHEN u.sure_user_key IS NOT NULL THEN u.one_user_id END AS user_id, CASE WHEN u.sure_user_key IS NOT NULL THEN u.one_session_id END AS session_id,
    u.user_list
  FROM egress_flows f
  JOIN flow_users u ON u.n = f.n
), reached AS (
  SELECT account_id, source_address, who, dt, count(DISTINCT destination_address) AS destinations
  FROM flow WHERE action = 'ACCEPT'
  GROUP BY account_id, source_address, who, dt
), part AS (
  SELECT f.*, CASE WHEN r.destinations > :most_destinations THEN substr(CAST(f.flow_start AS varchar), 1, 13) || 'h' ELSE f.destination_address END AS part
  FROM flow f
  JOIN reached r ON r.account_id = f.account_id AND r.source_address = f.source_address AND r.who = f.who AND r.dt = f.dt
), passed AS (
  -- of the interfaces that a connection passed, the one that saw most of it knows how much it was
  SELECT account_id, source_address, who, dt, part, CAST(sum(bytes) AS bigint) AS bytes, CAST(sum(flows) AS bigint) AS flows
  FROM (SELECT account_id, source_address, who, dt, part, max(bytes) AS bytes, max(flows) AS flows
    FROM (SELECT account_id, source_address, who, dt, part, destination_address, source_port, destination_port, protocol, sum(bytes) AS bytes, count(*) AS flows
      FROM part WHERE action = 'ACCEPT'
      GROUP BY account_id, source_address, who, dt, part, destination_address, source_port, destination_port, protocol, interface_id, flow_direction) each_interface
    GROUP BY account_id, source_address, who, dt, part, destination_address, source_port, destination_port, protocol) each_connection
  GROUP BY account_id, source_address, who, dt, part
), told AS (
  SELECT account_id, source_address, who, dt, part, count(DISTINCT CASE WHEN action = 'ACCEPT' THEN destination_address END) AS destinations,
    count(CASE WHEN action <> 'ACCEPT' THEN 1 END) AS refused,
    min(CASE WHEN action = 'ACCEPT' THEN flow_start_ms END) AS first_ms, min(CASE WHEN action = 'ACCEPT' THEN flow_start END) AS first_time,
    min(CASE WHEN action = 'ACCEPT' THEN destination_address END) AS destination_address, min(CASE WHEN action = 'ACCEPT' THEN destination_port END) AS port, count(DISTINCT CASE WHEN action = 'ACCEPT' THEN destination_port END) AS ports,
    max(destination_service) AS service, min(user_id) AS user_id, count(DISTINCT session_id) AS sessions, min(session_id) AS session_id, count(*) AS n,
    count(session_id) AS n_in_session, max(user_list) AS user_list
  FROM part
  GROUP BY account_id, source_address, who, dt, part
)
SELECT t.first_ms AS event_time_ms, t.dt, t.account_id || ' ' || t.source_address || ' ' || t.who || ' ' || t.dt || ' ' || t.part AS subject,
  CASE WHEN t.user_id IS NOT NULL THEN t.user_id ELSE 'a session, which may be that of ' || t.user_list || ',' END || ' sent ' || CAST(p.bytes AS varchar) || ' bytes from '
    || t.source_address || ' to ' || CASE WHEN t.destinations > 1 THEN CAST(t.destinations AS varchar) || ' addresses on the internet, ' || t.destination_address || ' among them'
      ELSE t.destination_address || CASE WHEN t.ports = 1 THEN ' port ' || CAST(t.port AS varchar) ELSE '' END
        || CASE WHEN t.service IS NULL THEN '' ELSE ' (' || t.service || ')' END || ' on the internet' END
    || ', in ' || CAST(p.flows AS varchar) || CASE WHEN p.flows = 1 THEN ' flow' ELSE ' flows, the first' END || ' at ' || substr(CAST(t.first_time AS varchar), 1, 19) || ' UTC'
    || CASE WHEN t.refused = 0 THEN '' ELSE '; ' || CAST(t.refused AS varchar) || ' more of them rejected' END AS summary,
  t.user_id, CASE WHEN t.sessions = 1 AND t.n_in_session = t.n THEN t.session_id END AS session_id, t.source_address,
  CASE WHEN t.destinations > 1 THEN 'the internet' ELSE t.destination_address END AS resource, CAST(ARRAY[] AS varchar ARRAY) AS event_ids
FROM told t
JOIN passed p ON p.account_id = t.account_id AND p.source_address = t.source_address AND p.who = t.who AND p.dt = t.dt AND p.part = t.part
