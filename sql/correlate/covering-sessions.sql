-- Which statement covers which other one of the same session and user: it begins no later, ends no earlier, has the same
-- addresses, and says neither unconnected where the other says connected nor single-session where it says multi-session. Each
-- side with the report that it is from.
SELECT a.statement_no AS covered_no, b.statement_no AS covering_no, a.account_id, a.region, a.said_rows,
  a.placed AS covered_placed, a.misplaced AS covered_misplaced, a.report_day AS covered_day, a.source_file AS covered_file,
  a.source_modified_ms AS covered_modified_ms, a.ingested_at_ms AS covered_ingested_ms,
  b.placed AS covering_placed, b.misplaced AS covering_misplaced, b.report_day AS covering_day, b.source_file AS covering_file,
  b.source_modified_ms AS covering_modified_ms, b.ingested_at_ms AS covering_ingested_ms
FROM stated_sessions a
JOIN stated_sessions b ON b.session_id = a.session_id AND b.account_id = a.account_id AND b.region = a.region
  AND b.user_key = a.user_key AND b.fleet = a.fleet
WHERE b.statement_no <> a.statement_no
  AND b.session_start_ms <= a.session_start_ms AND b.session_end_ms >= a.session_end_ms
  AND (a.instance = '' OR b.instance = a.instance)
  AND (b.connected OR NOT a.connected)
  AND (coalesce(b.is_multisession, false) OR NOT coalesce(a.is_multisession, false))
  AND a.private_addresses = b.private_addresses
