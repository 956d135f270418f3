/** What the reports of a generated world say of its sessions: in issues, in free files, damaged, or not to be opened. */
import { addDays, DAY_MS, dtStart, formatDt } from '../../lib/time.ts';
import { failedInputRow, INGESTED_MS } from './rows.ts';
import type { WorldRecipe } from './world-recipe.ts';
import { type Books, emptyBooks, type Line, type ReportFile, writeFile } from './world-report-file.ts';
import type { IssueRecipe, ReportsRecipe } from './world-report-recipe.ts';
import { ACCOUNTS, at, REGIONS, type TrueSession, USERS } from './world-sessions.ts';

/** One account, region and day, with what its first issue has. */
interface DayReport {
  readonly account: string;
  readonly region: string;
  readonly day: string;
  readonly lines: Line[];
}

/** All reports, with the inputs they came in; `as_of` decides which exist. */
export function reportsOf(sessions: readonly TrueSession[], recipe: WorldRecipe, asOfMs: number): Books {
  const books = emptyBooks();
  for (const report of dayReports(sessions, recipe)) {
    if (dtStart(report.day) + DAY_MS > asOfMs && !recipe.settings.earlyReports) continue;
    const about = recipe.reports.find(
      (each) => at(ACCOUNTS, each.account) === report.account && at(REGIONS, each.region) === report.region,
    );
    addIssues(books, about, report);
  }
  for (const [n, free] of recipe.freeFiles.entries()) {
    const lines = free.sessions.map((place) => lineOf(at(sessions, place), free.later));
    writeFile(books, lines, {
      location: `/world/free-${n}.csv`,
      account: null,
      region: null,
      day: null,
      modifiedMs: INGESTED_MS + (free.modifiedLater ? DAY_MS : 0),
      ingestedAtMs: INGESTED_MS,
      damage: free.damage,
      accepted: free.accepted,
    });
  }
  for (const [n, failed] of recipe.failed.entries()) {
    const name = { sessions: 'daily-session-report', applications: 'daily-app-report', any: 'report' }[failed.name];
    const location = `/world/failed-${n}/${name}.csv`;
    const account = failed.account === null ? null : at(ACCOUNTS, failed.account);
    const region = failed.account === null ? null : at(REGIONS, failed.region);
    const report_day = failed.day === null ? null : dayOf(failed.day);
    books.failed.push(failedInputRow({ location, kind: failed.kind, account_id: account, region, report_day }));
    books.accept(failed.accepted, { location, version: null, line: 2 });
  }
  return books;
}

/** Days around the evening, counted from two days before. */
function dayOf(count: number): string {
  return addDays('2026-02-28', count);
}

function lineOf(session: TrueSession, laterMs: number): Line {
  return { session, user: { id: session.userId, authentication: session.authentication }, laterMs };
}

/** The day's report of each session, perhaps the next day's too; and reports without sessions. */
function dayReports(sessions: readonly TrueSession[], recipe: WorldRecipe): DayReport[] {
  const files = new Map<string, DayReport>();
  const file = (account: string, region: string, day: string) => {
    const key = `${account}/${region}/${day}`;
    const known = files.get(key) ?? { account, region, day, lines: [] };
    files.set(key, known);
    return known;
  };
  for (const session of sessions.filter((each) => each.recipe.known !== 'sweeps')) {
    const day = formatDt(session.endMs);
    const words = session.recipe.contradiction?.split(' ') ?? [];
    const account = words.includes('account') ? otherOf(ACCOUNTS, session.account) : session.account;
    const region = words.includes('region') ? otherOf(REGIONS, session.region) : session.region;
    file(account, region, day).lines.push(lineOf(session, 0));
    const again = session.recipe.reportedAgain;
    if (again !== null) file(account, region, addDays(day, 1)).lines.push(lineOf(session, again));
  }
  for (const reports of recipe.reports) {
    for (const day of reports.emptyDays) file(at(ACCOUNTS, reports.account), at(REGIONS, reports.region), dayOf(day));
  }
  return [...files.values()];
}

function otherOf(values: readonly [string, string], value: string): string {
  return value === values[0] ? values[1] : values[0];
}

/** One report, in one issue or several, in whole or damaged. */
function addIssues(books: Books, about: ReportsRecipe | undefined, report: DayReport): void {
  const damage = about && dayOf(about.damagedDay) === report.day ? about.damage : null;
  const place = about?.unplaced ? { account: null, region: null } : { account: report.account, region: report.region };
  const first: ReportFile = {
    location: `/world/first/${report.account}/${report.region}/daily-session-report-${report.day}.csv`,
    ...place,
    day: report.day,
    modifiedMs: INGESTED_MS,
    ingestedAtMs: INGESTED_MS,
    damage,
    accepted: about?.accepted ?? 'no',
  };
  writeFile(books, report.lines, first);
  if (about?.applications) books.addApplications(report.account, report.region, report.day);
  if (!about || dayOf(about.reissuedDay) !== report.day) return;
  for (const [n, issue] of about.issues.entries())
    writeFile(books, linesOfIssue(report.lines, issue), { ...first, ...fileOfIssue(first, issue, n) });
}

function fileOfIssue(
  first: ReportFile,
  issue: IssueRecipe,
  n: number,
): Pick<ReportFile, 'location' | 'modifiedMs' | 'ingestedAtMs' | 'damage'> {
  const isSamePlace = issue.when === 'samePlace' || issue.when === 'samePlaceOlder';
  const shiftMs = { later: n + 1, sameTime: 0, samePlace: n + 1, samePlaceOlder: -n - 1 }[issue.when] * DAY_MS;
  return {
    location: isSamePlace ? first.location : first.location.replace('/first/', n === 0 ? '/second/' : '/a-third/'),
    modifiedMs: first.modifiedMs + shiftMs,
    ingestedAtMs: first.ingestedAtMs + (isSamePlace ? (n + 1) * 3_600_000 : 0),
    damage: issue.damage,
  };
}

function linesOfIssue(lines: readonly Line[], issue: IssueRecipe): Line[] {
  if (issue.rows === 'empty') return [];
  if (issue.rows === 'equal') return [...lines];
  if (issue.rows === 'cut') return lines.slice(0, Math.floor(lines.length / 2));
  return lines
    .filter(({ session }) => session.recipe.reissue !== 'drop')
    .map((line) => {
      const { reissue, user } = line.session.recipe;
      const laterMs = line.laterMs + { shorten: -60_000, lengthen: 60_000, edit: 0, keep: 0, drop: 0 }[reissue];
      return reissue === 'edit' ? { ...line, user: at(USERS, user + 1) } : { ...line, laterMs };
    });
}
