/** What is in a lake, what is missing, and whether its counts add up. */
import type { Configuration } from '../../schemas/configuration.ts';
import type { LakeReader } from '../lake/ports.ts';
import { addDays, DAY_MS, dtStart, formatDt, formatTime } from '../time.ts';
import { contestedReports } from './contested-reports.ts';
import type { FindingRule } from './finding-rule.ts';
import { type AnswerRecord, ask, numberOf, textOf } from './records.ts';
import { type SilentRule, silentRules } from './rule-needs.ts';
import { type EvidenceStatus, evidenceStatus } from './status-evidence.ts';
import {
  ANSWERS,
  DAYS,
  DUE_REPORTS,
  FINDINGS,
  INPUTS,
  LISTED_FILES,
  LOG_CHECKS,
  PROBLEMS,
  REPORT_DAYS,
  RUNS,
  SUPPRESSED,
  TRAIL_HOURS,
  VERDICTS,
} from './status-queries.ts';

const HOUR_MS = 3_600_000;
/** A report may come until two days after its day began to be over (F§1): 00:00 UTC of the day after next. */
const LATEST_DAYS = 2;

export interface MissingReports {
  readonly accountId: string;
  readonly region: string;
  /**
   * UTC day, and how many whole days ago it ended. `overdue`: the last run found that sessions were there and no report tells of
   * them. A day that is neither overdue nor `mayCome` lacks nothing that is known: AWS makes no report for a day without sessions.
   */
  readonly days: readonly { readonly dt: string; readonly ageDays: number; readonly overdue: boolean; readonly mayCome: boolean }[];
}

export interface TrailGap {
  /** First and last whole hour without an event, both inclusive, RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly hours: number;
}

export interface CountCheck {
  readonly what: string;
  readonly holds: boolean;
}

export interface Status {
  readonly lake: string;
  readonly tables: readonly AnswerRecord[];
  readonly inputs: readonly AnswerRecord[];
  readonly problems: readonly AnswerRecord[];
  readonly evidence: EvidenceStatus;
  /** What digests say of log files, by account, region and day. */
  readonly logChecks: readonly AnswerRecord[];
  readonly verdicts: readonly AnswerRecord[];
  readonly findings: readonly AnswerRecord[];
  /** Findings that exceptions suppress, counted by rule and exception. */
  readonly suppressed: readonly AnswerRecord[];
  readonly missingReports: readonly MissingReports[];
  readonly trail: { readonly firstHour: string | null; readonly lastHour: string | null; readonly gaps: readonly TrailGap[] };
  readonly days: { readonly known: number; readonly settled: number; readonly dirty: readonly string[]; readonly openRows: number };
  readonly runs: readonly AnswerRecord[];
  readonly counts: readonly CountCheck[];
  /** Findings rules that say nothing, in whole or in part, because nobody made the settings that they need. */
  readonly silentRules: readonly SilentRule[];
  readonly hints: readonly string[];
}

/**
 * @param nowMs what the age of a missing report counts from, epoch milliseconds
 * @param rules the findings rules, of which some may need settings that nobody made
 */
export async function lakeStatus(
  lake: LakeReader,
  configuration: Configuration,
  nowMs: number,
  rules: readonly FindingRule[] = [],
): Promise<Status> {
  const files = await ask(lake, LISTED_FILES);
  const inputs = await ask(lake, INPUTS);
  const runs = await ask(lake, RUNS);
  const days = await ask(lake, DAYS);
  const hours = (await ask(lake, TRAIL_HOURS)).map((row) => numberOf(row, 'hour_ms'));
  const reports = await ask(lake, REPORT_DAYS);
  const due = new Set((await ask(lake, DUE_REPORTS)).map((row) => textOf(row, 'subject') ?? ''));
  const gaps = trailGaps(hours);
  const first = hours[0];
  const last = hours.at(-1);
  return {
    lake: lake.directory,
    tables: [...files, ...(await ask(lake, ANSWERS))],
    inputs,
    // what is contested first: the others are on record, this one nobody would look for
    problems: [
      ...(await contestedReports(lake)).map((problem) => ({ ...problem, kind: 'usage_report', malformed: 0 })),
      ...(await ask(lake, PROBLEMS)),
    ],
    evidence: await evidenceStatus(lake, configuration),
    logChecks: await ask(lake, LOG_CHECKS),
    verdicts: await ask(lake, VERDICTS),
    findings: await ask(lake, FINDINGS),
    suppressed: await ask(lake, SUPPRESSED),
    missingReports: missingReports(reports, first ?? null, last ?? null, nowMs, due),
    trail: { firstHour: first === undefined ? null : formatTime(first), lastHour: last === undefined ? null : formatTime(last), gaps },
    days: {
      known: days.length,
      settled: days.filter((day) => day['settled_as_of'] !== null && day['dirty'] !== true).length,
      dirty: days.filter((day) => day['dirty'] === true).map((day) => String(day['dt'])),
      openRows: days.reduce((sum, day) => sum + numberOf(day, 'open_rows'), 0),
    },
    runs: runs.slice(0, 5),
    counts: countChecks(inputs, files, runs),
    silentRules: silentRules(rules, configuration),
    hints: [
      ...exceptionHints(configuration, rules, nowMs),
      ...hints(configuration, {
        hasEvents: hours.length > 0,
        hasSessions: reports.length > 0,
        hasLogons: files.some((row) => row['table_name'] === 'logons'),
      }),
    ],
  };
}

/** The runs of whole hours between the first and the last event that have none; a trail of several regions is rarely silent. */
export function trailGaps(hours: readonly number[]): TrailGap[] {
  const gaps: TrailGap[] = [];
  for (let at = 1; at < hours.length; at += 1) {
    const before = hours[at - 1] as number;
    const missing = ((hours[at] as number) - before) / HOUR_MS - 1;
    if (missing >= 1) gaps.push({ from: formatTime(before + HOUR_MS), to: formatTime((hours[at] as number) - HOUR_MS), hours: missing });
  }
  return gaps;
}

/**
 * Days between the first and the last event for which an account and region that has reports or sweeps has no report. AWS
 * writes none for a day without sessions, so only one of a day on which sessions were there is overdue (F§1.1).
 * @param due subjects of the reports that a run found to be due, as `report ACCOUNT REGION DAY`
 */
export function missingReports(
  rows: readonly AnswerRecord[],
  firstMs: number | null,
  lastMs: number | null,
  nowMs: number,
  due: ReadonlySet<string>,
): MissingReports[] {
  const places = new Map<string, { accountId: string; region: string; days: Set<string> }>();
  for (const row of rows) {
    const accountId = textOf(row, 'account_id') ?? '';
    const region = textOf(row, 'region') ?? '';
    const place = places.get(`${accountId}/${region}`) ?? { accountId, region, days: new Set<string>() };
    places.set(`${accountId}/${region}`, place);
    const day = textOf(row, 'report_day');
    if (day !== null) place.days.add(day);
  }
  const missing: MissingReports[] = [];
  for (const place of places.values()) {
    const have = [...place.days].sort();
    const from = [have[0], firstMs === null ? undefined : formatDt(firstMs)].filter((each) => each !== undefined).sort()[0];
    const to = [have.at(-1), lastMs === null ? undefined : formatDt(lastMs)]
      .filter((each) => each !== undefined)
      .sort()
      .at(-1);
    if (from === undefined || to === undefined) continue;
    const days: { dt: string; ageDays: number; overdue: boolean; mayCome: boolean }[] = [];
    for (let dt = from; dt <= to && dtStart(dt) + DAY_MS <= nowMs; dt = addDays(dt, 1)) {
      if (place.days.has(dt)) continue;
      days.push({
        dt,
        ageDays: Math.floor((nowMs - dtStart(dt) - DAY_MS) / DAY_MS),
        overdue: due.has(`report ${place.accountId} ${place.region} ${dt}`),
        mayCome: nowMs < dtStart(dt) + LATEST_DAYS * DAY_MS,
      });
    }
    if (days.length > 0) missing.push({ accountId: place.accountId, region: place.region, days });
  }
  return missing;
}

/** The identities of design: per kind of input, the listed event files, and every run. */
export function countChecks(inputs: readonly AnswerRecord[], files: readonly AnswerRecord[], runs: readonly AnswerRecord[]): CountCheck[] {
  const checks: CountCheck[] = [];
  for (const kind of [...new Set(inputs.map((row) => String(row['kind'])))]) {
    const of = inputs.filter((row) => row['kind'] === kind);
    const total = (column: string) => of.reduce((sum, row) => sum + numberOf(row, column), 0);
    const [read, kept, malformed, not] = [total('records_read'), total('kept'), total('malformed'), total('not_records')];
    checks.push({
      what: `${kind}: ${read} read = ${kept} kept + ${malformed} malformed + ${not} not records`,
      holds: read === kept + malformed + not,
    });
    if (kind !== 'cloudtrail') continue;
    const rows = files.filter((row) => row['table_name'] === 'events').reduce((sum, row) => sum + numberOf(row, 'row_count'), 0);
    checks.push({ what: `events: ${rows} rows in the listed files = ${kept} kept`, holds: rows === kept });
  }
  for (const run of runs) {
    const of = (...columns: string[]) => columns.reduce((sum, column) => sum + numberOf(run, column), 0);
    const parts = of('duplicates', 'superseded', 'account_copies', 'out_of_scope', 'in_scope');
    const verdicts = of('attributed', 'ambiguous', 'pending', 'unattributed', 'not_joinable');
    const holds = of('events_kept') === parts && of('in_scope') === verdicts;
    if (!holds || run === runs[0])
      checks.push({
        what: `run ${textOf(run, 'run_id')}: kept ${of('events_kept')} = ${parts}, in scope ${of('in_scope')} = ${verdicts}`,
        holds,
      });
    const reports = reportBooks(run);
    if (reports !== null && (!reports.holds || run === runs[0])) checks.push(reports);
  }
  return checks;
}

/** The books of report rows; null for a run that kept none. */
function reportBooks(run: AnswerRecord): CountCheck | null {
  if (run['session_rows'] === null || run['session_rows'] === undefined) return null;
  const names = ['sessions', 'session_rows_joined', 'session_rows_replaced', 'sessions_contradicting'] as const;
  const sum = names.reduce((total, column) => total + numberOf(run, column), 0);
  return {
    what: `run ${textOf(run, 'run_id')}: report rows ${numberOf(run, 'session_rows')} = ${sum}`,
    holds: numberOf(run, 'session_rows') === sum,
  };
}

/** Exceptions from findings that hold no more, and those of a rule that there is none of. */
export function exceptionHints({ findings }: Configuration, rules: readonly Pick<FindingRule, 'id'>[], nowMs: number): string[] {
  const over = findings.exceptions.filter(({ until }) => until < formatDt(nowMs));
  const unknown = [...new Set(findings.exceptions.map(({ rule }) => rule))].filter((rule) => !rules.some(({ id }) => id === rule));
  return [
    ...(over.length === 0 ? [] : [`${over.length} exceptions (findings.exceptions) are over: renew them or take them out`]),
    ...(rules.length === 0 ? [] : unknown.map((rule) => `an exception (findings.exceptions) is of the rule ${rule}, which does not exist`)),
  ];
}

/** What the configuration leaves unsaid, and what that costs. */
export function hints(
  { scope, logons }: Configuration,
  lake: { readonly hasEvents: boolean; readonly hasSessions: boolean; readonly hasLogons: boolean },
): string[] {
  const said: string[] = [];
  if (!lake.hasEvents) said.push('no event is in the lake: ingest --cloudtrail');
  if (lake.hasEvents && !lake.hasSessions)
    said.push('no session is in the lake, so no user can be named: ingest --usage-reports (or --snapshots)');
  if (scope.fleetRoles.length === 0 && scope.fleetCidrs.length === 0) {
    said.push(
      'nothing configured names the fleets (scope.fleetRoles, scope.fleetCidrs): a write from an address that no session ever held looks like any other',
    );
  }
  if (scope.vpcEndpoints.length === 0)
    said.push('no VPC endpoint is configured (scope.vpcEndpoints): equal addresses of different networks cannot be told apart');
  if (lake.hasLogons && logons.roles.length === 0)
    said.push('no streaming role is configured (logons.roles): every SAML sign-in counts as a possible logon');
  if (scope.fleetRoles.length === 0)
    said.push(
      'no fleet role is configured (scope.fleetRoles): instance credentials only list and contradict, they name and corroborate nobody',
    );
  return said;
}
