/** Times of a usage report, also as a spreadsheet has written them, where only one instant can be meant. */
import { type ParsedTime, parseTime } from '../time.ts';

/** `13/03/2026 08:00:01`, `3/13/2026 8:00:01 AM`, `13.03.2026 08:00:01`: two numbers that may be day and month, then the year. */
const SPREADSHEET = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?$/;
/** `2026/03/13 08:00:01`: the year first leaves one order. */
const YEAR_FIRST = /^(\d{4})([/.])(\d{1,2})\2(\d{1,2})[ T]+(\d{1,2}):(\d{2}):(\d{2})$/;

const REMEDY = 'use the file as AWS wrote it, or give the column the format yyyy-mm-dd hh:mm:ss and save it as CSV UTF-8 (comma delimited)';

/**
 * Reads a time as AWS writes it, or as a spreadsheet does: a date whose order of day and month is certain, with its seconds.
 * Without its seconds a time could put a call into the session of somebody else.
 * @returns why it cannot be read, quoting nothing of it
 */
export function parseReportTime(text: string, column: string): ParsedTime | { readonly reason: string } {
  const written = text.trim();
  const time = parseTime(written) ?? parseYearFirst(written);
  if (time !== null) return time;
  const match = SPREADSHEET.exec(written);
  if (match === null) return { reason: `${column} is not a time such as 2026-03-02T10:05:00Z` };
  const [, first = '', sign, second = '', year = '', hour = '', minute = '', seconds, half] = match;
  if (seconds === undefined) return { reason: `${column} was cut to the minute by a spreadsheet; ${REMEDY}` };
  const [a, b] = [Number(first), Number(second)];
  // dates with dots have the day first wherever they are written
  const dayFirst = sign === '.' || a > 12 || a === b;
  if (!dayFirst && b <= 12) return { reason: `${column} does not tell day from month; ${REMEDY}` };
  const [day, month] = dayFirst ? [a, b] : [b, a];
  const spread = parseTime(`${year}-${pad(month)}-${pad(day)}T${pad(hourOf(Number(hour), half))}:${minute}:${seconds}Z`);
  return spread ?? { reason: `${column} is not a time such as 2026-03-02T10:05:00Z` };
}

function parseYearFirst(text: string): ParsedTime | null {
  const match = YEAR_FIRST.exec(text);
  if (match === null) return null;
  const [, year, , month, day, hour, minute, second] = match;
  return parseTime(`${year}-${pad(Number(month))}-${pad(Number(day))}T${pad(Number(hour))}:${minute}:${second}Z`);
}

/** 99, which is no hour, for `13 PM` and `0 AM`. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return 99;
  return (hour % 12) + (/p/i.test(half) ? 12 : 0);
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
