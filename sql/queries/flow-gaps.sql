-- title: Gaps in the flow logs
-- question: When did AWS lose flow records, and of which interfaces?
-- columns: dt, account_id, interface_id, address, spans, first_start, last_end
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
-- A SKIPDATA record may stand for many flows. The interface has no address in it; other records of the interface tell which it has.
WITH owner AS (
  SELECT account_id, interface_id, min(source_address) AS address
  FROM flows
  WHERE dt >= :from AND dt <= :to AND flow_direction = 'egress' AND source_hop IS NULL
  GROUP BY account_id, interface_id
)
SELECT f.dt, f.account_id, f.interface_id, o.address, count(*) AS spans, min(f.flow_start) AS first_start, max(f.flow_end) AS last_end
FROM flows f
LEFT JOIN owner o ON o.account_id = f.account_id AND o.interface_id = f.interface_id
WHERE f.dt >= :from AND f.dt <= :to AND f.log_status = 'SKIPDATA'
GROUP BY f.dt, f.account_id, f.interface_id, o.address
ORDER BY f.dt, f.account_id, f.interface_id
