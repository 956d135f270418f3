-- For each day: events that were judged, and those of them that are in scope.
SELECT c.dt, count(*) AS judged, count(v.n) AS in_scope
FROM calls c
LEFT JOIN verdicts v ON v.n = c.n
GROUP BY c.dt
