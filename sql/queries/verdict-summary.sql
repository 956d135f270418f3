-- title: Verdicts by day and reason
-- question: How much of each day has a name, and why not the rest?
-- columns: verdict, reason, events, final_events, writes, corroborated, dt
-- param from date = 1970-01-01: first day, inclusive
-- param to date = 9999-12-31: last day, inclusive
SELECT dt, verdict, reason, count(*) AS events, count(*) FILTER (WHERE final) AS final_events,
       count(*) FILTER (WHERE corroborated) AS corroborated, count(*) FILTER (WHERE action IN ('write', 'delete')) AS writes
FROM attributions
WHERE dt >= :from AND dt <= :to
GROUP BY dt, verdict, reason
ORDER BY dt, verdict, reason
