-- The addresses that flows ask about, each with the first time that it is asked about, epoch milliseconds: a packet may have
-- been sent 60 s before the start that the log gives (F§7).
SELECT f.account_id AS network_id, '' AS place_group, '' AS place_region, 'address' AS place_kind, f.source_address AS place, 's' AS time_precision, min(f.flow_start_ms) - 60000 AS first_ms
FROM flows f
LEFT JOIN finding_days d ON d.dt = f.dt
WHERE f.dt >= :since_dt AND (d.dt IS NOT NULL OR f.dt >= :recent_dt) AND f.destination_kind = 'public'
GROUP BY f.account_id, f.source_address
