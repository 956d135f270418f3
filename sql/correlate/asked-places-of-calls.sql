-- The places that events ask about, each with the first time that it is asked about, epoch milliseconds.
SELECT network_account_id AS account_id, place_group, 'address' AS place_kind, source_address AS place, time_precision, min(t) AS first_ms
FROM calls
WHERE source_address IS NOT NULL
GROUP BY network_account_id, place_group, source_address, time_precision
UNION ALL
SELECT network_account_id, place_group, 'instance', claimed_instance, time_precision, min(t)
FROM calls
WHERE claimed_instance IS NOT NULL
GROUP BY network_account_id, place_group, claimed_instance, time_precision
