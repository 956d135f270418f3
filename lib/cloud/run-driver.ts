/**
 * Takes a run one look further: asks after the statements under way, starts those whose time has come, and leaves a phase
 * whose steps are done. It keeps nothing but the state, so that the same look may be taken twice, by anybody.
 */
import { AuditError } from '../errors.ts';
import { sha256Hex } from '../ingest/digest.ts';
import { parseTime } from '../time.ts';
import type { RunContext } from './run-context.ts';
import { WORK } from './run-phases.ts';
import type { RunEffects, StatementStatus } from './run-ports.ts';
import { fillPlaceholders, type Step } from './run-stages.ts';
import { isPublishing, type RunRequest, type RunState, type StepState, scopeOf, workTable } from './run-state.ts';

/** Tries of one statement, with growing pauses between them. */
const MOST_TRIES = 6;
/** What the engine will not take now is offered again after so long. */
const REFUSED_PAUSE_MS = 3000;
const LONGEST_PAUSE_MS = 60_000;

/** The state in which a run begins. */
export function beginRun(
  request: RunRequest,
  context: RunContext,
  effects: Pick<RunEffects, 'nowMs' | 'chance'>,
  last?: RunState,
): RunState {
  const nowMs = effects.nowMs();
  const asOfMs = request.asOf === undefined ? nowMs : parseTime(request.asOf)?.ms;
  if (asOfMs === undefined) throw new AuditError(`asOf ${request.asOf} is not a time`, { remedy: 'give RFC 3339: 2026-03-02T10:00:00Z' });
  return {
    version: 1,
    runId: `${new Date(nowMs).toISOString().replace(/[-:.]/g, '')}-${effects.chance()}`,
    request,
    holder: request.requestId,
    heartbeatMs: nowMs,
    startedAtMs: nowMs,
    asOfMs,
    configurationHash: context.configurationHash,
    rulesVersion: context.rulesVersion,
    phase: 'tables',
    movedMs: nowMs,
    phaseSinceMs: nowMs,
    steps: {},
    texts: [],
    made: {},
    tables: [],
    chunk: 0,
    outcomes: last?.outcomes ?? [],
    statements: 0,
    scannedBytes: 0,
  };
}

/**
 * One look. The same state comes back when nothing moved.
 * @throws whatever the effects throw when the world cannot be reached: nothing was lost, the look is to be taken again
 */
export async function advance(state: RunState, context: RunContext, effects: RunEffects): Promise<RunState> {
  if (state.phase === 'ended' || state.halted !== undefined) return state;
  try {
    const steps = WORK[state.phase].steps(state, context);
    const checked = await checkStatements(state, effects);
    if (checked.halted !== undefined || (checked.failure !== undefined && checked.failure !== state.failure)) return checked;
    const started = await startStatements(checked, steps, context, effects);
    if (started.phase !== state.phase || started.halted !== undefined) return started;
    return steps.every(({ id }) => started.steps[id]?.done === true) ? await leave(started, steps, context, effects) : started;
  } catch (error) {
    // a text that cannot be made will not be made next time either
    if (error instanceof AuditError) return fail(state, error.message, effects);
    throw error;
  }
}

/** What became of the statements under way. */
async function checkStatements(state: RunState, effects: RunEffects): Promise<RunState> {
  const running = Object.entries(state.steps).flatMap(([id, step]) =>
    step.executionId !== undefined && !step.done ? [{ id, step, executionId: step.executionId }] : [],
  );
  if (running.length === 0) return state;
  const found = await effects.check(running.map(({ executionId }) => executionId));
  let next = state;
  for (const { id, step, executionId } of running) {
    const status = found.get(executionId) ?? {
      state: 'failed' as const,
      reason: 'the engine does not know the statement',
      retryable: true,
      scannedBytes: 0,
    };
    if (status.state === 'running') continue;
    next = { ...next, movedMs: effects.nowMs(), scannedBytes: next.scannedBytes + status.scannedBytes };
    if (status.state === 'succeeded') next = withStep(next, id, { attempt: step.attempt, executionId, done: true });
    else next = failedStep(next, id, step, status, effects);
    if (next.failure !== undefined && state.failure === undefined) return next;
    if (next.halted !== undefined) return next;
  }
  return next;
}

function failedStep(state: RunState, id: string, step: StepState, status: StatementStatus, effects: RunEffects): RunState {
  const reason = status.reason ?? 'no reason given';
  const phase = state.phase as Exclude<RunState['phase'], 'ended'>;
  effects.log('statement failed', { runId: state.runId, phase, step: id, attempt: step.attempt, reason });
  const tolerant = WORK[phase].tolerant === true;
  if (isPassing(status) && step.attempt + 1 < (tolerant ? 3 : MOST_TRIES)) {
    const pause = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** step.attempt);
    return withStep(state, id, { attempt: step.attempt + 1, done: false, notBeforeMs: effects.nowMs() + pause, reason });
  }
  if (tolerant)
    return withStep(state, id, {
      attempt: step.attempt,
      done: true,
      reason,
      ...(step.executionId ? { executionId: step.executionId } : {}),
    });
  return fail(withStep(state, id, { attempt: step.attempt + 1, done: false, reason }), `${id} failed: ${reason}`, effects);
}

/** True when another try may succeed: another writer was faster, too much at once, or the engine's own trouble. */
export function isPassing(status: Pick<StatementStatus, 'state' | 'reason' | 'retryable'>): boolean {
  if (status.state === 'cancelled') return false;
  return status.retryable === true || PASSING.test(status.reason ?? '');
}

const PASSING =
  /COMMIT_ERROR|commit (failed|conflict)|conflicting|TRANSACTION_CONFLICT|TooManyRequests|throttl|SlowDown|rate exceeded|INTERNAL_ERROR|internal error|NO_NODES_AVAILABLE|SERVER_STARTING|CLUSTER_OUT_OF_MEMORY|exhausted resources|TABLE_ALREADY_EXISTS|already exists|REMOTE_TASK|PAGE_TRANSPORT|TOO_MANY_REQUESTS|ServiceUnavailable/i;

/**
 * Ends a run that cannot go on. Before it publishes nothing of it is seen: it goes as failed. While it publishes it stands
 * still instead, for whoever comes next to finish it.
 */
export function fail(state: RunState, reason: string, effects: Pick<RunEffects, 'metric' | 'log' | 'nowMs'>): RunState {
  effects.log('run failed', { runId: state.runId, phase: state.phase, reason });
  if (isPublishing(state)) {
    effects.metric('RunFailed', 1);
    return { ...state, halted: reason, heartbeatMs: effects.nowMs() };
  }
  return enter(state, { phase: 'drop', failure: reason }, effects.nowMs());
}

/** Starts what waits for nothing any more, as many at once as may be. */
async function startStatements(state: RunState, steps: readonly Step[], context: RunContext, effects: RunEffects): Promise<RunState> {
  let next = state;
  let running = Object.values(next.steps).filter((step) => step.executionId !== undefined && !step.done).length;
  for (const step of steps) {
    const { attempt, done, executionId, notBeforeMs, reason } = next.steps[step.id] ?? { attempt: 0, done: false };
    if (done || executionId !== undefined || running >= context.concurrency) continue;
    if (notBeforeMs !== undefined && notBeforeMs > effects.nowMs()) continue;
    if (!step.after.every((id) => next.steps[id]?.done === true)) continue;
    const scope = scopeOf(next);
    const tableOf = (id: string) => workTable(state.runId, scope, id, next.steps[id]?.attempt ?? 0);
    const table = workTable(state.runId, scope, step.id, attempt);
    const sql = fillPlaceholders(step.sql(table), context.database, tableOf);
    const token = sha256Hex([state.runId, state.phase, String(state.chunk), step.id, String(attempt), sql].join('\n'));
    const result = await effects.start(sql, token);
    const again = { attempt, done: false, ...(reason === undefined ? {} : { reason }) };
    if ('executionId' in result) {
      running++;
      next = withStep(next, step.id, { ...again, executionId: result.executionId });
      const tables = step.gives === 'table' && !next.tables.includes(table) ? [...next.tables, table] : next.tables;
      next = { ...next, tables, statements: next.statements + 1, movedMs: effects.nowMs() };
    } else if (result.refusal === 'later') {
      effects.log('statement refused', { runId: state.runId, step: step.id, reason: result.reason });
      return withStep(next, step.id, { ...again, notBeforeMs: effects.nowMs() + REFUSED_PAUSE_MS });
    } else {
      next = failedStep(next, step.id, { attempt, done: false }, { state: 'failed', reason: result.reason, scannedBytes: 0 }, effects);
      if (next.phase !== state.phase || next.halted !== undefined) return next;
    }
  }
  return next;
}

async function leave(state: RunState, steps: readonly Step[], context: RunContext, effects: RunEffects): Promise<RunState> {
  const work = WORK[state.phase as Exclude<RunState['phase'], 'ended'>];
  const rows = new Map<string, readonly Readonly<Record<string, string | null>>[]>();
  for (const { id, gives } of steps) {
    const executionId = state.steps[id]?.executionId;
    if (gives === 'rows' && executionId !== undefined) rows.set(id, await effects.rows(executionId));
  }
  const scope = scopeOf(state);
  const made = steps
    .filter(({ gives }) => gives === 'table')
    .map(({ id }) => [`${scope}/${id}`, workTable(state.runId, scope, id, state.steps[id]?.attempt ?? 0)]);
  const change = await work.leave(state, rows, context, effects);
  return enter({ ...state, made: { ...state.made, ...Object.fromEntries(made) } }, change, effects.nowMs());
}

function enter(state: RunState, change: Partial<RunState> & Pick<RunState, 'phase'>, nowMs: number): RunState {
  return { ...state, ...change, steps: {}, phaseSinceMs: nowMs, movedMs: nowMs };
}

function withStep(state: RunState, id: string, step: StepState): RunState {
  return { ...state, steps: { ...state.steps, [id]: step } };
}

/**
 * How long to wait before the next look, seconds: shortly after something moved, longer the longer nothing does, and longer
 * the longer the run takes: an execution of Step Functions ends after 25,000 events, a look makes eleven.
 */
export function suggestWait(state: RunState, nowMs: number): number {
  const resting = Object.values(state.steps).filter(
    (step) => !step.done && step.executionId === undefined && step.notBeforeMs !== undefined,
  );
  const running = Object.values(state.steps).some((step) => !step.done && step.executionId !== undefined);
  const still = Math.ceil((nowMs - state.movedMs) / 5000);
  const least = Math.max(1, Math.floor((nowMs - state.startedAtMs) / 200_000));
  const wait = Math.min(30, Math.max(least, still));
  if (running || resting.length === 0) return wait;
  return Math.min(
    60,
    Math.max(Math.min(30, least), Math.ceil((Math.min(...resting.map((step) => step.notBeforeMs ?? nowMs)) - nowMs) / 1000)),
  );
}
