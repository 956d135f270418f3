/**
 * The statements that compare, count and publish. Each write is a MERGE by key of what a work table holds, so that doing it
 * again changes nothing, and touches only rows that differ: a row that is as it was keeps the run that gave it.
 */
import type { Configuration } from '../../schemas/configuration.ts';
import type { Table } from '../../schemas/table.ts';
import { attributionChanges, attributions, dayCounts, events, findingChanges, findings, runs } from '../../schemas/tables.ts';
import type { FindingRule } from '../answer/finding-rule.ts';
import {
  type Closing,
  changesOf,
  exceptionHistory,
  exceptionsTable,
  foundAgain,
  mayClose,
  suppressionChanges,
} from '../correlate/found-again.ts';
import { FINDING_STAGES, policyTables } from '../correlate/policy-tables.ts';
import { configuredTables, stageTable } from '../correlate/stages.ts';
import type { QueryValue } from '../lake/ports.ts';
import { fillSql, parameterNames, sqlLiteral } from '../sql-template.ts';
import {
  type Bindings,
  checkLength,
  literalList,
  literalSelect,
  QUERY_TYPES,
  qualified,
  timestampLiteral,
  withBindings,
} from './run-sql.ts';
import { type ChunkDays, landingBindings, PLACEHOLDER, type StageContext, type Step, tableSteps } from './run-stages.ts';

const COLUMNS = [...Object.keys(attributions.columns), 'dt'];
/** What makes an event the same event in two runs. */
const KEY = ['event_id', 'event_time_ms'];
/** Differences of these are changes of a verdict; others only refresh the row. */
const JUDGED = ['verdict', 'reason', 'user_key', 'session_id', 'final'];
/** The rest of a row that is compared; times are derived from their milliseconds. */
const REST = Object.entries(attributions.columns)
  .filter(([name, column]) => column.type !== 'timestamp' && name !== 'run_id' && !KEY.includes(name) && !JUDGED.includes(name))
  .map(([name, column]) => ({ name, type: column.type }));
/** What a change tells of the row before. */
const OLD = ['event_time', 'run_id', 'verdict', 'reason', 'user_id', 'user_key', 'session_id', 'final'];

/** A hash of the rest of a row. Texts are never empty and hold no control characters of this range, so that nothing runs together. */
function restHash(alias: string): string {
  const parts = REST.map(({ name, type }) => {
    if (type === 'text[]') return `array_join(${alias}.${name}, chr(29))`;
    return type === 'text' ? `${alias}.${name}` : `CAST(${alias}.${name} AS varchar)`;
  });
  return `xxhash64(to_utf8(array_join(ARRAY[${parts.join(', ')}], chr(31), chr(30))))`;
}

/** Days of a chunk with what made the run look at them. */
function settledDays(chunk: ChunkDays): string {
  return literalSelect({
    name: 'settled_days',
    columns: [
      ['dt', 'text'],
      ['cause', 'text'],
    ],
    rows: chunk.settled.map(({ dt, cause }) => [dt, cause]),
  });
}

const daysOf = (chunk: ChunkDays): string => literalList(chunk.settled.map(({ dt }) => dt));

/**
 * `delta`: the rows in which the chunk's verdicts differ from what is published, each with what is to be done; and `counts`,
 * one row a day.
 */
export function compareSteps(context: StageContext, chunk: ChunkDays, made: Bindings): Step[] {
  const bindings = new Map([...made, ['settled_days', settledDays(chunk)] as const]);
  const published = qualified(context.database, attributions.name);
  const old = `SELECT o.*, ${restHash('o')} AS rest_hash FROM ${published} o WHERE o.dt IN (${daysOf(chunk)})`;
  const judged = JUDGED.map((name) => `n.${name} IS DISTINCT FROM o.${name}`).join(' OR ');
  const delta = `SELECT CASE WHEN n.event_id IS NULL THEN 'delete' WHEN o.event_id IS NULL THEN 'insert' ELSE 'update' END AS op,
  CASE WHEN n.event_id IS NOT NULL AND o.event_id IS NULL THEN false WHEN ${judged} THEN true ELSE false END AS judged_otherwise,
  CASE WHEN n.event_id IS NULL THEN 'left_scope' ELSE s.cause END AS cause,
  coalesce(n.event_id, o.event_id) AS event_id, coalesce(n.event_time_ms, o.event_time_ms) AS event_time_ms, coalesce(n.dt, o.dt) AS dt,
  ${COLUMNS.filter((name) => !KEY.includes(name) && name !== 'dt')
    .map((name) => `n.${name}`)
    .join(', ')},
  ${OLD.map((name) => `${name === 'event_time' ? 'CAST(o.event_time AS timestamp(3))' : `o.${name}`} AS old_${name}`).join(', ')}
FROM (SELECT f.*, ${restHash('f')} AS rest_hash FROM fresh_attributions f) n
FULL OUTER JOIN (${old}) o ON o.event_id = n.event_id AND o.event_time_ms = n.event_time_ms
LEFT JOIN settled_days s ON s.dt = coalesce(n.dt, o.dt)
WHERE n.event_id IS NULL OR o.event_id IS NULL OR ${judged} OR n.rest_hash IS DISTINCT FROM o.rest_hash`;
  bindings.set('published', `SELECT dt FROM ${published} WHERE dt IN (${daysOf(chunk)})`);
  bindings.set('delta', `SELECT * FROM ${PLACEHOLDER('delta')}`);
  return [
    ...tableSteps(context.database, [{ id: 'delta', select: delta }], bindings),
    { id: 'counts', after: ['delta'], gives: 'rows', sql: () => withBindings(COUNTS, bindings) },
  ];
}

/** The columns of `day_counts` for each settled day, and what the merge will do to it. */
const COUNTS = `WITH kept AS (SELECT dt, count(*) AS n FROM day_events GROUP BY dt),
copies AS (SELECT dt, count_if(copy_place > 1) AS n, count_if(copy_place > 1 AND record_sha256 <> kept_sha256) AS conflicting
  FROM repeated_events GROUP BY dt),
replaced AS (SELECT e.dt, count_if(r.state = 'superseded') AS superseded, count_if(r.state = 'account_copy') AS account_copies
  FROM unique_events e JOIN replaced_events r ON r.event_id = e.event_id AND r.event_time_ms = e.event_time_ms GROUP BY e.dt),
answered AS (SELECT dt, count(*) AS n, count_if(verdict = 'attributed') AS attributed, count_if(verdict = 'ambiguous') AS ambiguous,
  count_if(verdict = 'pending') AS pending, count_if(verdict = 'unattributed') AS unattributed,
  count_if(verdict = 'not_joinable') AS not_joinable, count_if(NOT final) AS not_final FROM fresh_attributions GROUP BY dt),
before AS (SELECT dt, count(*) AS n FROM published GROUP BY dt),
differing AS (SELECT dt, count(*) AS n, count_if(op = 'insert') AS inserted, count_if(op = 'delete') AS deleted, count_if(judged_otherwise) AS changes
  FROM delta GROUP BY dt)
SELECT d.dt, coalesce(k.n, 0) AS events_kept, coalesce(c.n, 0) AS duplicates, coalesce(c.conflicting, 0) AS conflicting_copies,
  coalesce(r.superseded, 0) AS superseded, coalesce(r.account_copies, 0) AS account_copies,
  coalesce(j.out_of_scope, 0) AS out_of_scope, coalesce(j.in_scope, 0) AS in_scope,
  coalesce(a.attributed, 0) AS attributed, coalesce(a.ambiguous, 0) AS ambiguous, coalesce(a.pending, 0) AS pending,
  coalesce(a.unattributed, 0) AS unattributed, coalesce(a.not_joinable, 0) AS not_joinable, coalesce(a.not_final, 0) AS not_final,
  coalesce(a.n, 0) AS answered, coalesce(b.n, 0) + coalesce(x.inserted, 0) - coalesce(x.deleted, 0) AS merged,
  coalesce(x.n, 0) AS differing, coalesce(x.changes, 0) AS changes
FROM settled_days d
LEFT JOIN kept k ON k.dt = d.dt LEFT JOIN copies c ON c.dt = d.dt LEFT JOIN replaced r ON r.dt = d.dt
LEFT JOIN judged_counts j ON j.dt = d.dt LEFT JOIN answered a ON a.dt = d.dt LEFT JOIN before b ON b.dt = d.dt
LEFT JOIN differing x ON x.dt = d.dt
ORDER BY d.dt`;

/** Writes the changes of a chunk's verdicts. @param delta name of its work table */
export function mergeChanges(database: string, runId: string, delta: string): string {
  const sides = ['verdict', 'reason', 'user_id', 'user_key', 'session_id', 'final'];
  // of an event that left, nothing is new; its new side is null by itself
  const source = `SELECT d.event_id, d.old_event_time AS event_time, d.event_time_ms, ${sqlLiteral(runId)} AS run_id, d.old_run_id,
  ${sides.map((name) => `d.old_${name}`).join(', ')}, ${sides.map((name) => `d.${name} AS new_${name}`).join(', ')}, d.cause, d.dt
FROM ${qualified(database, delta)} d WHERE d.judged_otherwise AND d.op <> 'insert'`;
  const matched = `t.run_id = ${sqlLiteral(runId)} AND t.event_id = s.event_id AND t.event_time_ms = s.event_time_ms`;
  return mergeRows(database, attributionChanges, source, matched);
}

/** Writes the rows of a chunk that differ. @param delta name of its work table */
export function mergeAttributions(database: string, chunk: ChunkDays, delta: string): string {
  const set = COLUMNS.filter((name) => !KEY.includes(name) && name !== 'dt').map((name) => `${name} = s.${name}`);
  return checkLength(`MERGE INTO ${qualified(database, attributions.name)} t
USING (SELECT op, ${COLUMNS.join(', ')} FROM ${qualified(database, delta)}) s
ON t.dt IN (${daysOf(chunk)}) AND t.dt = s.dt AND t.event_id = s.event_id AND t.event_time_ms = s.event_time_ms
WHEN MATCHED AND s.op = 'delete' THEN DELETE
WHEN MATCHED THEN UPDATE SET ${set.join(', ')}
WHEN NOT MATCHED AND s.op <> 'delete' THEN INSERT (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map((name) => `s.${name}`).join(', ')})`);
}

/** Writes a chunk's rows of `day_counts`. */
export function mergeDayCounts(database: string, runId: string, counts: readonly Readonly<Record<string, QueryValue>>[]): string {
  const columns = Object.entries(dayCounts.columns);
  const source = literalSelect({
    name: dayCounts.name,
    columns: columns.map(([name, column]) => [name, column.type]),
    rows: counts.map((count) => columns.map(([name]) => (name === 'run_id' ? runId : (count[name] ?? null)))),
  });
  return mergeRows(database, dayCounts, source, `t.run_id = ${sqlLiteral(runId)} AND t.dt = s.dt`);
}

/** Writes the row that publishes the run. @param row values of `runs`, but for the times that are derived from milliseconds */
export function mergeRun(database: string, row: Readonly<Record<string, QueryValue>>): string {
  const columns = Object.entries(runs.columns).map(([name, column]) => {
    const value = row[column.type === 'timestamp' ? `${name}_ms` : name] ?? null;
    const literal = column.type === 'timestamp' && typeof value === 'number' ? timestampLiteral(value) : sqlLiteral(value);
    return `CAST(${literal} AS ${QUERY_TYPES[column.type]}) AS ${name}`;
  });
  return mergeRows(database, runs, `SELECT ${columns.join(', ')}`, 't.run_id = s.run_id');
}

/** Makes the table of a stage what the run's own table of it is. @param made name of its work table */
export function mergeStage(database: string, table: Table, made: string): string {
  const key = table.key;
  const rest = Object.entries(table.columns).filter(([name]) => !key.includes(name));
  // times follow from their milliseconds
  const compared = rest.filter(([, column]) => column.type !== 'timestamp').map(([name]) => `n.${name} IS DISTINCT FROM o.${name}`);
  const columns = [...key, ...rest.map(([name]) => name)];
  const on = (a: string, b: string) => key.map((name) => `${a}.${name} = ${b}.${name}`).join(' AND ');
  const source = `SELECT CASE WHEN n.${key[0]} IS NULL THEN 'delete' ELSE 'put' END AS op,
  ${[...key.map((name) => `coalesce(n.${name}, o.${name}) AS ${name}`), ...rest.map(([name]) => `n.${name}`)].join(', ')}
FROM ${qualified(database, made)} n FULL OUTER JOIN ${qualified(database, table.name)} o ON ${on('o', 'n')}
WHERE n.${key[0]} IS NULL OR o.${key[0]} IS NULL OR ${compared.join(' OR ')}`;
  return checkLength(`MERGE INTO ${qualified(database, table.name)} t
USING (
${source}
) s
ON ${on('t', 's')}
WHEN MATCHED AND s.op = 'delete' THEN DELETE
WHEN MATCHED THEN UPDATE SET ${rest.map(([name]) => `${name} = s.${name}`).join(', ')}
WHEN NOT MATCHED THEN INSERT (${columns.join(', ')}) VALUES (${columns.map((name) => `s.${name}`).join(', ')})`);
}

/** The columns that a rule gives. */
const FOUND = ['event_time_ms', 'dt', 'subject', 'summary', 'user_id', 'session_id', 'source_address', 'resource', 'event_ids'];

/** What rules, and the stages that they share, read beside tables: the days, and the large tables on those days alone. */
function findingBindings(database: string, findingDays: readonly string[], bindings: Bindings): Map<string, string> {
  const all = new Map(bindings);
  all.set('finding_days', literalSelect({ name: 'finding_days', columns: [['dt', 'text']], rows: findingDays.map((dt) => [dt]) }));
  // the join with literals may not prune partitions, a list of literals does
  const days = findingDays.length === 0 ? 'false' : `dt IN (${literalList(findingDays)})`;
  for (const table of PRUNED) all.set(`finding_${table}`, `SELECT * FROM ${qualified(database, table)} WHERE ${days}`);
  return all;
}

/** What rules and their stages can read: landing tables, configuration, and who was where. @param made the stages of the run */
export function findingSources(context: StageContext, made: Bindings): Map<string, string> {
  const literals = [...configuredTables(context.configuration), ...policyTables(context.configuration)];
  return new Map([...literals.map((table): [string, string] => [table.name, literalSelect(table)]), ...landingBindings(context), ...made]);
}

/** The tables that the rules share, in order. @param bindings landing tables, configuration, session stages */
export function findingStageSteps(
  context: StageContext,
  findingDays: readonly string[],
  parameters: Readonly<Record<string, QueryValue>>,
  bindings: Bindings,
): Step[] {
  const stages = FINDING_STAGES.map((stage) => ({ id: stageTable(stage), select: pruned(context.text(stage, parameters)) }));
  return tableSteps(context.database, stages, findingBindings(context.database, findingDays, bindings));
}

/** So many rules go into one statement. */
const RULES_A_STATEMENT = 6;

/**
 * The tables of what the rules find over the finding days, some rules a table.
 * @param bindings landing tables, configuration, session stages, and the tables that the rules share
 */
export function foundSteps(
  context: Pick<StageContext, 'database' | 'runId'>,
  rules: readonly FindingRule[],
  findingDays: readonly string[],
  parameters: Readonly<Record<string, QueryValue>>,
  bindings: Bindings,
): Step[] {
  const run = sqlLiteral(context.runId);
  const made: Readonly<Record<string, string>> = {
    run_id: run,
    state_run_id: run,
    state: "'open'",
    event_time: 'from_unixtime(f.event_time_ms / 1000e0)',
    state_reason: 'NULL',
    text_run_id: 'NULL',
    suppressed_reason: 'NULL',
    suppressed_until: 'NULL',
  };
  const columns = Object.entries(findings.columns).map(
    ([name, column]) => `CAST(${made[name] ?? `f.${name}`} AS ${QUERY_TYPES[column.type]}) AS ${name}`,
  );
  const tables = Array.from({ length: Math.ceil(rules.length / RULES_A_STATEMENT) }, (_, at) => {
    const asked = rules.slice(at * RULES_A_STATEMENT, (at + 1) * RULES_A_STATEMENT).map((rule) => ruleSelect(rule, parameters));
    const select = `SELECT ${columns.join(', ')}, CAST(f.dt AS varchar) AS dt FROM (\n${asked.join('\nUNION ALL\n')}\n) f WHERE f.place = 1`;
    return { id: `found_${at}`, select };
  });
  return tableSteps(context.database, tables, findingBindings(context.database, findingDays, bindings));
}

/** What the statements that publish findings need to know of the run. */
export interface FindingsMerge {
  readonly runId: string;
  readonly rules: readonly FindingRule[];
  readonly findingDays: readonly string[];
  /** First of the recent days. */
  readonly recentDt: string;
  readonly closing: Closing;
  /** Names of the tables of what was found. */
  readonly found: readonly string[];
}

const FINDING_NAMES = [...Object.keys(findings.columns), 'dt'].join(', ');

function closesOf({ rules, findingDays, recentDt }: FindingsMerge): string {
  return mayClose(rules, findingDays.length === 0 ? 'false' : `t.dt IN (${literalList(findingDays)})`, recentDt);
}

function foundRows({ found }: FindingsMerge): string {
  return found.map((table) => `SELECT ${FINDING_NAMES} FROM ${table}`).join('\nUNION ALL\n');
}

/** The statement that keeps what findings said before what the next one makes of them. */
export function mergeFindingChanges(database: string, merge: FindingsMerge): string {
  const names = { findings: qualified(database, findings.name), found: 'found' };
  const source = `WITH found AS (\n${foundRows(merge)}\n)\n${changesOf(names, merge.runId, merge.closing, closesOf(merge))}`;
  return mergeRows(database, findingChanges, source, changeKey(merge.runId));
}

const changeKey = (runId: string): string => `t.run_id = ${sqlLiteral(runId)} AND t.finding_id = s.finding_id AND t.kind = s.kind`;

/** The statement that keeps what was not known before, refreshes what is found again, and closes what is not. */
export function mergeFindings(database: string, merge: FindingsMerge): string {
  const { runId, closing } = merge;
  const closed: Readonly<Record<string, string>> = {
    state: sqlLiteral(closing.state),
    state_run_id: sqlLiteral(runId),
    state_reason: sqlLiteral(closing.reason),
  };
  const source = `WITH found AS (
${foundRows(merge)}
)
SELECT * FROM found
UNION ALL
SELECT ${FINDING_NAMES.replaceAll(/\w+/g, (name) => closed[name] ?? `t.${name}`)}
FROM ${qualified(database, findings.name)} t LEFT JOIN found f ON f.finding_id = t.finding_id
WHERE f.finding_id IS NULL AND ${closesOf(merge)}`;
  const whenMatched = `WHEN MATCHED AND s.state <> 'open' THEN UPDATE SET state = s.state, state_run_id = s.state_run_id, state_reason = s.state_reason
${foundAgain(closing)}`;
  return mergeRows(database, findings, source, 't.finding_id = s.finding_id', whenMatched);
}

/** The statements that put the exceptions that hold on the findings that there are: their history first. */
export function mergeExceptions(database: string, runId: string, configuration: Configuration, asOfMs: number): string[] {
  const exceptions = new Map([['configured_exceptions', literalSelect(exceptionsTable(configuration, asOfMs))]]);
  const changed = suppressionChanges(qualified(database, findings.name));
  const source = `SELECT c.finding_id, c.new_suppressed_reason, c.new_suppressed_until FROM (\n${changed}\n) c`;
  const merge = `MERGE INTO ${qualified(database, findings.name)} t
USING (
${withBindings(source, exceptions)}
) s
ON t.finding_id = s.finding_id
WHEN MATCHED THEN UPDATE SET suppressed_reason = s.new_suppressed_reason, suppressed_until = s.new_suppressed_until`;
  return [
    mergeRows(database, findingChanges, withBindings(exceptionHistory(changed, runId), exceptions), changeKey(runId)),
    checkLength(merge),
  ];
}

function ruleSelect(rule: FindingRule, parameters: Readonly<Record<string, QueryValue>>): string {
  const wanted = parameterNames(rule.sql);
  const filled = fillSql(rule.sql, Object.fromEntries(Object.entries(parameters).filter(([name]) => wanted.includes(name))));
  const select = pruned(filled);
  const id = `substr(lower(to_hex(sha256(to_utf8(${sqlLiteral(`${rule.id}\n`)} || found.subject)))), 1, 32)`;
  return `SELECT ${id} AS finding_id, ${sqlLiteral(rule.id)} AS rule_id, ${sqlLiteral(rule.severity)} AS severity, ${FOUND.map((name) => `found.${name}`).join(', ')},
  row_number() OVER (PARTITION BY found.subject ORDER BY found.event_time_ms, found.summary) AS place
FROM (\n${select}\n) found`;
}

/** The large tables. */
const PRUNED = [attributions.name, events.name];
const readingOf = (table: string): RegExp => new RegExp(`\\b(from|join)\\s+${table}\\b`, 'gi');

/** A text that reads the large tables on the days that are looked at, where that is all it asks for. */
function pruned(sql: string): string {
  return prunable(sql).reduce((text, table) => text.replace(readingOf(table), `$1 finding_${table}`), sql);
}

/** The large tables that a text reads only on the days that are looked at: each use of one is joined with them. */
function prunable(sql: string): string[] {
  const uses = (table: string) => sql.match(readingOf(table))?.length ?? 0;
  const used = PRUNED.filter((table) => uses(table) > 0);
  return used.every((table) => uses(table) === 1) && used.length === uses('finding_days') ? used : [];
}

/** A MERGE that adds what is not there. @param whenMatched what becomes of what is; default: nothing */
function mergeRows(database: string, table: Table, source: string, matched: string, whenMatched = ''): string {
  const columns = [...Object.keys(table.columns), ...(table.dt === undefined ? [] : ['dt'])].join(', ');
  const values = columns.replaceAll(/(\w+)/g, 's.$1');
  return checkLength(`MERGE INTO ${qualified(database, table.name)} t
USING (
${source}
) s
ON ${matched}${whenMatched === '' ? '' : `\n${whenMatched}`}
WHEN NOT MATCHED THEN INSERT (${columns}) VALUES (${values})`);
}
