/** The sessions of a generated world, and what reports and sweeps say of them. */
import { addDays, DAY_MS, dtStart, formatDt } from '../../lib/time.ts';
import type { InputRow } from '../../schemas/ledger-tables.ts';
import type { SessionRow } from '../../schemas/sessions-table.ts';
import type { SnapshotRow } from '../../schemas/snapshots-table.ts';
import { INGESTED_MS, inputRow, reportedSession, seenSession, sweepPage } from './rows.ts';
import type { ReportsRecipe, SessionRecipe, SweepsRecipe, WorldRecipe } from './world-recipe.ts';

/** When a generated world begins: an hour before midnight, so that days matter. */
export const EVENING_MS = Date.parse('2026-03-02T23:00:00Z');
export const ACCOUNTS = ['111122223333', '444455556666'] as const;
const REGIONS = ['eu-west-1', 'us-east-1'] as const;
const FLEETS = ['analytics', 'finance'] as const;
const ADDRESSES = ['10.0.1.1', '10.0.1.2', '10.0.1.3', '10.9.0.1'] as const;
const ADDRESSES6 = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:9::1'] as const;
/** Two users have one id under two authentication types. */
const USERS = [
  { id: 'alice', authentication: 'SAML' },
  { id: 'bob', authentication: 'SAML' },
  { id: 'alice', authentication: 'CUSTOM' },
  { id: 'Carol', authentication: 'USERPOOL' },
  { id: 'dave', authentication: 'AWS_AD' },
] as const;

/** A session as it really was. */
export interface TrueSession {
  readonly id: string;
  readonly recipe: SessionRecipe;
  readonly account: string;
  readonly region: string;
  readonly userId: string;
  readonly authentication: string;
  readonly address: string;
  readonly address6: string;
  readonly instance: string | null;
  readonly fleet: string;
  readonly startMs: number;
  readonly endMs: number;
}

function at<T>(values: readonly T[], index: number): T {
  return values[index % values.length] as T;
}

export function trueSessions(recipes: readonly SessionRecipe[]): TrueSession[] {
  const made: TrueSession[] = [];
  for (const [n, recipe] of recipes.entries()) {
    const before = made.at(-1);
    const begin = before && recipe.after !== null ? before.endMs + recipe.after : EVENING_MS + recipe.user * 60_000;
    // a session of many days ends in the evening rather than begin there
    const shifted = recipe.length > DAY_MS ? begin - 7 * DAY_MS : begin;
    const whole = Math.floor(shifted / 1000) * 1000;
    const startMs = recipe.hasFraction ? whole + recipe.fraction : whole;
    const account = at(ACCOUNTS, recipe.account);
    const user = at(USERS, recipe.user);
    made.push({
      id: `s-${String(n).padStart(2, '0')}`,
      recipe,
      account,
      region: at(REGIONS, recipe.region),
      userId: user.id,
      authentication: user.authentication,
      address: at(ADDRESSES, recipe.address),
      address6: at(ADDRESSES6, recipe.address),
      instance: { own: `i-${recipe.account}-${recipe.address}`, alone: `i-of-${n}`, shared: 'i-shared', none: null }[recipe.instance],
      fleet: at(FLEETS, recipe.fleet),
      startMs,
      endMs: startMs + recipe.length,
    });
  }
  return made;
}

function common(session: TrueSession): Partial<SessionRow> & { readonly account_id: string; readonly region: string } {
  return {
    session_id: session.id,
    account_id: session.account,
    region: session.region,
    user_id: session.userId,
    authentication_type: session.authentication,
    fleet_name: session.fleet,
    stack_name: `${session.fleet}-stack`,
    instance_id: session.instance,
    is_multisession: session.recipe.multi,
    session_start_ms: session.startMs,
  };
}

interface Reported {
  readonly sessions: SessionRow[];
  readonly inputs: InputRow[];
}

/** All sessions reports, with the inputs they came in; `as_of` decides which exist. */
export function reportsOf(sessions: readonly TrueSession[], recipe: WorldRecipe, asOfMs: number): Reported {
  const files = new Map<string, { account: string; region: string; day: string; lines: [TrueSession, number][] }>();
  const file = (account: string, region: string, day: string) => {
    const key = `${account}/${region}/${day}`;
    const known = files.get(key) ?? { account, region, day, lines: [] };
    files.set(key, known);
    return known;
  };
  for (const session of sessions.filter((each) => each.recipe.known !== 'sweeps')) {
    const day = formatDt(session.endMs);
    file(session.account, session.region, day).lines.push([session, 0]);
    const again = session.recipe.reportedAgain;
    if (again !== null) file(session.account, session.region, addDays(day, 1)).lines.push([session, again]);
  }
  for (const reports of recipe.reports) {
    for (const day of reports.emptyDays) file(at(ACCOUNTS, reports.account), at(REGIONS, reports.region), dayOf(day));
  }
  const made: Reported = { sessions: [], inputs: [] };
  for (const { account, region, day, lines } of files.values()) {
    if (dtStart(day) + DAY_MS > asOfMs && !recipe.settings.earlyReports) continue;
    const about = recipe.reports.find((each) => at(ACCOUNTS, each.account) === account && at(REGIONS, each.region) === region);
    addIssues(made, about, { account, region, day, lines });
  }
  return made;
}

/** Days around the evening, counted from two days before. */
function dayOf(count: number): string {
  return addDays('2026-02-28', count);
}

interface ReportFile {
  readonly account: string;
  readonly region: string;
  readonly day: string;
  /** Sessions, and by how much their end differs from the true one, milliseconds. */
  readonly lines: readonly [TrueSession, number][];
}

/** One report, in one issue or two, in whole or damaged. */
function addIssues(made: Reported, about: ReportsRecipe | undefined, report: ReportFile): void {
  const damage = about && dayOf(about.damagedDay) === report.day ? about.damage : 'none';
  const status = { none: 'ingested', partial: 'partial', rejected: 'rejected' }[damage];
  addFile(made, report, { folder: 'first', status, modifiedMs: INGESTED_MS });
  if (about?.applications) {
    const location = `/world/first/${report.account}/${report.region}/daily-app-report-${report.day}.csv`;
    const place = { account_id: report.account, region: report.region, report_day: report.day };
    made.inputs.push(inputRow({ location, content: 'applications_report', ...place }));
  }
  if (!about || about.reissue === 'no' || dayOf(about.reissuedDay) !== report.day) return;
  const again = report.lines
    .filter(([session]) => about.reissue !== 'empty' && session.recipe.reissue !== 'drop')
    .map(([session, later]): [TrueSession, number] => [session, session.recipe.reissue === 'shorten' ? later - 60_000 : later]);
  addFile(
    made,
    { ...report, lines: again },
    {
      folder: 'second',
      status: about.reissue === 'rejected' || about.reissue === 'partial' ? about.reissue : 'ingested',
      modifiedMs: about.reissue === 'sameTime' ? INGESTED_MS : INGESTED_MS + DAY_MS,
    },
  );
}

function addFile(made: Reported, report: ReportFile, issue: { folder: string; status: string; modifiedMs: number }): void {
  const location = `/world/${issue.folder}/${report.account}/${report.region}/daily-session-report-${report.day}.csv`;
  const lines = issue.status === 'rejected' ? [] : report.lines;
  for (const [n, [session, later]] of lines.entries()) {
    const { recipe } = session;
    const endMs = Math.max(session.startMs, session.endMs + later);
    made.sessions.push(
      reportedSession({
        ...common(session),
        private_addresses: [session.address],
        instance_id: recipe.oldReport ? null : session.instance,
        is_multisession: recipe.oldReport ? null : recipe.multi,
        session_end_ms: endMs,
        end_precision: recipe.hasFraction ? 'ms' : 's',
        connected: recipe.connected,
        report_day: report.day,
        source_file: location,
        source_modified_ms: issue.modifiedMs,
        source_index: n + 2,
      }),
    );
  }
  made.inputs.push(
    inputRow({
      location,
      modified_ms: issue.modifiedMs,
      status: issue.status,
      reason: issue.status === 'ingested' ? null : 'made so',
      records_read: lines.length + (issue.status === 'partial' ? 1 : 0),
      kept: lines.length,
      malformed: issue.status === 'partial' ? 1 : 0,
      account_id: report.account,
      region: report.region,
      report_day: report.day,
    }),
  );
}

interface Swept {
  readonly sessions: SessionRow[];
  readonly snapshots: SnapshotRow[];
  readonly inputs: InputRow[];
}

/** All sweeps until `as_of`. */
export function sweepsOfWorld(sessions: readonly TrueSession[], recipes: readonly SweepsRecipe[], asOfMs: number): Swept {
  const made: Swept = { sessions: [], snapshots: [], inputs: [] };
  for (const [n, recipe] of recipes.entries()) {
    const place = {
      account_id: at(ACCOUNTS, recipe.account),
      region: at(REGIONS, recipe.region),
      source_file: `/world/snapshots-${n}.jsonl`,
    };
    const gaps = [recipe.startMs, ...recipe.gaps];
    const times = gaps.map((_, k) => EVENING_MS + gaps.slice(0, k + 1).reduce((sum, gap) => sum + gap, 0));
    const failed = recipe.failed.map((each) => each % times.length);
    const before = made.snapshots.length + made.sessions.length;
    for (const [k, timeMs] of times.entries()) {
      if (timeMs > asOfMs) continue;
      const line = 2 * k + 1;
      const seen = sessions
        .filter((session) => session.account === place.account_id && session.region === place.region)
        .flatMap((session) => sighting(session, k, timeMs, { ...place, source_index: line }));
      const page = { ...place, sweep_time_ms: timeMs, sessions_seen: seen.length, source_index: line };
      const complete = !failed.includes(k);
      made.sessions.push(...seen);
      made.snapshots.push(sweepPage({ ...page, complete: recipe.twoPages ? null : complete }));
      if (recipe.twoPages) made.snapshots.push(sweepPage({ ...page, complete, sessions_seen: 0, source_index: line + 1 }));
    }
    const kept = made.snapshots.length + made.sessions.length - before;
    const about = { account_id: place.account_id, region: place.region, report_day: null };
    made.inputs.push(inputRow({ location: place.source_file, kind: 'snapshot', content: 'sweeps', ...about, records_read: kept, kept }));
  }
  return made;
}

/** What the k-th sweep says of a session: nothing, alive, or EXPIRED. */
function sighting(session: TrueSession, k: number, timeMs: number, place: Partial<SessionRow>): SessionRow[] {
  const { recipe, startMs, endMs } = session;
  if (recipe.known === 'report') return [];
  const isListedTooLong = recipe.listedTooLong && startMs - 1000 <= timeMs && timeMs <= endMs + 1_200_000;
  const isAlive = (startMs <= timeMs && timeMs <= endMs) || isListedTooLong;
  const isMissed = (recipe.missedBySweeps & (1 << (k % 3))) !== 0;
  const isExpired = !isAlive && recipe.expiredAfterEnd && endMs < timeMs && timeMs <= endMs + 900_000;
  if (isMissed || !(isAlive || isExpired)) return [];
  return [
    seenSession({
      ...common(session),
      ...place,
      private_addresses: recipe.ipv6 ? [session.address, session.address6] : [session.address],
      state: isAlive ? 'ACTIVE' : 'EXPIRED',
      connected: recipe.connectedInSweeps === 'yes' || (recipe.connectedInSweeps === 'later' && timeMs >= startMs + 600_000),
      observed_at_ms: timeMs,
    }),
  ];
}
