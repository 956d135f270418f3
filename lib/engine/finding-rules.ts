/** Runs the findings rules on the embedded engine. */
import { createHash } from 'node:crypto';
import type { FindingRow } from '../../schemas/answer-tables.ts';
import type { Configuration } from '../../schemas/configuration.ts';
import { type FindingRule, parseFindingRule } from '../answer/finding-rule.ts';
import {
  CHANGE_COLUMNS,
  type Closing,
  changesOf,
  exceptionHistory,
  exceptionsTable,
  FINDING_COLUMNS,
  foundAgain,
  mayClose,
  suppressionChanges,
} from '../correlate/found-again.ts';
import { FINDING_STAGES, FLOW_STAGES, findingParameters, policyTables } from '../correlate/policy-tables.ts';
import { EVENT_STAGES, SESSION_STAGES, stageTable } from '../correlate/stages.ts';
import { UsageError } from '../errors.ts';
import type { QueryValue } from '../lake/ports.ts';
import { listSqlFiles, readSqlFile } from '../local/sql-files.ts';
import { fillSql, parameterNames, sqlLiteral } from '../sql-template.ts';
import type { Lake } from './lake.ts';
import { stageText } from './stage-tables.ts';
import { createConfigured, createTemporary } from './temporary-tables.ts';

export function findingRules(): FindingRule[] {
  return listSqlFiles('findings').map((id) => parseFindingRule(id, readSqlFile(`findings/${id}.sql`)));
}

/**
 * Raised by hand when code outside `sql/` changes what a verdict or a finding says: how the engine's adapter makes
 * `unique_events`, `corrections` or the configured tables, how `subject` becomes an id, or what becomes of what is found again.
 */
const ADAPTER_RULES = 6;

/**
 * SHA-256 of everything that can change a verdict or a finding; with another one every day is judged again.
 * @param rules the findings rules that run, default all: a run of fewer leaves days that the next whole run takes up
 */
export function rulesVersion(rules: readonly FindingRule[] = findingRules()): string {
  const hash = createHash('sha256').update(`${ADAPTER_RULES}\n`).update(readSqlFile('prelude/duckdb.sql'));
  for (const stage of new Set([
    'touched-days',
    ...SESSION_STAGES,
    'session-counts',
    'repeated-events',
    ...EVENT_STAGES,
    'attributions',
    ...FINDING_STAGES,
  ]))
    hash.update(readSqlFile(`correlate/${stage}.sql`));
  for (const rule of rules) hash.update(rule.sql);
  return hash.digest('hex');
}

/**
 * The rules of some ids, in the order of all; all without ids.
 * @throws UsageError when no rule has an id
 */
export function chosenRules(ids?: readonly string[]): FindingRule[] {
  const rules = findingRules();
  const unknown = ids?.find((id) => !rules.some((rule) => rule.id === id));
  if (unknown !== undefined) throw new UsageError(`no findings rule is called ${unknown}`);
  return ids === undefined ? rules : rules.filter(({ id }) => ids.includes(id));
}

/**
 * Makes the tables that rules share, over `finding_days`. Needs the tables of `prepareSessions`, and `attributions` as the run leaves it.
 * @param onStage called before each stage that rules share, as `findings: NAME`
 */
export async function prepareFindings(
  lake: Lake,
  configuration: Configuration,
  asOfMs: number,
  onStage: (name: string) => void = () => undefined,
): Promise<void> {
  const { database } = lake;
  const parameters = await readParameters(lake, configuration, asOfMs);
  for (const table of policyTables(configuration)) await createConfigured(lake, table);
  const hasFlows = (await database.count("SELECT count(*) FROM files WHERE table_name = 'flows'")) > 0;
  for (const stage of FINDING_STAGES) {
    onStage(`findings: ${stage}`);
    const rows = stageText(stage, parameters);
    const wanted = hasFlows || !FLOW_STAGES.has(stage) ? rows : `SELECT * FROM (${rows}) unwanted WHERE false`;
    await createTemporary(lake, stageTable(stage), wanted);
  }
}

async function readParameters(lake: Lake, configuration: Configuration, asOfMs: number): Promise<Record<string, QueryValue>> {
  const [first] = await lake.database.rows<{ dt: string | null }>('SELECT min(dt) AS dt FROM finding_days');
  return findingParameters(configuration, asOfMs, first?.dt ?? null);
}

/** What a run makes of findings beside the rules. */
export interface FindingsRun {
  readonly runId: string;
  readonly configuration: Configuration;
  readonly asOfMs: number;
  readonly closing: Closing;
}

/**
 * Runs rules over `finding_days`, keeps what was not known before, refreshes what is found again, and closes what is not; what was
 * said before is kept in `finding_changes`. Needs the tables of `prepareFindings`, and drops them.
 * @param onRule called before each rule, as `findings: ID`
 * @returns the new findings, gravest first
 */
export async function findThings(
  lake: Lake,
  { runId, configuration, asOfMs, closing }: FindingsRun,
  rules: readonly FindingRule[],
  onRule: (name: string) => void = () => undefined,
): Promise<FindingRow[]> {
  const { database } = lake;
  const parameters = await readParameters(lake, configuration, asOfMs);
  await createTemporary(lake, 'found', `SELECT ${FINDING_COLUMNS} FROM findings WHERE false`);
  for (const rule of rules) {
    onRule(`findings: ${rule.id}`);
    const wanted = parameterNames(rule.sql);
    const select = fillSql(rule.sql, Object.fromEntries(Object.entries(parameters).filter(([name]) => wanted.includes(name))));
    const id = `left(sha256(${sqlLiteral(`${rule.id}\n`)} || subject), 32)`;
    await database.run(
      `INSERT INTO found (${FINDING_COLUMNS})
        SELECT finding_id, ${sqlLiteral(rule.id)}, ${sqlLiteral(rule.severity)}, epoch_ms(event_time_ms), event_time_ms, subject,
          summary, user_id, session_id, source_address, resource, event_ids, ${sqlLiteral(runId)}, 'open', ${sqlLiteral(runId)}, dt
        FROM (SELECT ${id} AS finding_id, *, row_number() OVER (PARTITION BY subject ORDER BY event_time_ms, summary) AS place FROM (${select}) found) told
        WHERE place = 1`,
    );
  }
  const closes = mayClose(rules, 't.dt IN (SELECT dt FROM finding_days)', String(parameters['recent_dt']));
  const changes = changesOf({ findings: 'findings', found: 'found' }, runId, closing, closes);
  await database.run(`INSERT INTO finding_changes (${CHANGE_COLUMNS}) SELECT ${CHANGE_COLUMNS} FROM (${changes}) changed`);
  await database.run(`
    MERGE INTO findings t USING found s ON t.finding_id = s.finding_id
    ${foundAgain(closing)}
    WHEN NOT MATCHED THEN INSERT (${FINDING_COLUMNS}) VALUES (${FINDING_COLUMNS.replaceAll(/(\w+)/g, 's.$1')})`);
  await database.run(`
    UPDATE findings t SET state = ${sqlLiteral(closing.state)}, state_run_id = ${sqlLiteral(runId)}, state_reason = ${sqlLiteral(closing.reason)}
    WHERE ${closes} AND t.finding_id NOT IN (SELECT finding_id FROM found)`);
  await database.run('DROP TABLE IF EXISTS temp.found');
  for (const stage of FINDING_STAGES) await database.run(`DROP TABLE temp.${stageTable(stage)}`);
  await suppress(lake, runId, configuration, asOfMs);
  return database.rows<FindingRow>(`
    SELECT * EXCLUDE (event_time) FROM findings WHERE run_id = ${sqlLiteral(runId)}
    ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, event_time_ms, finding_id`);
}

/** Puts the exceptions that hold on the findings that there are, of whatever day. */
async function suppress(lake: Lake, runId: string, configuration: Configuration, asOfMs: number): Promise<void> {
  const { database } = lake;
  const exceptions = exceptionsTable(configuration, asOfMs);
  if (exceptions.rows.length === 0 && (await database.count('SELECT count(*) FROM findings WHERE suppressed_reason IS NOT NULL')) === 0)
    return;
  await createConfigured(lake, exceptions);
  await createTemporary(lake, 'suppression', suppressionChanges('findings'));
  const history = exceptionHistory('SELECT * FROM suppression', runId);
  await database.run(`INSERT INTO finding_changes (${CHANGE_COLUMNS}) SELECT ${CHANGE_COLUMNS} FROM (${history}) changed`);
  await database.run(`
    UPDATE findings t SET suppressed_reason = s.new_suppressed_reason, suppressed_until = s.new_suppressed_until
    FROM suppression s WHERE s.finding_id = t.finding_id`);
  await database.run('DROP TABLE temp.suppression');
  await database.run('DROP TABLE temp.configured_exceptions');
}
