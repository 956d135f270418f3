-- For each day: the events that have a verdict, and those that the rule of scope leaves out. Both are counted for themselves:
-- an event that fell between them makes the counts of its day wrong, and nothing is published.
SELECT c.dt, count(v.n) AS in_scope,
  count(CASE WHEN NOT c.contradicted AND NOT c.data_in_scope AND NOT c.fleet_principal AND NOT c.in_fleet AND NOT e.held THEN c.n END) AS out_of_scope
FROM calls c
LEFT JOIN evidence e ON e.n = c.n
LEFT JOIN verdicts v ON v.n = c.n
WHERE c.variant_of IS NULL
GROUP BY c.dt
