-- title: Inputs with something set aside
-- question: What could not be read, and what has to be done about it?
-- columns: location, status, reason, malformed, records_read
SELECT i.location, i.kind, i.status, i.records_read, i.kept, i.malformed, i.reason,
       min(r.source_index) AS first_bad_record, min(r.reason) AS one_of_the_reasons, i.sha256
FROM inputs i LEFT JOIN rejected_records r ON r.location = i.location AND r.version = i.version
WHERE i.status <> 'ingested'
GROUP BY i.location, i.version, i.kind, i.status, i.records_read, i.kept, i.malformed, i.reason, i.sha256
ORDER BY i.location, i.sha256
