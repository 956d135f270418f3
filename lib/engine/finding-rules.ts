/** Runs the findings rules on the embedded engine. */
import { createHash } from 'node:crypto';
import type { FindingRow } from '../../schemas/answer-tables.ts';
import { type FindingRule, parseFindingRule } from '../answer/finding-rule.ts';
import { EVENT_STAGES, SESSION_STAGES } from '../correlate/stages.ts';
import type { QueryValue } from '../lake/ports.ts';
import { listSqlFiles, readSqlFile } from '../local/sql-files.ts';
import { fillSql, parameterNames, sqlLiteral } from '../sql-template.ts';
import type { Lake } from './lake.ts';

export function findingRules(): FindingRule[] {
  return listSqlFiles('findings').map((id) => parseFindingRule(id, readSqlFile(`findings/${id}.sql`)));
}

/**
 * Raised by hand when code outside `sql/` changes what a verdict or a finding says: how the engine's adapter makes
 * `unique_events`, `corrections` or the configured tables, or how `subject` becomes an id.
 */
const ADAPTER_RULES = 1;

/** SHA-256 of everything that can change a verdict or a finding; with another one every day is judged again. */
export function rulesVersion(): string {
  const hash = createHash('sha256').update(`${ADAPTER_RULES}\n`).update(readSqlFile('prelude/duckdb.sql'));
  for (const stage of ['touched-days', ...SESSION_STAGES, 'repeated-events', ...EVENT_STAGES, 'attributions'])
    hash.update(readSqlFile(`correlate/${stage}.sql`));
  for (const rule of findingRules()) hash.update(rule.sql);
  return hash.digest('hex');
}

/**
 * Runs every rule over `finding_days` and keeps what was not known before.
 * @returns the new findings, gravest first
 */
export async function findThings(lake: Lake, runId: string, parameters: Readonly<Record<string, QueryValue>>): Promise<FindingRow[]> {
  const { database } = lake;
  for (const rule of findingRules()) {
    const wanted = parameterNames(rule.sql);
    const select = fillSql(rule.sql, Object.fromEntries(Object.entries(parameters).filter(([name]) => wanted.includes(name))));
    const id = `left(sha256(${sqlLiteral(`${rule.id}\n`)} || subject), 32)`;
    await database.run(`
      INSERT INTO findings (finding_id, rule_id, severity, event_time, event_time_ms, subject, summary, user_id, session_id, source_address, resource, event_ids, run_id, dt)
      SELECT finding_id, ${sqlLiteral(rule.id)}, ${sqlLiteral(rule.severity)}, epoch_ms(event_time_ms), event_time_ms, subject, summary, user_id, session_id,
        source_address, resource, event_ids, ${sqlLiteral(runId)}, dt
      FROM (SELECT ${id} AS finding_id, *, row_number() OVER (PARTITION BY subject ORDER BY event_time_ms, summary) AS place FROM (${select}) found) told
      WHERE place = 1 AND finding_id NOT IN (SELECT finding_id FROM findings)`);
  }
  return database.rows<FindingRow>(`
    SELECT * EXCLUDE (event_time) FROM findings WHERE run_id = ${sqlLiteral(runId)}
    ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, event_time_ms, finding_id`);
}
