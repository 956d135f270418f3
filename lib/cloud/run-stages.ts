/** The statements that lead from events to the rows to publish, as steps that may run side by side as soon as what they read is there. */
import type { Configuration } from '../../schemas/configuration.ts';
import { attributions, events } from '../../schemas/tables.ts';
import {
  CORRECTION_COLUMNS,
  type ConfiguredTable,
  calendar,
  configuredTables,
  EVENT_STAGES,
  SESSION_STAGES,
  stageParameters,
  stageTable,
} from '../correlate/stages.ts';
import type { QueryValue } from '../lake/ports.ts';
import { sqlLiteral } from '../sql-template.ts';
import { addDays } from '../time.ts';
import { failedInputsSelect } from './failed-input.ts';
import { type Bindings, createTableAs, literalList, literalSelect, QUERY_TYPES, qualified, tableSelect, withBindings } from './run-sql.ts';

/** One statement of a phase. */
export interface Step {
  /** Unique in its phase; of a step that makes a table, the name under which others read it. */
  readonly id: string;
  /** Steps of the phase that have to be done before. */
  readonly after: readonly string[];
  /** The text; `table` is the name to give to the work table it makes. */
  readonly sql: (table: string) => string;
  /** What becomes of it: a work table, rows for the run to read, or nothing but its effect. */
  readonly gives: 'table' | 'rows' | 'effect';
}

/** First and last day of a landing table, inclusive; null when it has none. */
export type DaySpan = readonly [first: string, last: string] | null;

/** What stays the same through a run. */
export interface StageContext {
  readonly database: string;
  readonly configuration: Configuration;
  readonly asOfMs: number;
  readonly runId: string;
  /** Days that the landing tables have: without bounds, every projected day would be looked for. */
  readonly spans: Readonly<Record<string, DaySpan>>;
  /** The SELECT of a stage with those of the values that it asks for. */
  readonly text: (stage: string, values: Readonly<Record<string, QueryValue>>) => string;
}

/**
 * Tables that one other stage reads once, in verdicts and in rules: they are no tables, their SELECT goes into its statement. Each
 * statement costs a second or two by itself. No rule may read them.
 */
export const INLINED: ReadonlySet<string> = new Set([
  'address_ranges',
  'asked_places',
  'bucket_scope',
  'holds',
  'leads',
  'segment_session_ids',
  'segment_user_ids',
  'session_logons',
]);

/** The landing tables as they are read: bounded to the days they have. */
export function landingBindings(context: Pick<StageContext, 'database' | 'spans'>): Map<string, string> {
  const bound = (span: DaySpan | undefined) => (span == null ? 'false' : `dt BETWEEN ${sqlLiteral(span[0])} AND ${sqlLiteral(span[1])}`);
  const { spans, database } = context;
  const entries = Object.entries(spans).map(([table, span]): [string, string] => [
    table,
    table === 'failed_inputs'
      ? failedInputsSelect(database, { failed: bound(span), inputs: bound(spans['inputs']) })
      : `${tableSelect(database, table)} WHERE ${bound(span)}`,
  ]);
  return new Map(entries);
}

/**
 * Once a run: who was where, which events were corrected, and the books of the report rows.
 * @param firstDt the first day whose events are read; corrections are not delivered before what they correct
 */
export function sessionSteps(context: StageContext, firstDt: string): Step[] {
  const bindings = landingBindings(context);
  const last = context.spans['events']?.[1] ?? firstDt;
  const corrections =
    `SELECT DISTINCT ${CORRECTION_COLUMNS} FROM ${qualified(context.database, 'events')} ` +
    `WHERE dt BETWEEN ${sqlLiteral(firstDt)} AND ${sqlLiteral(last)} AND corrects_event_id IS NOT NULL`;
  const stages = SESSION_STAGES.map((stage) => ({ id: stageTable(stage), select: context.text(stage, {}) }));
  for (const table of configuredTables(context.configuration)) bindings.set(table.name, literalSelect(table));
  const tables = tableSteps(context.database, [{ id: 'corrections', select: corrections }, ...stages], bindings);
  const own = stages.map(({ id }): [string, string] => [id, `SELECT * FROM ${PLACEHOLDER(id)}`]);
  const books = withBindings(context.text('session-counts', {}), new Map([...bindings, ...own]));
  return [...tables, { id: 'books', after: placeholdersIn(books), gives: 'rows', sql: () => books }];
}

/** The steps of the same phase whose tables a text reads. */
const placeholdersIn = (sql: string): string[] => [...new Set([...sql.matchAll(/"\{([a-z0-9_]+)\}"/g)].map(([, id]) => String(id)))];

/** The days of one chunk: those to settle, and the day before each, where an access key may have been seen first. */
export interface ChunkDays {
  readonly settled: readonly { readonly dt: string; readonly cause: string }[];
  /** Name of the list of event files (table `run_files`). */
  readonly list: string;
}

/** All days whose events a chunk reads, in order. */
export function daysRead(settled: readonly { readonly dt: string }[]): string[] {
  return [...new Set(settled.flatMap(({ dt }) => [addDays(dt, -1), dt]))].sort();
}

/** The events of the chunk: every row of its listed files, with a number of its own that is the same whenever it is read. */
function dayEvents(context: StageContext, chunk: ChunkDays): string {
  const columns = [...Object.keys(events.columns), 'dt'].map((name) => `e.${name}`);
  return (
    `SELECT ${columns.join(', ')}, f.number * 4294967296 + e.source_index AS n\n` +
    `FROM ${qualified(context.database, 'events')} e JOIN ${qualified(context.database, 'run_files')} f ON f.path = e."$path"\n` +
    `WHERE e.dt IN (${literalList(daysRead(chunk.settled))}) AND f.list = ${sqlLiteral(chunk.list)}`
  );
}

/** What every statement of a chunk can read: landing tables, the tables made so far, configuration, days and events. */
export function chunkBindings(context: StageContext, chunk: ChunkDays, made: Bindings): Map<string, string> {
  const settled = new Set(chunk.settled.map(({ dt }) => dt));
  const runDays: ConfiguredTable = {
    name: 'run_days',
    columns: [
      ['dt', 'text'],
      ['settled', 'boolean'],
      ['previous_dt', 'text'],
    ],
    rows: daysRead(chunk.settled).map((dt) => [dt, settled.has(dt), addDays(dt, -1)]),
  };
  const literals = [...configuredTables(context.configuration), runDays];
  return new Map([
    ...landingBindings(context),
    ...literals.map((table): [string, string] => [table.name, literalSelect(table)]),
    ['day_events', dayEvents(context, chunk)],
    ...made,
  ]);
}

/** A chunk's events, every one once, and the times they span. */
export function eventSteps(context: StageContext, chunk: ChunkDays, made: Bindings): Step[] {
  const bindings = chunkBindings(context, chunk, made);
  const columns = [...Object.keys(events.columns), 'dt', 'n'];
  const list = (alias: string) => columns.map((name) => `${alias}.${name}`).join(', ');
  const unique =
    `SELECT ${list('e')} FROM day_events e LEFT JOIN repeated_keys r ON r.event_id = e.event_id AND r.event_time_ms = e.event_time_ms\n` +
    `WHERE r.event_id IS NULL\nUNION ALL SELECT ${list('c')} FROM repeated_events c WHERE c.copy_place = 1`;
  bindings.set('repeated_keys', 'SELECT event_id, event_time_ms FROM repeated_events GROUP BY event_id, event_time_ms');
  const tables = tableSteps(
    context.database,
    [
      { id: 'repeated_events', select: context.text('repeated-events', {}) },
      { id: 'unique_events', select: unique },
    ],
    bindings,
  );
  return tables;
}

/** The span of the chunk's events, one row for each day that they are joined at. */
export function spanStep(made: Bindings): Step {
  const select =
    'SELECT join_time_ms - join_time_ms % 86400000 AS start_ms, min(join_time_ms) AS first_ms, max(join_time_ms) AS last_ms\n' +
    'FROM unique_events GROUP BY join_time_ms - join_time_ms % 86400000';
  return { id: 'span', after: [], gives: 'rows', sql: () => withBindings(select, made) };
}

/** When the events of a chunk were, epoch milliseconds; `starts` are the midnights of their days. */
export interface EventSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly starts: readonly number[];
}

/** From events to verdicts, and to the rows that are to be published (`fresh_attributions`). */
export function judgeSteps(context: StageContext, chunk: ChunkDays, span: EventSpan, made: Bindings): Step[] {
  const bindings = chunkBindings(context, chunk, made);
  bindings.set('calendar', literalSelect(calendar(span.starts, context.configuration)));
  const parameters = stageParameters(context.configuration, context.asOfMs, span.fromMs, span.toMs);
  const stages = EVENT_STAGES.map((stage) => ({ id: stageTable(stage), select: context.text(stage, parameters) }));
  const typed = Object.entries(attributions.columns)
    .filter(([name]) => name !== 'run_id')
    .map(([name, column]) => `CAST(x.${name} AS ${QUERY_TYPES[column.type]}) AS ${name}`);
  const fresh =
    `SELECT ${typed.join(', ')}, ${sqlLiteral(context.runId)} AS run_id, CAST(x.dt AS varchar) AS dt\n` +
    `FROM (\n${context.text('attributions', parameters)}\n) x`;
  return tableSteps(context.database, [...stages, { id: 'fresh_attributions', select: fresh }], bindings);
}

/**
 * Steps that each make a table, but for those that are inlined, in order of what they read of each other. Within a phase a step
 * reads another's table under the name that the other one got: `PLACEHOLDER` stands for it until then.
 */
export function tableSteps(
  database: string,
  tables: readonly { readonly id: string; readonly select: string }[],
  bindings: Bindings,
): Step[] {
  const kept = tables.filter(({ id }) => !INLINED.has(id));
  const own = tables.map(({ id, select }): [string, string] => [id, INLINED.has(id) ? select : `SELECT * FROM ${PLACEHOLDER(id)}`]);
  const all = new Map([...bindings, ...own]);
  return kept.map(({ id, select }) => {
    const text = withBindings(select, all);
    const after = kept.filter((other) => other.id !== id && text.includes(PLACEHOLDER(other.id))).map((other) => other.id);
    return { id, after, gives: 'table', sql: (table) => createTableAs(database, table, text) };
  });
}

/** Where the name of the table that a step of the same phase makes is to be put in. */
export const PLACEHOLDER = (id: string): string => `"{${id}}"`;

/** Fills in the names of the tables that steps of the same phase made. */
export function fillPlaceholders(sql: string, database: string, tableOf: (id: string) => string): string {
  return sql.replace(/"\{([a-z0-9_]+)\}"/g, (_, id: string) => qualified(database, tableOf(id)));
}
