/** What a run has to do: the listing it stands on, the days that changed, and their chunks. */
import { folderTables } from '../../schemas/tables.ts';
import { chunkDays, type PlannedDay, planDays } from '../correlate/plan.ts';
import { stageParameters } from '../correlate/stages.ts';
import { sqlLiteral } from '../sql-template.ts';
import { addDays, DAY_MS, dtStart, formatDt } from '../time.ts';
import type { RunContext } from './run-context.ts';
import { stageContext } from './run-context.ts';
import type { RunEffects } from './run-ports.ts';
import { literalList, literalSelect, qualified, withBindings } from './run-sql.ts';
import { daysRead, landingBindings, type Step } from './run-stages.ts';
import type { Listing, RunState, SettledDay } from './run-state.ts';

/** Every chunk is some forty statements, so they are larger than memory alone would ask for. */
const CHUNK_EVENTS = 3_000_000;

/** An object may become visible a little after its own time stamp. */
const LISTING_SLACK_MS = 300_000;
/** A claim may be much older than the input it ends in: what failed is tried again for so many days. */
const CLAIM_DAYS = 30;

/**
 * Lists what the run will read. @param firstDt the first day that the tables show; @returns the listing, new inputs put
 * where SQL can read them
 */
export async function listLake(state: RunState, firstDt: string, effects: RunEffects): Promise<Listing> {
  const watermark = state.request.from === undefined ? await effects.readWatermark() : null;
  const lastDt = formatDt(state.startedAtMs + 2 * DAY_MS);
  const days = new Map<string, string[]>();
  // every one of them: Athena looks for each projected day of a table that is read without bounds
  for (const { name } of folderTables) {
    const listed = await effects.listDays(name);
    days.set(
      name,
      listed.filter((dt) => dt >= firstDt && dt <= lastDt),
    );
  }
  const spans = Object.fromEntries(
    [...days].map(([table, dts]) => [table, dts.length === 0 ? null : ([dts[0] as string, dts.at(-1) as string] as const)]),
  );
  let newInputDays: string[] = [];
  if (watermark !== null) {
    const oldest = formatDt(watermark.startedAtMs - CLAIM_DAYS * DAY_MS);
    const marking = ['inputs', 'failed_inputs', 'acceptances'].flatMap((table) => days.get(table) ?? []);
    const recent = [...new Set(marking)].filter((dt) => dt >= oldest).sort();
    const found = await effects.listNewInputs(watermark.startedAtMs - LISTING_SLACK_MS, recent);
    newInputDays = [...new Set(found.map(({ dt }) => dt))].sort();
    if (found.length > 0) await effects.putRunInputs(inputList(state), found.map(({ id }) => id).sort());
  }
  // a day may have flows and no event: its findings are asked for, too
  const known = [...new Set([...(days.get('events') ?? []), ...(days.get('flows') ?? [])])].sort();
  return { days: known, spans, watermarkMs: watermark?.startedAtMs ?? null, newInputDays };
}

const listName = (state: RunState, part: string): string => `${state.runId}_${part}`;
const inputList = (state: RunState): string => listName(state, 'inputs');

/** What the last published run that settled each day said of it, and what the new inputs say of themselves. */
export function planSteps(state: RunState, context: RunContext): Step[] {
  const [counts, runs] = [qualified(context.database, 'day_counts'), qualified(context.database, 'runs')];
  const settled = `SELECT dt, as_of_ms, not_final, pending, configuration_hash, rules_version FROM (
  SELECT c.dt, r.as_of_ms, c.not_final, c.pending, r.configuration_hash, r.rules_version,
    row_number() OVER (PARTITION BY c.dt ORDER BY r.started_at_ms DESC, r.run_id DESC) AS place
  FROM ${counts} c JOIN ${runs} r ON r.run_id = c.run_id
) latest WHERE place = 1`;
  const steps: Step[] = [{ id: 'settled', after: [], gives: 'rows', sql: () => settled }];
  if ((state.listing?.newInputDays.length ?? 0) > 0) {
    const bindings = new Map([['new_marks', newMarks(state, context)]]);
    const marks = `SELECT kind, CASE WHEN kind = 'events' THEN report_day END AS day, count(*) AS n FROM new_marks
GROUP BY kind, CASE WHEN kind = 'events' THEN report_day END`;
    steps.push({ id: 'marks', after: [], gives: 'rows', sql: () => withBindings(marks, bindings) });
  }
  return steps;
}

/** The marks of the inputs that came since the last run over everything. */
function newMarks(state: RunState, context: RunContext): string {
  const midnight = 'CAST(to_unixtime(CAST(m.report_day AS timestamp)) AS bigint) * 1000';
  return (
    `SELECT m.*, ${midnight} AS report_ms FROM ${qualified(context.database, 'evidence_marks')} m\n` +
    `JOIN ${qualified(context.database, 'run_inputs')} i ON i.batch_id = m.batch_id\n` +
    `WHERE m.dt IN (${literalList(state.listing?.newInputDays ?? [])}) AND i.list = ${sqlLiteral(inputList(state))}`
  );
}

type TextRow = Readonly<Record<string, string | null>>;

export function readSettled(rows: readonly TextRow[]): SettledDay[] {
  return rows.map((row) => ({
    dt: String(row['dt']),
    settledAsOfMs: Number(row['as_of_ms']),
    openRows: Number(row['not_final']),
    pending: Number(row['pending']),
    configurationHash: String(row['configuration_hash']),
    rulesVersion: String(row['rules_version']),
  }));
}

/** What the new inputs say; `touched` is true when some of it matters to other days than those that got events. */
export function readMarks(rows: readonly TextRow[]): { eventDays: string[]; corrections: boolean; touched: boolean } {
  const eventDays = rows.flatMap((row) => (row['kind'] === 'events' && row['day'] != null ? [row['day']] : []));
  return {
    eventDays: eventDays.sort(),
    corrections: rows.some((row) => row['kind'] === 'correction'),
    touched: rows.some((row) => row['kind'] !== 'events'),
  };
}

/** The days that evidence other than events can matter to. */
export function touchedStep(state: RunState, context: RunContext): Step {
  const stages = stageContext(state, context);
  const bindings = new Map([...landingBindings(stages), ['new_marks', newMarks(state, context)] as const]);
  // which events were corrected is asked of all events there are: only when some were
  if (state.marks?.corrections !== true) bindings.set('events', `SELECT * FROM ${qualified(context.database, 'events')} WHERE false`);
  const days = state.listing?.days ?? [];
  bindings.set(
    'known_days',
    literalSelect({
      name: 'known_days',
      columns: [
        ['dt', 'text'],
        ['start_ms', 'bigint'],
      ],
      rows: days.map((dt) => [dt, dtStart(dt)]),
    }),
  );
  const select = stages.text('touched-days', stageParameters(context.configuration, state.asOfMs, 0, 0));
  return { id: 'touched', after: [], gives: 'rows', sql: () => withBindings(select, bindings) };
}

/**
 * The days to settle, in chunks.
 * @param touched days that other evidence than events can matter to
 */
export async function planRun(
  state: RunState,
  context: RunContext,
  touched: readonly string[],
  effects: RunEffects,
): Promise<Partial<RunState>> {
  const settled = new Map((state.settled ?? []).map((day) => [day.dt, day]));
  // an access key that is seen today can be a lead tomorrow
  const dirty = new Set([...touched, ...(state.marks?.eventDays ?? []).flatMap((dt) => [dt, addDays(dt, 1)])]);
  const unknown = state.request.from === undefined && state.listing?.watermarkMs === null;
  const states = (state.listing?.days ?? []).map((dt) => {
    const last = settled.get(dt);
    return {
      dt,
      dirty: unknown || dirty.has(dt),
      settledAsOfMs: last?.settledAsOfMs ?? null,
      openRows: last?.openRows ?? 0,
      configurationHash: last?.configurationHash ?? null,
      rulesVersion: last?.rulesVersion ?? null,
    };
  });
  const { from, to } = state.request;
  const planned = planDays(states, {
    ...(from === undefined || to === undefined ? {} : { from, to }),
    asOfMs: state.asOfMs,
    configurationHash: state.configurationHash,
    rulesVersion: state.rulesVersion,
    longestSessionHours: context.configuration.window.longestSessionHours,
  });
  const chunks = chunkDays(planned, await effects.countEvents(planned.map(({ dt }) => dt)), CHUNK_EVENTS);
  return { planned, chunks: chunks.map((days, at) => ({ days, list: listName(state, `c${at}`) })), listedRows: {} };
}

/**
 * Fixes which event files a chunk is judged from: those that were there when the run began. They are numbered and put where
 * SQL can read them; their rows are counted by their names, for the counts to be held against.
 */
export async function openChunk(state: RunState, at: number, effects: RunEffects): Promise<Pick<RunState, 'chunk' | 'listedRows'>> {
  const chunk = state.chunks?.[at];
  if (chunk === undefined) throw new RangeError(`the run has no chunk ${at}`);
  const files = await effects.listEventFiles(daysRead(chunk.days), state.startedAtMs);
  const locations = files.map((file) => file.location).sort();
  await effects.putRunFiles(
    chunk.list,
    locations.map((location, number) => ({ location, number })),
  );
  const listedRows: Record<string, number> = { ...state.listedRows };
  for (const { dt } of chunk.days) listedRows[dt] = files.reduce((rows, file) => (file.dt === dt ? rows + file.rows : rows), 0);
  return { chunk: at, listedRows };
}

/**
 * Days whose findings are asked for: those settled, those with open rows, and those settled before every event of theirs was
 * a day old: what has no name after 24 hours is told even when nothing else about the day has changed.
 */
export function findingDays(planned: readonly PlannedDay[], settled: readonly SettledDay[]): string[] {
  const open = settled.filter((day) => day.openRows > 0 || day.settledAsOfMs < dtStart(day.dt) + 2 * DAY_MS);
  return [...new Set([...planned.map(({ dt }) => dt), ...open.map(({ dt }) => dt)])].sort();
}
