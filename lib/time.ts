/** Times as they come in, as epoch milliseconds. Everything is UTC; local date functions are never used. */

export const DAY_MS = 86_400_000;

/** The last instant whose date has four digits of year. */
export const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** `YYYY-MM-DD`, then `T` or a blank, `HH:MM:SS`, a fraction of up to nine digits, and `Z` or an offset; no zone means UTC. */
const PATTERN = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/;

export interface ParsedTime {
  /** Epoch milliseconds; a finer fraction is cut off. A leap second is 23:59:59, with a fraction the last millisecond of it. */
  readonly ms: number;
  /** True when the text gave a fraction of a second. */
  readonly hasFraction: boolean;
}

/**
 * Parses the time forms of CloudTrail (`2026-09-30T22:56:51Z`) and of the usage reports, whose precision and suffix no
 * document states (F§1.2).
 * @returns null when it is not a time, an impossible one (month 13, 30 February, 25 o'clock), or not between 1970 and 9999 UTC.
 */
export function parseTime(text: string): ParsedTime | null {
  const match = PATTERN.exec(text.trim());
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  if (hour > 23 || minute > 59 || second > 60) return null;
  // Date.UTC rolls an impossible date over into a real one, and takes the years 0 to 99 for 1900 to 1999
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const midnight = Date.UTC(year, month - 1, day);
  const fraction = match[7];
  const zone = match[8];
  const isLeapSecond = second === 60;
  let ms = midnight + ((hour * 60 + minute) * 60 + (isLeapSecond ? 59 : second)) * 1000;
  // whoever comes at midnight was not there yet: a leap second never counts as the second after it
  if (fraction) ms += isLeapSecond ? 999 : Number(fraction.padEnd(3, '0').slice(0, 3));
  if (zone && zone !== 'Z') {
    const sign = zone[0] === '-' ? 1 : -1;
    const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
    if (hours > 23 || minutes > 59) return null;
    ms += sign * (hours * 60 + minutes) * 60_000;
  }
  // a leap second only ends a UTC day
  if (isLeapSecond && (ms < 0 || ms % DAY_MS < DAY_MS - 1000)) return null;
  if (ms < 0 || ms > LATEST_MS) return null;
  return { ms, hasFraction: fraction !== undefined };
}

/** `parseTime` for the start of a span: one that starts in a leap second starts in the last millisecond before midnight. */
export function parseStart(text: string): ParsedTime | null {
  const parsed = parseTime(text);
  if (parsed === null || parsed.hasFraction || !/:60(?!\d|:)/.test(text)) return parsed;
  return { ...parsed, ms: parsed.ms + 999 };
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The UTC date of an instant, `YYYY-MM-DD`. */
export function formatDt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** `2026-01-31T09:05:00Z`, with milliseconds only when there are any. */
export function formatTime(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text;
}

/** Midnight UTC at the start of a `YYYY-MM-DD` day, epoch milliseconds; NaN when it is no such day. */
export function dtStart(dt: string): number {
  const parsed = dt.length === 10 ? parseTime(`${dt}T00:00:00Z`) : null;
  return parsed ? parsed.ms : Number.NaN;
}

/** The day that is `days` later (or earlier, when negative). */
export function addDays(dt: string, days: number): string {
  return formatDt(dtStart(dt) + days * DAY_MS);
}
