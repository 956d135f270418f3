/** What a published run tells people: questions that are asked once it is published, for `alert` to read the answers of. */
import { sqlLiteral } from '../sql-template.ts';

/**
 * - `findings`: what this run found first, gravest first. Lists are joined by line feeds.
 * - `changes`: verdicts that had been final and are others now.
 */
export function reportSelects(database: string, runId: string): { readonly name: 'findings' | 'changes'; readonly sql: string }[] {
  const run = sqlLiteral(runId);
  return [
    {
      name: 'findings',
      sql: `SELECT finding_id, rule_id, severity, event_time_ms, dt, subject, summary, user_id, session_id, source_address, resource,
  array_join(event_ids, chr(10)) AS event_ids, run_id
FROM "${database}"."findings" WHERE run_id = ${run}
ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, event_time_ms, finding_id`,
    },
    {
      name: 'changes',
      sql: `SELECT event_id, event_time_ms, dt, run_id, old_run_id, old_verdict, old_reason, old_user_id, old_session_id, old_final,
  new_verdict, new_reason, new_user_id, new_session_id, new_final, cause
FROM "${database}"."attribution_changes" WHERE run_id = ${run} AND old_final
ORDER BY event_time_ms, event_id`,
    },
  ];
}
