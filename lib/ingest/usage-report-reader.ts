/** Usage reports: sessions and applications (F§1). Which of the two a file is, its header says, not its name. */
import type { ApplicationRow } from '../../schemas/applications-table.ts';
import { InputError } from '../errors.ts';
import { formatDt } from '../time.ts';
import { type CsvRecord, readCsv } from './csv-records.ts';
import { type Line, readLines } from './line-reader.ts';
import type { InputContent, InputContext, Reader, ReadOutcome, RejectedRecord, RowSink } from './reader.ts';
import { type ReportLocation, readReportLocation } from './report-location.ts';
import { type Cells, REQUIRED_COLUMNS, type Rejection, readSessionRow } from './session-report-row.ts';
import { Unanimous } from './unanimous.ts';

const REPORT_WANTED =
  'give a daily-session-report or daily-app-report file as AppStream wrote it into its appstream-logs bucket, with its header line';

/** Reads one row of either report; appends it, or says why not. */
type RowReader = (cells: Cells, record: CsvRecord) => Rejection | null;

interface Header {
  readonly content: InputContent;
  readonly columns: ReadonlyMap<string, number>;
  /** Fields in the header, and so in every row. */
  readonly width: number;
  /** What keeps the whole input from being read; null when nothing does. */
  readonly problem: string | null;
}

/**
 * Reads a usage report into `sessions` or `applications`. Columns are found by name, in any order; unknown ones are
 * passed over. A bad row is set aside with its line, a missing column the verdicts need sets the whole input aside. The
 * bytes are always read to the end, so that whoever hashes them on the way sees all of them.
 *
 * Account and region of the outcome: those of the rows when all agree, those of the location when there are no rows. A
 * report day counts as reported only for an account and region that are known here.
 */
export const readUsageReport: Reader = async (bytes, context, sink) => {
  const place = readReportLocation(context.location);
  const accounts = new Unanimous();
  const regions = new Unanimous();
  const rejected: RejectedRecord[] = [];
  const headers: Header[] = [];
  let readRow: RowReader = () => null;
  let kept = 0;
  let problem: string | null = null;

  const take = (record: CsvRecord) => {
    const header = headers[0];
    if (!header) {
      headers.push(readHeader(record));
      readRow =
        headers[0]?.content === 'applications_report'
          ? applicationReader(place, context, sink)
          : sessionReader(place, context, sink, accounts, regions);
      return;
    }
    if (header.problem !== null) return;
    const refusal = record.flaw === null ? readFields(header, record, readRow) : { reason: record.flaw };
    if (refusal === null) kept += 1;
    else rejected.push({ index: record.line, reason: refusal.reason });
  };

  try {
    const lines: AsyncIterable<readonly Line[]> = readLines(bytes, context.limits);
    for await (const records of readCsv(lines, context.limits.maxRecordBytes)) records.forEach(take);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problem = error.message;
  }

  const found: Header = headers[0] ?? { content: 'empty', columns: new Map(), width: 0, problem: `it is empty; ${REPORT_WANTED}` };
  return {
    content: found.content,
    recordsRead: kept + rejected.length,
    kept,
    malformed: rejected.length,
    notRecords: 0,
    rejected,
    problem: problem ?? found.problem,
    accountId: accounts.isEmpty ? place.accountId : accounts.value,
    region: regions.isEmpty ? place.region : regions.value,
    reportDay: place.reportDay,
  } satisfies ReadOutcome;
};

function readHeader(record: CsvRecord): Header {
  const names = record.fields.map((name) => name.trim().toLowerCase());
  const columns = new Map(names.map((name, at) => [name, at]));
  const width = names.length;
  const has = (name: string) => columns.has(name);
  const isApplications = has('application_name');
  const isSessions = REQUIRED_COLUMNS.filter(has).length >= 3;
  if (!isApplications && !isSessions) {
    const why = record.flaw === null ? 'its first line names no columns of one' : `its first line is ${record.flaw}`;
    return { content: 'unknown', columns, width, problem: `it is no usage report: ${why}; ${REPORT_WANTED}` };
  }
  const content = isApplications ? 'applications_report' : 'sessions_report';
  const required: readonly string[] = isApplications ? ['user_session_id', 'application_name'] : REQUIRED_COLUMNS;
  const missing = required.filter((name) => !has(name));
  const twice = required.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (missing.length > 0) return { content, columns, width, problem: `its header lacks ${list(missing)}; ${REPORT_WANTED}` };
  if (twice.length > 0) return { content, columns, width, problem: `its header has ${list(twice)} more than once; ${REPORT_WANTED}` };
  return { content, columns, width, problem: null };
}

function list(columns: readonly string[]): string {
  return `the column${columns.length > 1 ? 's' : ''} ${columns.join(', ')}`;
}

function readFields({ columns, width }: Header, record: CsvRecord, readRow: RowReader): Rejection | null {
  if (record.fields.length !== width) {
    return { reason: `${record.fields.length} columns, where the header has ${width}` };
  }
  const cells: Cells = (column) => {
    const at = columns.get(column);
    return at === undefined ? undefined : record.fields[at];
  };
  return readRow(cells, record);
}

function sessionReader(place: ReportLocation, context: InputContext, sink: RowSink, accounts: Unanimous, regions: Unanimous): RowReader {
  return (cells, record) => {
    const row = readSessionRow(cells, record.fields, record.line, place, context);
    if ('reason' in row) return row;
    accounts.add(row.account_id);
    regions.add(row.region);
    sink.append('sessions', row.report_day as string, row);
    return null;
  };
}

/** Launches carry no time (F§1.3): without a day in the location, they lie in the partition of the day the file was modified. */
function applicationReader(place: ReportLocation, context: InputContext, sink: RowSink): RowReader {
  const dt = place.reportDay ?? formatDt(context.modifiedMs);
  const launches = new Map<string, number>();
  return (cells, record) => {
    const sessionId = cells('user_session_id')?.trim();
    if (!sessionId) return { reason: 'user_session_id is empty' };
    const application = cells('application_name')?.trim();
    if (!application) return { reason: 'application_name is empty' };
    const launch = JSON.stringify([sessionId, application]);
    const n = (launches.get(launch) ?? 0) + 1;
    launches.set(launch, n);
    const row: ApplicationRow = {
      session_id: sessionId,
      application_name: application,
      n,
      report_day: place.reportDay,
      source_modified_ms: context.modifiedMs,
      source_file: context.location,
      source_index: record.line,
      ingested_at_ms: context.ingestedAtMs,
    };
    sink.append('applications', dt, row);
    return null;
  };
}
