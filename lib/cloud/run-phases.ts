/** What a run does in each phase, and what it knows when it leaves it. */

import { stageTables } from '../../schemas/stage-tables.ts';
import { closingOf } from '../correlate/found-again.ts';
import { findingParameters } from '../correlate/policy-tables.ts';
import { whyUnbalanced } from '../correlate/run-totals.ts';
import { sqlLiteral } from '../sql-template.ts';
import { type RunContext, stageContext } from './run-context.ts';
import { brokenIdentity, readBooks, readCounts, readSpan, runRow, totalPending } from './run-counts.ts';
import { findingDays, listLake, openChunk, planRun, planSteps, readMarks, readSettled, touchedStep } from './run-plan.ts';
import type { RunEffects } from './run-ports.ts';
import {
  compareSteps,
  type FindingsMerge,
  findingSources,
  findingStageSteps,
  foundSteps,
  mergeAttributions,
  mergeChanges,
  mergeDayCounts,
  mergeExceptions,
  mergeFindingChanges,
  mergeFindings,
  mergeRun,
  mergeStage,
} from './run-publish.ts';
import { reportSelects } from './run-reports.ts';
import { type Bindings, tableSelect } from './run-sql.ts';
import {
  type ChunkDays,
  chunkBindings,
  daysRead,
  eventSteps,
  judgeSteps,
  PLACEHOLDER,
  type Step,
  sessionSteps,
  spanStep,
} from './run-stages.ts';
import type { ChunkState, Phase, RunState } from './run-state.ts';

type TextRow = Readonly<Record<string, string | null>>;

export interface PhaseWork {
  steps(state: RunState, context: RunContext): Step[];
  /** What changes when all steps are done; `phase` is among it. @param rows answers of steps that give rows */
  leave(
    state: RunState,
    rows: ReadonlyMap<string, readonly TextRow[]>,
    context: RunContext,
    effects: RunEffects,
  ): Promise<Partial<RunState> & { readonly phase: Phase }>;
  /** True when a failure harms nothing but the phase. */
  readonly tolerant?: true;
}

/** The answer tables are compacted so often at most. */
const MAINTENANCE_MS = 20 * 3_600_000;

/** Statements whose texts are kept in the state, one after the other when `ordered`. */
function textSteps(texts: readonly string[], gives: Step['gives'], ordered: boolean): Step[] {
  return texts.map((sql, at) => ({ id: `s${at}`, after: ordered && at > 0 ? [`s${at - 1}`] : [], gives, sql: () => sql }));
}

function chunkOf(state: RunState): ChunkState {
  const chunk = state.chunks?.[state.chunk];
  if (chunk === undefined) throw new RangeError(`the run has no chunk ${state.chunk}`);
  return chunk;
}

const asDays = (chunk: ChunkState): ChunkDays => ({ settled: chunk.days, list: chunk.list });

/** Tables that the run made for all, and for a chunk, under the names that SQL has for them. */
function madeFor(state: RunState, context: RunContext, scope: string): Bindings {
  const entries = Object.entries(state.made).flatMap(([key, table]): [string, string][] => {
    const [of, name = ''] = key.split('/');
    return of === '-' || of === scope ? [[name, tableSelect(context.database, table)]] : [];
  });
  return new Map(entries);
}

const withChunk = (state: RunState, change: Partial<ChunkState>): ChunkState[] =>
  (state.chunks ?? []).map((chunk, at) => (at === state.chunk ? { ...chunk, ...change } : chunk));

export const WORK: Readonly<Record<Exclude<Phase, 'ended'>, PhaseWork>> = {
  tables: {
    steps: (_, context) => {
      const names = context.answers.names.map((name) => sqlLiteral(name)).join(', ');
      const sql = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = ${sqlLiteral(context.database)} AND table_name IN (${names})`;
      return [{ id: 'columns', after: [], gives: 'rows', sql: () => sql }];
    },
    leave: async (_, rows, context) => {
      const present = new Map<string, Set<string>>();
      for (const row of rows.get('columns') ?? []) {
        const table = String(row['table_name']);
        present.set(table, (present.get(table) ?? new Set()).add(String(row['column_name'])));
      }
      const texts = context.answers.names.flatMap((name) => {
        const columns = present.get(name);
        const text = columns === undefined ? context.answers.create(name) : context.answers.upgrade(name, columns);
        return text === null ? [] : [text];
      });
      return { phase: 'upgrade', texts };
    },
  },
  upgrade: {
    steps: (state) => textSteps(state.texts, 'effect', false),
    leave: async (state, _rows, context, effects) => ({
      phase: 'plan',
      texts: [],
      listing: await listLake(state, context.firstDt, effects),
    }),
  },
  plan: {
    steps: planSteps,
    leave: async (state, rows, context, effects) => {
      const { touched, ...marks } = readMarks(rows.get('marks') ?? []);
      const known = { ...state, settled: readSettled(rows.get('settled') ?? []), marks };
      const facts = { settled: known.settled, marks };
      if (touched) return { ...facts, phase: 'touched' };
      return { ...facts, ...(await planned(known, context, [], effects)) };
    },
  },
  touched: {
    steps: (state, context) => [touchedStep(state, context)],
    leave: (state, rows, context, effects) =>
      planned(
        state,
        context,
        (rows.get('touched') ?? []).map((row) => String(row['dt'])),
        effects,
      ),
  },
  sessions: {
    steps: (state, context) => sessionSteps(stageContext(state, context), firstDayRead(state)),
    leave: async (state, rows, _context, effects) => {
      const books = readBooks(rows.get('books') ?? []);
      const broken = whyUnbalanced(books);
      if (broken !== null) {
        effects.metric('BrokenIdentities', 1);
        return { phase: 'drop', books, failure: `${broken}; nothing was published, the last good answer stays` };
      }
      if ((state.chunks?.length ?? 0) === 0) return { phase: 'findings', books };
      return { phase: 'events', books, ...(await openChunk(state, 0, effects)) };
    },
  },
  events: {
    steps: (state, context) => {
      const made = madeFor(state, context, '-');
      const tables = eventSteps(stageContext(state, context), asDays(chunkOf(state)), made);
      const span = spanStep(new Map([['unique_events', `SELECT * FROM ${PLACEHOLDER('unique_events')}`]]));
      return [...tables, { ...span, after: ['unique_events'] }];
    },
    leave: async (state, rows) => ({ phase: 'judge', chunks: withChunk(state, { span: readSpan(rows.get('span') ?? []) }) }),
  },
  judge: {
    steps: (state, context) => {
      const chunk = chunkOf(state);
      const span = chunk.span ?? readSpan([]);
      return judgeSteps(stageContext(state, context), asDays(chunk), span, madeFor(state, context, String(state.chunk)));
    },
    leave: async () => ({ phase: 'compare' }),
  },
  compare: {
    steps: (state, context) => {
      const stages = stageContext(state, context);
      const bindings = chunkBindings(stages, asDays(chunkOf(state)), madeFor(state, context, String(state.chunk)));
      return compareSteps(stages, asDays(chunkOf(state)), bindings);
    },
    leave: async (state, rows, _context, effects) => {
      const chunks = withChunk(state, { counts: readCounts(rows.get('counts') ?? []) });
      if (state.chunk + 1 < chunks.length) return { phase: 'events', chunks, ...(await openChunk(state, state.chunk + 1, effects)) };
      const broken = brokenIdentity(chunks, state.listedRows ?? {});
      effects.metric('BrokenIdentities', broken === null ? 0 : 1);
      if (broken !== null) return { phase: 'drop', chunks, failure: broken };
      return { phase: 'publish', chunks, chunk: 0 };
    },
  },
  publish: {
    steps: publishSteps,
    leave: async (state) => {
      const chunks = state.chunks ?? [];
      return state.chunk + 1 < chunks.length ? { phase: 'publish', chunk: state.chunk + 1 } : { phase: 'findings' };
    },
  },
  findings: {
    steps: (state, context) => {
      const stages = stageContext(state, context);
      const days = findingDays(state.planned ?? [], state.settled ?? []);
      const parameters = findingParameters(context.configuration, state.asOfMs, days[0] ?? null);
      const bindings = findingSources(stages, madeFor(state, context, '-'));
      const shared = findingStageSteps(stages, days, parameters, bindings);
      for (const { id } of shared) bindings.set(id, `SELECT * FROM ${PLACEHOLDER(id)}`);
      const found = foundSteps(stages, context.rules, days, parameters, bindings);
      const tables = found.map(({ id }) => PLACEHOLDER(id));
      const merge: FindingsMerge = {
        runId: state.runId,
        rules: context.rules,
        findingDays: days,
        recentDt: String(parameters['recent_dt']),
        closing: closingOf(state.settled ?? [], state, hasNews(state)),
        found: tables,
      };
      const texts = mergeExceptions(context.database, state.runId, context.configuration, state.asOfMs);
      const ids = ['merge', 'exception_history', 'exceptions'];
      const after = texts.map((sql, at): Step => ({ id: ids[at + 1] ?? '', after: [ids[at] ?? ''], gives: 'effect', sql: () => sql }));
      const asked = found.map((step) => ({ ...step, after: [...step.after, ...shared.map(({ id }) => id)] }));
      if (found.length === 0) return shared;
      const kept: Step = {
        id: 'history',
        after: found.map(({ id }) => id),
        gives: 'effect',
        sql: () => mergeFindingChanges(context.database, merge),
      };
      const merged: Step = { id: 'merge', after: [kept.id], gives: 'effect', sql: () => mergeFindings(context.database, merge) };
      return [...shared, ...asked, kept, merged, ...after];
    },
    leave: async () => ({ phase: 'count' }),
  },
  count: {
    steps: (state, context) => {
      const sql = `SELECT count(*) AS n FROM "${context.database}"."findings" WHERE run_id = ${sqlLiteral(state.runId)}`;
      return [{ id: 'findings', after: [], gives: 'rows', sql: () => sql }];
    },
    leave: async (_, rows) => ({ phase: 'record', newFindings: Number(rows.get('findings')?.[0]?.['n'] ?? 0) }),
  },
  record: {
    steps: (state, context) => {
      const stages = stageTables.map((table): Step => {
        const made = state.made[`-/${table.name}`] ?? '';
        return { id: table.name, after: [], gives: 'effect', sql: () => mergeStage(context.database, table, made) };
      });
      const run = () => mergeRun(context.database, runRow(state, context.toolVersion));
      return [...stages, { id: 'run', after: stages.map(({ id }) => id), gives: 'effect', sql: run }];
    },
    leave: async (state, _rows, _context, effects) => {
      if (state.request.from === undefined) {
        const last = await effects.readWatermark();
        await effects.writeWatermark({ ...last, startedAtMs: state.startedAtMs, runId: state.runId });
      }
      effects.metric('RunPublished', 1);
      effects.metric('PendingRows', totalPending(state));
      return { phase: 'report' };
    },
  },
  report: {
    tolerant: true,
    steps: (state, context) =>
      reportSelects(context.database, state.runId).map(({ name, sql }) => ({ id: name, after: [], gives: 'effect', sql: () => sql })),
    leave: async (state, _rows, context, effects) => {
      const reports = reportSelects(context.database, state.runId).map(({ name }) => {
        const step = state.steps[name];
        return { name, executionId: step?.executionId !== undefined && step.reason === undefined ? step.executionId : null };
      });
      const last = (await effects.readWatermark())?.maintainedAtMs ?? 0;
      if (effects.nowMs() - last < MAINTENANCE_MS) return { phase: 'drop', reports };
      const lately = (state.settled ?? []).filter((day) => day.settledAsOfMs >= last);
      const days = [...new Set([...(state.planned ?? []), ...lately].map(({ dt }) => dt))].sort();
      return { phase: 'maintain', reports, texts: context.answers.names.flatMap((name) => context.answers.maintain(name, days)) };
    },
  },
  maintain: {
    tolerant: true,
    steps: (state) => textSteps(state.texts, 'effect', true),
    leave: async (_state, _rows, _context, effects) => {
      const last = await effects.readWatermark();
      if (last !== null) await effects.writeWatermark({ ...last, maintainedAtMs: effects.nowMs() });
      return { phase: 'drop', texts: [] };
    },
  },
  drop: {
    tolerant: true,
    steps: (state, context) =>
      textSteps(
        state.tables.map((table) => `DROP TABLE IF EXISTS \`${context.database}\`.\`${table}\``),
        'effect',
        false,
      ),
    leave: async (state, _rows, _context, effects) => {
      const status = state.failure === undefined ? ('published' as const) : ('failed' as const);
      if (status === 'failed') effects.metric('RunFailed', 1);
      const reason = state.failure === undefined ? {} : { reason: state.failure };
      const outcome = { requestId: state.request.requestId, runId: state.runId, status, ...reason, reports: state.reports ?? [] };
      return { phase: 'ended', outcomes: [outcome, ...state.outcomes].slice(0, 5), made: {}, tables: [] };
    },
  },
};

/** Whether evidence came since the last run over everything. */
function hasNews({ listing, marks }: RunState): boolean {
  return (listing?.newInputDays.length ?? 0) > 0 || (marks?.eventDays.length ?? 0) > 0;
}

async function planned(
  state: RunState,
  context: RunContext,
  touched: readonly string[],
  effects: RunEffects,
): Promise<Partial<RunState> & { phase: Phase }> {
  const plan = await planRun(state, context, touched, effects);
  effects.log('planned', { runId: state.runId, days: plan.planned?.length ?? 0, chunks: plan.chunks?.length ?? 0 });
  return { ...plan, phase: 'sessions' };
}

/** The first day whose events the run reads, or whose findings it asks for; without any, a day that no event is of. */
function firstDayRead(state: RunState): string {
  const planned = state.planned ?? [];
  return [...daysRead(planned), ...findingDays(planned, state.settled ?? [])].sort()[0] ?? '9999-12-31';
}

/** Changes first, then the rows, then the counts: each waits for the one before. */
function publishSteps(state: RunState, context: RunContext): Step[] {
  const chunk = chunkOf(state);
  const counts = chunk.counts ?? [];
  const sum = (name: string) => counts.reduce((total, count) => total + Number(count[name] ?? 0), 0);
  const delta = state.made[`${state.chunk}/delta`] ?? '';
  const texts: string[] = [];
  if (sum('changes') > 0) texts.push(mergeChanges(context.database, state.runId, delta));
  if (sum('differing') > 0) texts.push(mergeAttributions(context.database, asDays(chunk), delta));
  texts.push(mergeDayCounts(context.database, state.runId, counts));
  return textSteps(texts, 'effect', true);
}
