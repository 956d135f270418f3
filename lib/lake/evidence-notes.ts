/**
 * What rows and inputs will make a run look at again. One derivation for every entry: an input must mark the same whether
 * it was read on one machine or in the cloud.
 */
import type { EvidenceMarkRow, FailedInputRow, InputRow } from '../../schemas/ledger-tables.ts';
import type { LandingRows } from '../ingest/reader.ts';
import { type ReportLocation, readReportLocation } from '../ingest/report-location.ts';

/** A mark, before it is known which batch brings it. */
export type EvidenceMark = Omit<EvidenceMarkRow, 'batch_id'>;

/** Gathers marks while rows pass. The order of `marks` follows the order of what was noted. */
export class EvidenceNotes {
  readonly #reports = new Map<string, EvidenceMark>();
  readonly #unread = new Map<string, EvidenceMark>();
  /** Rows of one report come one after the other. */
  #lastReport: EvidenceMark | null = null;
  readonly #corrected = new Set<string>();
  readonly #eventDays = new Set<string>();
  readonly #checkDays = new Set<string>();
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.NEGATIVE_INFINITY;

  /** One row, as it is appended. @param dt the UTC day of its partition */
  note<T extends keyof LandingRows>(table: T, dt: string, row: LandingRows[T]): void {
    if (table === 'flows') {
      // findings are asked for by the day
      this.#eventDays.add(dt);
    } else if (table === 'events') {
      this.#eventDays.add(dt);
      const corrected = (row as LandingRows['events']).corrects_event_id;
      if (corrected !== null) this.#corrected.add(corrected);
    } else if (table === 'sessions') {
      const session = row as LandingRows['sessions'];
      if (session.origin === 'snapshot') this.#span(session.session_start_ms, session.observed_at_ms ?? session.session_start_ms);
      else if (session.report_day !== null) this.#report(session.account_id, session.region, session.report_day);
    } else if (table === 'logons') {
      const logon = row as LandingRows['logons'];
      if (logon.user_id !== null && logon.kind !== 'console')
        this.#span(logon.logon_time_ms, logon.logon_time_ms + (logon.valid_seconds ?? 0) * 1000);
    } else if (table === 'snapshots') {
      const sweep = (row as LandingRows['snapshots']).sweep_time_ms;
      this.#span(sweep, sweep);
    } else if (table === 'session_checks') {
      this.#checkDays.add(dt);
    }
  }

  /**
   * One input that was read: a report speaks for its day even when it has no row, or none that could be read. What was set
   * aside of a report that does not say whose it is, or of which day, may be of any.
   * @param wasUnread what was there before could not be read, or not in whole: what it may have been of is looked at again
   */
  noteInput(row: Omit<InputRow, 'batch_id'>, wasUnread = false): void {
    if (row.kind !== 'usage_report') return;
    if (wasUnread) this.#noteUnread(unreadMark(row.location, readReportLocation(row.location)));
    if (row.content === 'applications_report') return;
    const { account_id: accountId, region, report_day: reportDay } = row;
    if (accountId && region && reportDay) this.#report(accountId, region, reportDay);
    else if (row.status !== 'ingested') this.#noteUnread(unreadMark(row.location, { accountId, region, reportDay }));
  }

  /** Reports, what is unread, the span of sweeps and logons, days of session checks, corrections. */
  marks(): EvidenceMark[] {
    const marks = [...this.#reports.values(), ...this.#unread.values()];
    if (this.#fromMs <= this.#toMs) marks.push({ ...NOTHING, kind: 'span', from_ms: this.#fromMs, to_ms: this.#toMs });
    for (const dt of [...this.#checkDays].sort()) marks.push({ ...NOTHING, kind: 'check', report_day: dt });
    for (const id of this.#corrected) marks.push({ ...NOTHING, kind: 'correction', event_id: id });
    return marks;
  }

  /** One mark a day that got events or flows; where no ledger of days is kept, this is how a run finds them. */
  eventMarks(): EvidenceMark[] {
    return [...this.#eventDays].sort().map((dt) => ({ ...NOTHING, kind: 'events', report_day: dt }));
  }

  #noteUnread(mark: EvidenceMark | null): void {
    if (mark !== null) this.#unread.set(JSON.stringify([mark.account_id, mark.region, mark.report_day]), mark);
  }

  #report(accountId: string, region: string, reportDay: string): void {
    const last = this.#lastReport;
    if (last !== null && last.account_id === accountId && last.region === region && last.report_day === reportDay) return;
    const mark = { ...NOTHING, kind: 'report', account_id: accountId, region, report_day: reportDay };
    this.#reports.set(`${accountId} ${region} ${reportDay}`, mark);
    this.#lastReport = mark;
  }

  #span(fromMs: number, toMs: number): void {
    if (fromMs < this.#fromMs) this.#fromMs = fromMs;
    if (toMs > this.#toMs) this.#toMs = toMs;
  }
}

const NOTHING = { account_id: null, region: null, report_day: null, from_ms: null, to_ms: null, event_id: null } as const;

/** Reports of applications name nobody on an address: one that cannot be read keeps no day open. */
const APPLICATIONS_REPORT = /(?:^|\/)daily-app-report-[^/]*$/;

/** What an input that could not be opened makes a run look at again, and once more when it is not expected any longer. */
export function failureMarks(failed: FailedInputRow): EvidenceMark[] {
  const { location, account_id: accountId, region, report_day: reportDay } = failed;
  const mark = failed.kind === 'usage_report' ? unreadMark(location, { accountId, region, reportDay }) : null;
  return mark === null ? [] : [mark];
}

/** True when the place of a usage report does not say account, region and day: what cannot be read of it may be of any. */
export function mayBeOfAnyDay(location: string): boolean {
  const { accountId, region, reportDay } = readReportLocation(location);
  return accountId === null || region === null || reportDay === null;
}

/** The mark of what cannot be read of a report; null when its name says that it is of applications. */
function unreadMark(location: string, place: ReportLocation): EvidenceMark | null {
  if (APPLICATIONS_REPORT.test(location)) return null;
  return { ...NOTHING, kind: 'unread', account_id: place.accountId, region: place.region, report_day: place.reportDay };
}
