/**
 * What rows and inputs will make a run look at again. One derivation for every entry: an input must mark the same whether
 * it was read on one machine or in the cloud.
 */
import type { EvidenceMarkRow, InputRow } from '../../schemas/ledger-tables.ts';
import type { LandingRows } from '../ingest/reader.ts';

/** A mark, before it is known which batch brings it. */
export type EvidenceMark = Omit<EvidenceMarkRow, 'batch_id'>;

/** Gathers marks while rows pass. The order of `marks` follows the order of what was noted. */
export class EvidenceNotes {
  readonly #reports = new Map<string, EvidenceMark>();
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

  /** One input that was read: a report speaks for its day even when it has no row, or none that could be read. */
  noteInput(row: Omit<InputRow, 'batch_id'>): void {
    if (row.kind !== 'usage_report' || row.content === 'applications_report') return;
    if (row.account_id && row.region && row.report_day) this.#report(row.account_id, row.region, row.report_day);
  }

  /** Reports, the span of sweeps and logons, days of session checks, corrections. */
  marks(): EvidenceMark[] {
    const marks = [...this.#reports.values()];
    if (this.#fromMs <= this.#toMs) marks.push({ ...NOTHING, kind: 'span', from_ms: this.#fromMs, to_ms: this.#toMs });
    for (const dt of [...this.#checkDays].sort()) marks.push({ ...NOTHING, kind: 'check', report_day: dt });
    for (const id of this.#corrected) marks.push({ ...NOTHING, kind: 'correction', event_id: id });
    return marks;
  }

  /** One mark a day that got events or flows; where no ledger of days is kept, this is how a run finds them. */
  eventMarks(): EvidenceMark[] {
    return [...this.#eventDays].sort().map((dt) => ({ ...NOTHING, kind: 'events', report_day: dt }));
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
