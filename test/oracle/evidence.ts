/** When evidence is closed (docs/verdicts.md, When evidence is closed). */
import { addDays, DAY_MS, dtStart, formatDt } from '../../lib/time.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { distinct, type EvidenceBase, type Known, type Session } from './evidence-base.ts';
import { countingIssues, type Issue, issuesOf } from './issues.ts';
import { isServed, networkAccounts } from './network.ts';
import { addressOf } from './scope.ts';
import { type Sweep, sweepsOf } from './sweeps.ts';
import { isUnread, unreadOf } from './unread.ts';

const SWEEP_GAP_MS = 15 * 60_000;

/** Every report day on which a session covering t could have ended: t - grace to t + the longest session. */
function daysOf(event: EventRow, known: Known): string[] {
  const { graceSeconds, longestSessionHours } = known.configuration.window;
  const to = formatDt(event.join_time_ms + longestSessionHours * 3_600_000);
  const days = [formatDt(event.join_time_ms - graceSeconds * 1000)];
  while ((days.at(-1) as string) < to) days.push(addDays(days.at(-1) as string, 1));
  return days;
}

/** True when every day is closed for every account whose sessions count; days of nobody's network close by time. */
export function areDaysClosed(event: EventRow, known: Known): boolean {
  const accounts = networkAccounts(event, known);
  return daysOf(event, known).every((day) =>
    accounts.length === 0
      ? isClosedByTime(day, null, known.base)
      : accounts.every((account) => isClosedByReports(day, account, known.base) || isClosedByTime(day, account, known.base)),
  );
}

/** True when no day waits for time any more: whatever keeps one open is what could not be read. */
export function isTimeUp(event: EventRow, known: Known): boolean {
  return daysOf(event, known).every((day) => isLongPast(day, known.base) || isReported(day, event, known));
}

/** The reports of every network account closed the day. */
function isReported(day: string, event: EventRow, known: Known): boolean {
  const accounts = networkAccounts(event, known);
  return accounts.length > 0 && accounts.every((account) => isClosedByReports(day, account, known.base));
}

/** How the day of the event was closed: `report`, `time`, `snapshots`; null while evidence is open. */
export function closedBy(event: EventRow, daysClosed: boolean, swept: boolean, known: Known): string | null {
  if (!daysClosed) return swept ? 'snapshots' : null;
  return isReported(formatDt(event.join_time_ms), event, known) ? 'report' : 'time';
}

function isClosedByTime(day: string, accountId: string | null, base: EvidenceBase): boolean {
  return isLongPast(day, base) && !isUnread(base, accountId, day);
}

function isLongPast(day: string, base: EvidenceBase): boolean {
  return base.asOfMs >= dtStart(day) + 2 * DAY_MS;
}

/** The report of the day is in whole in every region where the account has reports or sweeps, and there is one. */
function isClosedByReports(day: string, accountId: string, base: EvidenceBase): boolean {
  const regions = regionsOf(accountId, base);
  return regions.length > 0 && regions.every((region) => isReportInWhole(base, accountId, region, day));
}

/** True when every issue that counts was read without anything set aside and fits its day, there is one, and none was refused. */
export function isReportInWhole(base: EvidenceBase, accountId: string, region: string, day: string): boolean {
  const issues = countingIssues(base).filter((issue) => issue.accountId === accountId && issue.region === region && issue.day === day);
  const isRefused = unreadOf(base).some(
    (item) =>
      item.inputRejected &&
      ((item.accountId === accountId && item.region === region && item.day === day) ||
        (!item.accepted && mayBe(item.accountId, accountId) && mayBe(item.region, region) && mayBe(item.day, day))),
  );
  return issues.length > 0 && issues.every((issue) => issue.input.status === 'ingested' && fitsItsDay(issue)) && !isRefused;
}

/** A report has the sessions that ended on its day: rows of other days alone are not that report. */
function fitsItsDay(issue: Issue): boolean {
  return issue.rows.length === 0 || issue.rows.some((row) => row.session_end_ms !== null && formatDt(row.session_end_ms) === issue.day);
}

/** A null account, region or day may be any. */
function mayBe(said: string | null, asked: string): boolean {
  return said === null || said === asked;
}

/** The regions in which the account has reports of sessions, of whatever day and status, or sweeps. */
function regionsOf(accountId: string, base: EvidenceBase): string[] {
  const issues = issuesOf(base).filter((issue) => issue.accountId === accountId);
  const swept = sweepsOf(base).filter((sweep) => sweep.accountId === accountId);
  const inputs = base.inputs.filter(
    (input) => input.kind === 'usage_report' && input.content !== 'applications_report' && input.account_id === accountId,
  );
  return distinct([
    ...issues.map((issue) => issue.region),
    ...swept.map((sweep) => sweep.region),
    ...inputs.flatMap((input) => input.region ?? []),
  ]);
}

/**
 * Provisionally closed: in every region of every account, complete sweeps on both sides of t, at most 15 minutes apart, list on
 * the address nobody but users of A, connected or not; and nothing there is of a multi-session fleet.
 */
export function isSwept(event: EventRow, candidates: readonly Session[], possible: readonly Session[], known: Known): boolean {
  const address = addressOf(event);
  const accounts = networkAccounts(event, known);
  if (address === null || accounts.length === 0) return false;
  if ([...candidates, ...possible].some((session) => session.multiFleet)) return false;
  return accounts.every((account) => {
    const regions = regionsOf(account, known.base);
    return (
      regions.length > 0 &&
      regions.every((region) => {
        const around = sweepsAround(event.join_time_ms, account, region, known.base);
        return around?.every((sweep) => listsOnly(sweep, address, event, candidates, known)) === true;
      })
    );
  });
}

/** The last complete sweep at or before t and the first at or after it; null when they are too far apart or one is missing. */
function sweepsAround(t: number, accountId: string, region: string, base: EvidenceBase): Sweep[] | null {
  const complete = sweepsOf(base).filter((sweep) => sweep.accountId === accountId && sweep.region === region && sweep.complete);
  const before = complete.filter((sweep) => sweep.timeMs <= t).at(-1);
  const after = complete.find((sweep) => sweep.timeMs >= t);
  return before && after && after.timeMs - before.timeMs <= SWEEP_GAP_MS ? [before, after] : null;
}

function listsOnly(sweep: Sweep, address: string, event: EventRow, candidates: readonly Session[], known: Known): boolean {
  return sweep.sightings
    .filter((row) => row.private_addresses.includes(address))
    .filter((row) => isServed(event, { fleetName: row.fleet_name, region: row.region }, known.configuration))
    .every((row) => {
      const ofRow = known.sessions.filter(
        (session) =>
          session.id === row.session_id &&
          session.accountId === row.account_id &&
          session.region === row.region &&
          session.userKey === row.user_key,
      );
      const isMulti = row.is_multisession === true || ofRow.some((session) => session.multiFleet);
      return !isMulti && candidates.some((session) => session.userKey === row.user_key);
    });
}
