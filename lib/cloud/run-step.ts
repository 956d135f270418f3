/**
 * One call of the step function: whose turn it is, and one run taken further. One run at a time: the state in the bucket is
 * the lease. Whoever finds a run whose driver has gone finishes it under its own id before beginning another.
 */
import { UsageError } from '../errors.ts';
import { dtStart, formatTime } from '../time.ts';
import type { RunContext } from './run-context.ts';
import { advance, beginRun, fail, suggestWait } from './run-driver.ts';
import type { RunEffects } from './run-ports.ts';
import { isPublishing, type ReportResult, type RunOutcome, type RunRequest, type RunState } from './run-state.ts';

/**
 * What the state machine does next. `running`: wait so many seconds, then call again with the same request. `published`: call
 * `alert` with this answer; then, if there is `more`, call again: the run was another's that had stopped.
 */
export type StepAnswer =
  | { readonly status: 'running'; readonly waitSeconds: number; readonly runId: string; readonly phase: string }
  | { readonly status: 'published'; readonly runId: string; readonly reports: readonly ReportResult[]; readonly more: boolean }
  | { readonly status: 'failed'; readonly runId: string; readonly message: string };

/** The one place where the state lies. */
export interface StateStore {
  load(): Promise<{ readonly state: RunState; readonly tag: string } | null>;
  /**
   * Replaces what was loaded. @param tag of what was loaded; null when there was nothing
   * @returns the new tag; null when somebody else was faster: then nothing was written
   */
  save(state: RunState, tag: string | null): Promise<string | null>;
}

export interface StepOptions {
  /** How long a driver may be silent until another takes over, milliseconds. */
  readonly staleMs: number;
  /** Looks go on for so long while they move something, milliseconds. */
  readonly budgetMs: number;
  /** A short rest between two looks; without it only looks that moved something are followed by another. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** Work tables are kept for seven days; what stood still for longer than this is not taken up any more. */
const ABANDONED_MS = 5 * 86_400_000;
const REST_MS = 250;

/** @throws UsageError when the request makes no sense */
export async function takeStep(
  request: RunRequest,
  context: RunContext,
  effects: RunEffects,
  store: StateStore,
  options: StepOptions,
): Promise<StepAnswer> {
  checkRequest(request);
  const me = request.requestId;
  const loaded = await store.load();
  // a placeholder that nobody filled in names no request
  const own = me.startsWith('<') ? undefined : loaded?.state.outcomes.find((outcome) => outcome.requestId === me);
  if (own !== undefined) return answerOf(own, request);
  let { state, tag } = loaded ?? { state: undefined, tag: null };
  if (state === undefined || state.phase === 'ended') {
    state = beginRun(request, context, effects, state);
    effects.log('run begins', { runId: state.runId, asOf: formatTime(state.asOfMs), from: request.from, to: request.to });
  } else if (state.holder !== me) {
    const silent = effects.nowMs() - state.heartbeatMs;
    if (state.halted === undefined && silent < options.staleMs) return waitFor(state, 30);
    state = takeOver(state, me, context, effects);
  } else if (state.halted !== undefined) {
    return { status: 'failed', runId: state.runId, message: state.halted };
  }
  return drive(request, { ...state, heartbeatMs: effects.nowMs() }, tag, context, effects, store, options);
}

async function drive(
  request: RunRequest,
  begun: RunState,
  firstTag: string | null,
  context: RunContext,
  effects: RunEffects,
  store: StateStore,
  options: StepOptions,
): Promise<StepAnswer> {
  let state = begun;
  let tag = await store.save(state, firstTag);
  const until = effects.nowMs() + options.budgetMs;
  for (;;) {
    // another has it now
    if (tag === null) return waitFor(state, 5);
    const next = await advance(state, context, effects);
    const moved = next !== state;
    if (moved) {
      state = { ...next, heartbeatMs: effects.nowMs() };
      tag = await store.save(state, tag);
      if (tag === null) return waitFor(state, 5);
    }
    if (state.halted !== undefined) return { status: 'failed', runId: state.runId, message: state.halted };
    if (state.phase === 'ended') break;
    if (effects.nowMs() >= until || (!moved && options.pause === undefined)) return waitFor(state, suggestWait(state, effects.nowMs()));
    if (!moved) {
      if (effects.nowMs() - state.movedMs > 4 * REST_MS) return waitFor(state, suggestWait(state, effects.nowMs()));
      await options.pause?.(REST_MS);
    }
  }
  const [outcome] = state.outcomes;
  if (outcome === undefined) throw new RangeError('a run ended without an outcome');
  // a run of another that failed is no answer to this one
  if (outcome.requestId !== request.requestId && outcome.status === 'failed') return waitFor(state, 1);
  return answerOf(outcome, request);
}

function waitFor(state: RunState, waitSeconds: number): StepAnswer {
  return { status: 'running', waitSeconds, runId: state.runId, phase: state.phase };
}

function answerOf(outcome: RunOutcome, request: RunRequest): StepAnswer {
  const { runId, reason, reports } = outcome;
  if (outcome.status === 'failed') return { status: 'failed', runId, message: reason ?? 'no reason is known' };
  return { status: 'published', runId, reports, more: outcome.requestId !== request.requestId };
}

/**
 * The run as the new driver goes on with it. Before it publishes, a run of another configuration or of other rules is worth
 * nothing; and one that stood still so long that its tables may be gone cannot be finished.
 */
function takeOver(state: RunState, holder: string, context: RunContext, effects: RunEffects): RunState {
  const { halted, ...going } = state;
  effects.log('taking over', { runId: state.runId, from: state.holder, phase: state.phase, halted });
  const taken: RunState = { ...going, holder, movedMs: effects.nowMs() };
  const ending = state.phase === 'drop';
  if (effects.nowMs() - state.heartbeatMs > ABANDONED_MS && !ending) {
    return fail({ ...taken, phase: 'compare' }, 'it stood still for so long that its work tables may be gone', effects);
  }
  const other = state.configurationHash !== context.configurationHash || state.rulesVersion !== context.rulesVersion;
  const early = !isPublishing(state) && !['report', 'maintain', 'drop'].includes(state.phase);
  return other && early ? fail(taken, 'the configuration or the rules were replaced while it ran', effects) : taken;
}

function checkRequest({ requestId, from, to, asOf }: RunRequest): void {
  if (!requestId) throw new UsageError('the request has no requestId');
  if ((from === undefined) !== (to === undefined))
    throw new UsageError('a window needs both from and to', { remedy: 'give both, or neither' });
  for (const [label, dt] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (dt !== undefined && Number.isNaN(dtStart(dt))) throw new UsageError(`${label} ${dt} is no day`, { remedy: 'give YYYY-MM-DD, UTC' });
  }
  if (from !== undefined && to !== undefined && from > to) throw new UsageError(`the window from ${from} to ${to} is empty`);
  if (asOf !== undefined && Number.isNaN(Date.parse(asOf))) throw new UsageError(`asOf ${asOf} is not a time`, { remedy: 'give RFC 3339' });
}
