/** What a run has to say of its evidence: what it could not read, what contradicts itself, what it closed by time alone. */
import type { LakeReader } from '../lake/ports.ts';
import { addDays } from '../time.ts';
import { count, plural } from './number-text.ts';
import { type AnswerRecord, ask, numberOf, textOf } from './records.ts';

export interface ContestedDay {
  readonly accountId: string;
  readonly region: string;
  readonly reportDay: string;
  /** Issues that count. */
  readonly issues: number;
}

export interface RunEvidence {
  /** Report days that several issues speak for and that the settled days depend on, the latest first. */
  readonly contested: readonly ContestedDay[];
  readonly unread: {
    /** Inputs of which something could not be read. */
    readonly inputs: number;
    /** Lines of them that were set aside. */
    readonly lines: number;
    /** The days that this keeps open, the latest first; null for any. */
    readonly days: readonly (string | null)[];
  };
  /** Settled days that time closed for an account although its fleets were active. */
  readonly closedByTime: readonly { readonly dt: string; readonly accountId: string | null; readonly events: number }[];
}

export const CONTESTED_DAYS = `
SELECT account_id, region, report_day, issues FROM report_days
WHERE contested AND report_day >= :from_day AND report_day <= :to_day
ORDER BY report_day DESC, account_id, region`;

export const UNREAD_INPUTS = `
SELECT location, report_day, count(source_index) AS lines FROM unread_evidence
WHERE NOT accepted GROUP BY location, report_day ORDER BY report_day DESC, location`;

export const TIME_CLOSED_DAYS = `
SELECT dt, network_account_id, count(*) AS n FROM attributions
WHERE dt >= :from_day AND dt <= :to_day AND contains(:day_ids, dt) AND closed_by = 'time' AND fleet_side
GROUP BY dt, network_account_id ORDER BY dt DESC, network_account_id`;

/**
 * @param days that the run settled, in order
 * @param longestSessionHours how long after its event a session may be reported
 */
export async function runEvidence(lake: LakeReader, days: readonly string[], longestSessionHours: number): Promise<RunEvidence> {
  const [first, last] = [days[0], days.at(-1)];
  const unread = await ask(lake, UNREAD_INPUTS);
  const unreadEvidence = {
    inputs: new Set(unread.map((row) => row['location'])).size,
    lines: unread.reduce((sum, row) => sum + numberOf(row, 'lines'), 0),
    days: [...new Set(unread.map((row) => textOf(row, 'report_day')))],
  };
  if (first === undefined || last === undefined) return { contested: [], unread: unreadEvidence, closedByTime: [] };
  const reach = { from_day: addDays(first, -1), to_day: addDays(last, Math.ceil(longestSessionHours / 24)) };
  const closed = await ask(lake, TIME_CLOSED_DAYS, { from_day: first, to_day: last, day_ids: days });
  return {
    contested: (await ask(lake, CONTESTED_DAYS, reach)).map(contestedDay),
    unread: unreadEvidence,
    closedByTime: closed.map((row) => ({
      dt: textOf(row, 'dt') ?? '',
      accountId: textOf(row, 'network_account_id'),
      events: numberOf(row, 'n'),
    })),
  };
}

function contestedDay(row: AnswerRecord): ContestedDay {
  return {
    accountId: textOf(row, 'account_id') ?? '',
    region: textOf(row, 'region') ?? '',
    reportDay: textOf(row, 'report_day') ?? '',
    issues: numberOf(row, 'issues'),
  };
}

/** Things named of each kind. */
const NAMED = 3;

/** One short line for each kind of evidence that does not hold, with what to do; none when all of it does. */
export function evidenceRemarks({ contested, unread, closedByTime }: RunEvidence): [label: string, text: string][] {
  const remarks: [string, string][] = [];
  if (contested.length > 0) {
    const named = contested.map((each) => `${each.reportDay} ${each.accountId} ${each.region} (${count(each.issues)} issues)`);
    remarks.push([
      'contested',
      `${plural(contested.length, 'report day')} rewritten: ${some(named)}; finding report-rewritten says what changed`,
    ]);
  }
  if (unread.inputs > 0) {
    const days = unread.days.map((day) => day ?? 'any day');
    const lines = unread.lines > 0 ? ` (${plural(unread.lines, 'line')})` : '';
    remarks.push([
      'unread',
      `${plural(unread.inputs, 'report')}${lines} could not be read and ${unread.inputs === 1 ? 'keeps' : 'keep'} open: ${some(days)}; ` +
        'repair and ingest again, or accept INPUT[:LINE] --reason TEXT (accept lists them)',
    ]);
  }
  if (closedByTime.length > 0) {
    const named = closedByTime.map((each) => `${each.dt} ${each.accountId ?? '?'} (${plural(each.events, 'event')})`);
    remarks.push(['by time', `closed without a report although fleets were active: ${some(named)}; find out why no report came`]);
  }
  return remarks;
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${shown} … ${count(names.length - NAMED)} more` : shown;
}
