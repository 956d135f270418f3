/** Which report speaks for a day, and whether it is there in whole (§4 "Sessions reported again", "When is evidence closed?"). */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { compareText, type EvidenceBase, first, once, type ReportInput } from './evidence-base.ts';

/** One sessions report as far as it concerns one account, region and day. */
interface DayReport {
  readonly accountId: string;
  readonly region: string;
  readonly day: string;
  readonly location: string;
  readonly modifiedMs: number;
  /** Null when the list of inputs does not have it. */
  readonly status: string | null;
}

/** Newest first; of equally old ones the greatest location. */
function newestFirst(a: DayReport, b: DayReport): number {
  return b.modifiedMs - a.modifiedMs || compareText(b.location, a.location);
}

/** What every report says about every day: by its rows, and, even without rows, by a location that names account, region and day. */
const dayReports = once(findDayReports);

function findDayReports(base: EvidenceBase): DayReport[] {
  const inputs = base.inputs.filter((input) => input.content === 'sessions_report');
  const statusOf = (row: SessionRow) => inputs.find((input) => isFrom(row, input))?.status ?? null;
  const byRows = base.sessions
    .filter((row) => row.origin === 'report' && row.report_day !== null)
    .map((row) => ({
      accountId: row.account_id,
      region: row.region,
      day: row.report_day as string,
      location: row.source_file,
      modifiedMs: row.source_modified_ms,
      status: statusOf(row),
    }));
  const byLocation = inputs.flatMap((input) =>
    input.account_id !== null && input.region !== null && input.report_day !== null
      ? [
          {
            accountId: input.account_id,
            region: input.region,
            day: input.report_day,
            location: input.location,
            modifiedMs: input.modified_ms,
            status: input.status,
          },
        ]
      : [],
  );
  return [...byRows, ...byLocation];
}

function isFrom(row: SessionRow, input: ReportInput): boolean {
  return row.source_file === input.location && row.source_modified_ms === input.modified_ms;
}

/** The rows that count: of one account, region and day those of the report modified last. A rejected report replaces nothing. */
export function rowsThatCount(base: EvidenceBase): SessionRow[] {
  const reports = dayReports(base).filter((report) => report.status !== 'rejected');
  return base.sessions.filter((row) => {
    if (row.origin !== 'report') return false;
    const ofDay = reports.filter(
      (report) => report.accountId === row.account_id && report.region === row.region && report.day === row.report_day,
    );
    const winner = first(ofDay, newestFirst);
    return winner?.location === row.source_file && winner.modifiedMs === row.source_modified_ms;
  });
}

/** True when the report of that account, region and day that was modified last was ingested without anything set aside. */
export function isReportInWhole(base: EvidenceBase, accountId: string, region: string, day: string): boolean {
  const ofDay = dayReports(base).filter((report) => report.accountId === accountId && report.region === region && report.day === day);
  return first(ofDay, newestFirst)?.status === 'ingested';
}

/** The regions in which the account has reports, of whatever day and status. */
export function regionsWithReports(base: EvidenceBase, accountId: string): string[] {
  return dayReports(base)
    .filter((report) => report.accountId === accountId)
    .map((report) => report.region);
}
