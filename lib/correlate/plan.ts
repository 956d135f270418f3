/** Which days a run settles, and why. */
import { addDays } from '../time.ts';

/** What made a run look at a day again (column `cause` of `attribution_changes`). */
export type Cause = 'new_evidence' | 'time_passed' | 'configuration' | 'requested';

/** What the ledger knows of one day that has events. */
export interface DayState {
  readonly dt: string;
  readonly dirty: boolean;
  /** `as_of` of the run that settled it last; null when none did. */
  readonly settledAsOfMs: number | null;
  /** Rows that were not final then. */
  readonly openRows: number;
  readonly configurationHash: string | null;
  readonly rulesVersion: string | null;
}

export interface PlannedDay {
  readonly dt: string;
  readonly cause: Cause;
}

export interface PlanRequest {
  /** Days to settle, inclusive; both or neither. */
  readonly from?: string;
  readonly to?: string;
  readonly asOfMs: number;
  readonly configurationHash: string;
  readonly rulesVersion: string;
  readonly longestSessionHours: number;
}

/**
 * A run without a window settles the days with new events or evidence, those whose open rows time has closed, and all
 * days when the configuration or the rules changed. A run over a window settles the days of the window, no others.
 */
export function planDays(days: readonly DayState[], request: PlanRequest): PlannedDay[] {
  const { from, to } = request;
  if (from !== undefined && to !== undefined) {
    return days.filter((day) => day.dt >= from && day.dt <= to).map((day) => ({ dt: day.dt, cause: 'requested' as const }));
  }
  return days.flatMap((day) => {
    const cause = causeOf(day, request);
    return cause === null ? [] : [{ dt: day.dt, cause }];
  });
}

function causeOf(day: DayState, request: PlanRequest): Cause | null {
  if (day.dirty || day.settledAsOfMs === null) return 'new_evidence';
  if (day.configurationHash !== request.configurationHash || day.rulesVersion !== request.rulesVersion) return 'configuration';
  if (day.openRows > 0 && timeCloses(day.dt, request) !== timeCloses(day.dt, { ...request, asOfMs: day.settledAsOfMs }))
    return 'time_passed';
  return null;
}

/**
 * How many of the report days that matter to a day's events time alone has closed by `asOfMs`. A day is closed at
 * 00:00 UTC two days later.
 */
function timeCloses(dt: string, request: Pick<PlanRequest, 'asOfMs' | 'longestSessionHours'>): number {
  const reach = Math.ceil(request.longestSessionHours / 24) + 1;
  let closed = 0;
  for (let day = -1; day <= reach; day++) {
    if (Date.parse(`${addDays(dt, day + 2)}T00:00:00Z`) <= request.asOfMs) closed++;
  }
  return closed;
}

/** At most this many days are judged in one go (a limit of Athena's writes, kept here too). */
const CHUNK_DAYS = 90;

/**
 * Cuts the planned days into chunks that are judged in one go; a day is never cut.
 * @param mostEvents at most this many events (by the ledger) in a chunk of several days: a bound on memory, not on the run
 */
export function chunkDays(planned: readonly PlannedDay[], eventsOf: ReadonlyMap<string, number>, mostEvents: number): PlannedDay[][] {
  const chunks: PlannedDay[][] = [];
  let chunk: PlannedDay[] = [];
  let events = 0;
  for (const day of planned) {
    const count = eventsOf.get(day.dt) ?? 0;
    if (chunk.length > 0 && (events + count > mostEvents || chunk.length >= CHUNK_DAYS)) {
      chunks.push(chunk);
      chunk = [];
      events = 0;
    }
    chunk.push(day);
    events += count;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
