/** What published runs tell people: questions that are asked once a run is published, for `alert` to read the answers of. */
import { standing } from '../answer/standing-findings.ts';
import { sqlLiteral } from '../sql-template.ts';
import { DAY_MS } from '../time.ts';

/** Runs so much older than the present one are looked at, too: an alert that could not be sent then is sent now. */
const CATCH_UP_MS = 7 * DAY_MS;

/**
 * Of the published runs of the last days (`run_id` says which); who reads them knows which of those were told. Lists are joined
 * by line feeds; verdicts are told of the present run's only, to read no more days than it has to.
 * - `findings`: what each run found first, or found again after it was closed or suppressed, and what still holds, gravest first, with the verdict of the first event; not what an
 *   exception suppresses
 * - `changes`: verdicts that had been final and are others now, and those of events that a finding of an earlier run names, where
 *   the user is another now (who was named then was perhaps the wrong one); with the event
 */
export function reportSelects(database: string, runId: string): { readonly name: 'findings' | 'changes'; readonly sql: string }[] {
  const [run, since] = [sqlLiteral(runId), sqlLiteral(firstRun(runId))];
  const table = (name: string) => `"${database}"."${name}"`;
  return [
    {
      name: 'findings',
      sql: `WITH spoken AS (
  SELECT finding_id, max(run_id) AS run_id FROM (
    SELECT finding_id, run_id FROM ${table('findings')}
    UNION ALL
    SELECT finding_id, run_id FROM ${table('finding_changes')}
    WHERE reason = 'exception_ended' OR (old_state <> 'open' AND new_state = 'open')
  ) told GROUP BY finding_id
), found AS (
  SELECT f.finding_id, f.rule_id, f.severity, f.event_time_ms, f.dt, f.subject, f.summary, f.user_id, f.session_id, f.source_address,
    f.resource, f.event_ids, p.run_id, f.run_id AS first_run_id
  FROM ${table('findings')} f JOIN spoken p ON p.finding_id = f.finding_id JOIN ${table('runs')} r ON r.run_id = p.run_id
  WHERE p.run_id >= ${since} AND ${standing('f')}
), known AS (
  SELECT a.event_id, a.event_time_ms, a.verdict, a.reason, a.final, a.candidate_user_ids
  FROM ${table('attributions')} a
  JOIN (
    SELECT DISTINCT dt, event_time_ms, element_at(event_ids, 1) AS event_id FROM found WHERE run_id = ${run}
  ) m ON m.dt = a.dt AND m.event_id = a.event_id AND m.event_time_ms = a.event_time_ms
)
SELECT f.finding_id, f.rule_id, f.severity, f.event_time_ms, f.dt, f.subject, f.summary, f.user_id, f.session_id, f.source_address,
  f.resource, array_join(f.event_ids, chr(10)) AS event_ids, f.run_id, f.first_run_id,
  k.verdict, k.reason, k.final, array_join(k.candidate_user_ids, chr(10)) AS candidate_user_ids
FROM found f LEFT JOIN known k ON k.event_id = element_at(f.event_ids, 1) AND k.event_time_ms = f.event_time_ms
ORDER BY CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, f.event_time_ms, f.finding_id`,
    },
    {
      name: 'changes',
      sql: `WITH told AS (
  SELECT t.event_id, min(f.run_id) AS first_run_id FROM ${table('findings')} f CROSS JOIN UNNEST(f.event_ids) AS t(event_id) GROUP BY t.event_id
), changed AS (
  SELECT c.* FROM ${table('attribution_changes')} c JOIN ${table('runs')} r ON r.run_id = c.run_id
  LEFT JOIN told u ON u.event_id = c.event_id AND u.first_run_id < c.run_id
  WHERE c.run_id >= ${since} AND (c.old_final OR (u.event_id IS NOT NULL AND coalesce(c.old_user_id, '') <> coalesce(c.new_user_id, '')))
), known AS (
  SELECT a.event_id, a.event_time_ms, a.event_name, a.bucket, a.object_key, a.source_address
  FROM ${table('attributions')} a
  JOIN (SELECT DISTINCT dt, event_id, event_time_ms FROM changed WHERE run_id = ${run}) m
    ON m.dt = a.dt AND m.event_id = a.event_id AND m.event_time_ms = a.event_time_ms
)
SELECT c.event_id, c.event_time_ms, c.dt, c.run_id, c.old_run_id, c.old_verdict, c.old_reason, c.old_user_id, c.old_session_id, c.old_final,
  c.new_verdict, c.new_reason, c.new_user_id, c.new_session_id, c.new_final, c.cause,
  k.event_name, k.bucket, k.object_key, k.source_address
FROM changed c LEFT JOIN known k ON k.event_id = c.event_id AND k.event_time_ms = c.event_time_ms
ORDER BY c.event_time_ms, c.event_id, c.run_id`,
    },
  ];
}

/** The least id that a run of so many days before can have: an id begins with the time of its run. */
function firstRun(runId: string): string {
  const [, year, month, day, hours, minutes, seconds] = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})/.exec(runId) ?? [];
  const ms = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(ms) ? runId : new Date(ms - CATCH_UP_MS).toISOString().replace(/[-:.]/g, '');
}
