/** What a run remembers between two looks at it: plain JSON, kept in the bucket, so that any process can take it up where it stands. */
import type { PlannedDay } from '../correlate/plan.ts';
import type { SessionBooks } from '../correlate/run-totals.ts';
import type { DaySpan, EventSpan } from './run-stages.ts';

/** What somebody asked for. */
export interface RunRequest {
  /** Names the execution that drives the run. */
  readonly requestId: string;
  /** First and last day to settle, inclusive; both or neither. */
  readonly from?: string;
  readonly to?: string;
  /** The time the run counts from, RFC 3339; default: when it starts. */
  readonly asOf?: string;
}

/** In this order. Up to `compare` nothing that anybody reads is written; from `publish` on the run is to be finished, by whomever. */
export const PHASES = [
  'tables',
  'upgrade',
  'plan',
  'touched',
  'sessions',
  'events',
  'judge',
  'compare',
  'publish',
  'findings',
  'count',
  'record',
  'report',
  'maintain',
  'drop',
  'ended',
] as const;
export type Phase = (typeof PHASES)[number];

/** One statement of the phase. */
export interface StepState {
  /** Tries so far, from 0; part of the names of what it makes. */
  readonly attempt: number;
  /** The engine's id of the try that is under way, or that succeeded. */
  readonly executionId?: string;
  readonly done: boolean;
  /** Not to be tried again before, epoch milliseconds. */
  readonly notBeforeMs?: number;
  /** Why the last try failed. */
  readonly reason?: string;
}

/** Some days that are judged together. */
export interface ChunkState {
  readonly days: readonly PlannedDay[];
  /** List of its event files in `run_files`. */
  readonly list: string;
  readonly span?: EventSpan;
  /** Rows of `day_counts`, and what the merge will do. */
  readonly counts?: readonly Readonly<Record<string, string | number>>[];
}

/** A day that has events: what the last run that settled it said of it. */
export interface SettledDay {
  readonly dt: string;
  readonly settledAsOfMs: number;
  readonly openRows: number;
  readonly pending: number;
  readonly configurationHash: string;
  readonly rulesVersion: string;
}

export interface Listing {
  /** Days with events, in order. */
  readonly days: readonly string[];
  readonly spans: Readonly<Record<string, DaySpan>>;
  /** When the last run over everything was listed; null when there was none, or nobody knows any more. */
  readonly watermarkMs: number | null;
  /** Days on which the inputs were claimed that came since; the inputs are in `run_inputs`. */
  readonly newInputDays: readonly string[];
}

/** A SELECT over what the run published, for those who tell people. */
export interface ReportResult {
  readonly name: string;
  /** Null when it could not be asked: the run is published all the same. */
  readonly executionId: string | null;
}

/** How a run ended. */
export interface RunOutcome {
  readonly requestId: string;
  readonly runId: string;
  readonly status: 'published' | 'failed';
  /** Why it failed. */
  readonly reason?: string;
  readonly reports: readonly ReportResult[];
}

export interface RunState {
  readonly version: 1;
  readonly runId: string;
  readonly request: RunRequest;
  /** The execution that drives it now. */
  readonly holder: string;
  /** When it was looked at last, epoch milliseconds. */
  readonly heartbeatMs: number;
  /** When it began: nothing that came later is sure to be in it. */
  readonly startedAtMs: number;
  readonly asOfMs: number;
  readonly configurationHash: string;
  readonly rulesVersion: string;
  readonly phase: Phase;
  /** When something moved last, epoch milliseconds. */
  readonly movedMs: number;
  /** When the phase began, epoch milliseconds; times in texts are taken from it, so that a text is the same however often it is made. */
  readonly phaseSinceMs: number;
  readonly steps: Readonly<Record<string, StepState>>;
  /** Statements of phases whose texts follow from answers. */
  readonly texts: readonly string[];
  /** Work tables by chunk (`-` for those of the whole run) and name, `<chunk>/<name>`. */
  readonly made: Readonly<Record<string, string>>;
  /** Every work table that may exist. */
  readonly tables: readonly string[];
  readonly listing?: Listing;
  readonly settled?: readonly SettledDay[];
  /** What the new inputs said of themselves: days that got events, and whether events were corrected. */
  readonly marks?: { readonly eventDays: readonly string[]; readonly corrections: boolean };
  readonly planned?: readonly PlannedDay[];
  /** The books of the report rows, as they were checked. */
  readonly books?: SessionBooks;
  /** Rows of the listed event files of each day to settle. */
  readonly listedRows?: Readonly<Record<string, number>>;
  readonly chunks?: readonly ChunkState[];
  /** The chunk that the phase is at. */
  readonly chunk: number;
  readonly findingDays?: readonly string[];
  readonly newFindings?: number;
  readonly reports?: readonly ReportResult[];
  /** When the answer tables were compacted last; carried from the watermark. */
  readonly maintainedAtMs?: number;
  /** Why it will end as failed. */
  readonly failure?: string;
  /** Why it stands still while it publishes; whoever comes next goes on with it. */
  readonly halted?: string;
  /** How the last runs ended, newest first: who comes back late still learns it. */
  readonly outcomes: readonly RunOutcome[];
  /** Statements started, and bytes they read, so far. */
  readonly statements: number;
  readonly scannedBytes: number;
}

/** Kept beside the state: when the last published run over everything was listed. */
export interface Watermark {
  readonly startedAtMs: number;
  readonly runId: string;
  readonly maintainedAtMs?: number;
}

/** Whether a run has begun to write what people read, and is not through with it. */
export function isPublishing(state: RunState): boolean {
  return PUBLISHING.has(state.phase);
}

const PUBLISHING: ReadonlySet<Phase> = new Set(['publish', 'findings', 'count', 'record']);

/** Whose names a phase makes: those of the run, or of its chunk. */
export function scopeOf(state: RunState): string {
  // tables that the rules share have names that tables of a chunk have, too
  if (state.phase === 'findings') return 'f';
  return state.phase === 'sessions' ? '-' : String(state.chunk);
}

/** Name of a work table: no two tries have the same. */
export function workTable(runId: string, scope: string, id: string, attempt: number): string {
  const name = `w_${runId}_${scope}_${id}${attempt > 0 ? `_t${attempt}` : ''}`;
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}
