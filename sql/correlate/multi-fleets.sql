-- Every fleet with a session that is flagged multi-session: on its instances users come and go between two sweeps.
SELECT account_id, region, fleet_name
FROM resolved_sessions
WHERE is_multisession AND fleet_name IS NOT NULL
GROUP BY account_id, region, fleet_name
