/** The counts of a run, and whether they add up. */
import { RUN_TOTALS, SESSION_BOOKS, type SessionBooks } from '../correlate/run-totals.ts';
import type { QueryValue } from '../lake/ports.ts';
import type { EventSpan } from './run-stages.ts';
import type { ChunkState, RunState } from './run-state.ts';

type TextRow = Readonly<Record<string, string | null>>;
type Counts = Readonly<Record<string, string | number>>;

/** Every column of an answer but `dt` is a number. */
export function readCounts(rows: readonly TextRow[]): Counts[] {
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, name === 'dt' ? String(value) : Number(value ?? 0)])),
  );
}

/** The books of the report rows. @param rows the answer of the stage `session-counts` */
export function readBooks(rows: readonly TextRow[]): SessionBooks {
  const value = (name: string) => Number(rows[0]?.[name] ?? Number.NaN);
  return Object.fromEntries(SESSION_BOOKS.map((name) => [name, value(name)])) as SessionBooks;
}

/** When the events of a chunk were; 0 when it has none. */
export function readSpan(rows: readonly TextRow[]): EventSpan {
  if (rows.length === 0) return { fromMs: 0, toMs: 0, starts: [] };
  return {
    fromMs: Math.min(...rows.map((row) => Number(row['first_ms']))),
    toMs: Math.max(...rows.map((row) => Number(row['last_ms']))),
    starts: rows.map((row) => Number(row['start_ms'])).sort((a, b) => a - b),
  };
}

/**
 * Checks what design requires of every settled day: each row of the listed files is a duplicate, superseded, another
 * account's copy, out of scope or in scope; each event in scope has one verdict, one row now and one row after the merge.
 * @returns what does not add up, in one sentence; null when all does
 */
export function brokenIdentity(chunks: readonly ChunkState[], listedRows: Readonly<Record<string, number>>): string | null {
  for (const { days, counts } of chunks) {
    const byDay = new Map((counts ?? []).map((count) => [count['dt'], count]));
    for (const { dt } of days) {
      const count = byDay.get(dt);
      if (count === undefined) return `counts of ${dt} are missing`;
      const n = (name: string) => Number(count[name] ?? Number.NaN);
      const parts = n('duplicates') + n('superseded') + n('account_copies') + n('out_of_scope') + n('in_scope');
      const verdicts = n('attributed') + n('ambiguous') + n('pending') + n('unattributed') + n('not_joinable');
      const checks: [what: string, left: number, right: number][] = [
        ['rows of the listed files = kept', listedRows[dt] ?? 0, n('events_kept')],
        ['kept = duplicates + superseded + account copies + out of scope + in scope', n('events_kept'), parts],
        ['in scope = attributed + ambiguous + pending + unattributed + not joinable', n('in_scope'), verdicts],
        ['in scope = rows to publish', n('in_scope'), n('answered')],
        ['in scope = rows after the merge', n('in_scope'), n('merged')],
      ];
      const broken = checks.find(([, left, right]) => left !== right);
      if (broken) {
        const [what, left, right] = broken;
        return `counts of ${dt} do not add up: ${what}, but ${left} is not ${right}; nothing was published, the last good answer stays`;
      }
    }
  }
  return null;
}

const TOTALS = [...RUN_TOTALS, 'changes'];

/** The row of `runs`, but for times, which follow from their milliseconds. It is finished when the phase that writes it began. */
export function runRow(state: RunState, toolVersion: string): Record<string, QueryValue> {
  const counts = (state.chunks ?? []).flatMap((chunk) => chunk.counts ?? []);
  const total = (name: string) => counts.reduce((sum, count) => sum + Number(count[name] ?? 0), 0);
  const days = (state.planned ?? []).map(({ dt }) => dt);
  return {
    run_id: state.runId,
    started_at_ms: state.startedAtMs,
    finished_at_ms: state.phaseSinceMs,
    as_of_ms: state.asOfMs,
    from_dt: days[0] ?? null,
    to_dt: days.at(-1) ?? null,
    days: days.length,
    engine: 'athena',
    tool_version: toolVersion,
    configuration_hash: state.configurationHash,
    rules_version: state.rulesVersion,
    status: 'published',
    ...Object.fromEntries(TOTALS.map((name) => [name, total(name)])),
    ...state.books,
    new_findings: state.newFindings ?? 0,
    duration_ms: state.phaseSinceMs - state.startedAtMs,
  };
}

/** Rows that wait for a report, on all days that were ever settled. */
export function totalPending(state: RunState): number {
  const now = (state.chunks ?? []).flatMap((chunk) => chunk.counts ?? []);
  const settledNow = new Set(now.map((count) => count['dt']));
  const before = (state.settled ?? []).filter((day) => !settledNow.has(day.dt)).reduce((sum, day) => sum + day.pending, 0);
  return before + now.reduce((sum, count) => sum + Number(count['pending'] ?? 0), 0);
}
