/** Windows of time as people type them. Pure: what `-7d` counts from is an argument. Everything is UTC. */
import { UsageError } from '../errors.ts';
import { DAY_MS, dtStart, formatDt, formatTime, parseTime } from '../time.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS };
const FORMS = 'give a date (2026-03-02), a time (2026-03-02T10:00:00Z) or a span back (-7d, -12h)';

/** A date stands for its whole day; a time for one instant. */
export type Moment = { readonly kind: 'date'; readonly dt: string } | { readonly kind: 'time'; readonly ms: number };

/**
 * Reads a date, an RFC 3339 time (no zone means UTC) or a span back from `nowMs` (`-90m`, `-12h`, `-7d`, `-2w`).
 * @param label what to call it in an error: `--from`
 * @throws UsageError when it is none of these, or an impossible date
 */
export function parseMoment(text: string, label: string, nowMs: number): Moment {
  const trimmed = text.trim();
  const span = /^-(\d{1,5})([mhdw])$/.exec(trimmed);
  if (span) return { kind: 'time', ms: nowMs - Number(span[1]) * (UNIT_MS[span[2] as string] as number) };
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) {
    if (Number.isNaN(dtStart(trimmed))) throw new UsageError(`${label} ${trimmed} is no day of the calendar`, { remedy: FORMS });
    return { kind: 'date', dt: trimmed };
  }
  const time = parseTime(trimmed);
  if (!time) throw new UsageError(`${label} ${JSON.stringify(text)} is not a time`, { remedy: FORMS });
  return { kind: 'time', ms: time.ms };
}

/**
 * Reads a length of time: `90s`, `15m`, `1h`, `2d`, `1w`.
 * @returns milliseconds
 * @throws UsageError
 */
export function parseSpan(text: string, label: string): number {
  const [, amount, unit] = /^(\d{1,6})([smhdw])$/.exec(text.trim()) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new UsageError(`${label} ${JSON.stringify(text)} is no span of time`, { remedy: 'write it as 90s, 15m, 1h or 2d' });
  }
  return Number(amount) * (UNIT_MS[unit] as number);
}

/**
 * Reads one instant: a date means its 00:00 UTC.
 * @returns epoch milliseconds
 * @throws UsageError
 */
export function parseInstant(text: string, label: string, nowMs: number): number {
  const moment = parseMoment(text, label, nowMs);
  return moment.kind === 'date' ? dtStart(moment.dt) : moment.ms;
}

/** Whole UTC days, both inclusive; a side that was not given is absent and means "no bound". */
export interface DayWindow {
  readonly from?: string;
  readonly to?: string;
}

/**
 * Widens what was typed to whole days: `from` is inclusive; `to` includes a date and excludes a time, so that
 * `2026-03-02T00:00:00Z` as an end leaves 2 March out.
 * @param nowMs what spans count from (the run's `as_of`), epoch milliseconds
 * @throws UsageError when a side is no time or the window is empty
 */
export function resolveWindow(typed: { readonly from?: string; readonly to?: string }, nowMs: number): DayWindow {
  const from = typed.from === undefined ? undefined : firstDay(parseMoment(typed.from, '--from', nowMs));
  const to = typed.to === undefined ? undefined : lastDay(parseMoment(typed.to, '--to', nowMs));
  if (from !== undefined && to !== undefined && from > to) {
    throw new UsageError(`the window from ${typed.from} to ${typed.to} is empty (${from} is after ${to})`, {
      remedy: 'a --to with a time excludes it, a date includes the day',
    });
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function firstDay(moment: Moment): string {
  return moment.kind === 'date' ? moment.dt : formatDt(moment.ms);
}

function lastDay(moment: Moment): string {
  return moment.kind === 'date' ? moment.dt : formatDt(moment.ms - 1);
}

/** One line for people: which days a run settles, and what it counts from. */
export function describeWindow(window: DayWindow, asOfMs: number): string {
  const days =
    window.from === undefined && window.to === undefined
      ? 'every day with news'
      : `${window.from ?? 'the first day'} to ${window.to ?? 'the last day'} (whole UTC days, both inclusive)`;
  return `window: ${days}, as of ${formatTime(asOfMs)}`;
}
