/** Usage reports: sessions and applications (F§1). Which of the two a file is, its header says, not its name. */
import type { ApplicationRow } from '../../schemas/applications-table.ts';
import { InputError } from '../errors.ts';
import { dtStart, formatDt } from '../time.ts';
import { readDialect } from './csv-dialect.ts';
import { type CsvRecord, readCsv } from './csv-records.ts';
import { type Line, readLines } from './line-reader.ts';
import type { InputContent, InputContext, Reader, ReadOutcome, RejectedRecord, RowSink } from './reader.ts';
import { type ReportLocation, readReportLocation } from './report-location.ts';
import { type Cells, REQUIRED_COLUMNS, type Rejection, readSessionRow } from './session-report-row.ts';
import { whyOutOfRange } from './time-range.ts';
import { Unanimous } from './unanimous.ts';

const REPORT_WANTED =
  'give a daily-session-report or daily-app-report file as AppStream wrote it into its appstream-logs bucket, with its header line';

/** The header of a report that can be read. */
interface Header {
  readonly content: 'sessions_report' | 'applications_report';
  readonly names: readonly string[];
  /** Place of each column by its name. */
  readonly columns: ReadonlyMap<string, number>;
}

/** A header that keeps the whole input from being read. */
interface Obstacle {
  readonly content: InputContent;
  readonly problem: string;
}

/** Reads one row of either report; appends it, or says why not. */
type RowReader = (cells: Cells, record: CsvRecord) => Rejection | null;

/**
 * Reads a usage report into `sessions` or `applications`. Columns are found by name, in any order; unknown ones are
 * passed over. A bad row is set aside with its line; a header without a column that verdicts need sets the whole input
 * aside, and nothing more of it is read. A repeated header (reports put together into one file) is no record.
 *
 * Account and region of the outcome: those of the location where it names them, whatever the rows say; else those of the
 * rows when all agree. A report day counts as reported only for an account and region that are known here.
 */
export const readUsageReport: Reader = async (bytes, context, sink) => {
  const reading = new ReportReading(context, sink);
  let failure: string | null = null;
  try {
    const lines: AsyncIterable<readonly Line[]> = readLines(bytes, context.limits);
    for await (const records of readCsv(lines, context.limits.maxRecordBytes, readDialect)) {
      records.forEach(reading.take, reading);
      if (reading.isStopped) break;
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failure = error.message;
  }
  return reading.outcome(failure);
};

class ReportReading {
  readonly #context: InputContext;
  readonly #sink: RowSink;
  readonly #place: ReportLocation;
  readonly #accounts = new Unanimous();
  readonly #regions = new Unanimous();
  readonly #rejected: RejectedRecord[] = [];
  #header: Header | Obstacle | null = null;
  #readRow: RowReader = () => null;
  #kept = 0;
  #repeatedHeaders = 0;

  constructor(context: InputContext, sink: RowSink) {
    this.#context = context;
    this.#sink = sink;
    this.#place = readReportLocation(context.location);
  }

  get isStopped(): boolean {
    return this.#header !== null && 'problem' in this.#header;
  }

  take(record: CsvRecord): void {
    const header = this.#header;
    if (header === null) {
      this.#header = this.#whyImpossibleDay() ?? readHeader(record);
      this.#readRow =
        this.#header.content === 'applications_report'
          ? applicationReader(this.#place, this.#context, this.#sink)
          : (cells, row) => this.#readSession(cells, row);
      return;
    }
    if ('problem' in header) return;
    if (isRepeated(header, record)) {
      this.#repeatedHeaders += 1;
      return;
    }
    const rejection = this.#read(header, record);
    if (rejection === null) this.#kept += 1;
    else this.#rejected.push({ index: record.line, reason: rejection.reason });
  }

  /** A report of a day that cannot be would count as the latest word about its sessions. */
  #whyImpossibleDay(): Obstacle | null {
    const day = this.#place.reportDay;
    const reason = day === null ? null : whyOutOfRange(dtStart(day), `the day in the name, ${day},`, this.#context.limits);
    return reason === null
      ? null
      : { content: 'unknown', problem: `is set aside (${reason}); give the file the name that AppStream gave it` };
  }

  #read({ names, columns }: Header, record: CsvRecord): Rejection | null {
    const { fields, flaw } = record;
    if (flaw !== null) return { reason: flaw };
    if (fields.length !== names.length) return { reason: `${fields.length} columns, where the header has ${names.length}` };
    const cells: Cells = (column) => {
      const at = columns.get(column);
      return at === undefined ? undefined : fields[at];
    };
    return this.#readRow(cells, record);
  }

  #readSession(cells: Cells, record: CsvRecord): Rejection | null {
    const row = readSessionRow(cells, record.fields, record.line, this.#place, this.#context);
    if ('reason' in row) return row;
    this.#accounts.add(row.account_id);
    this.#regions.add(row.region);
    this.#sink.append('sessions', row.report_day ?? formatDt(row.session_start_ms), row);
    return null;
  }

  /** @param failure what the bytes ended in */
  outcome(failure: string | null): ReadOutcome {
    const { location } = this.#context;
    const header = this.#header ?? { content: 'empty' as const, problem: `is empty; ${REPORT_WANTED}` };
    return {
      content: header.content,
      recordsRead: this.#kept + this.#rejected.length + this.#repeatedHeaders,
      kept: this.#kept,
      malformed: this.#rejected.length,
      notRecords: this.#repeatedHeaders,
      rejected: this.#rejected,
      problem: failure ?? ('problem' in header ? `${location} ${header.problem}` : null),
      accountId: this.#place.accountId ?? this.#accounts.value,
      region: this.#place.region ?? this.#regions.value,
      reportDay: this.#place.reportDay,
    };
  }
}

function readHeader(record: CsvRecord): Header | Obstacle {
  const names = record.fields.map((name) => name.trim().toLowerCase());
  const columns = new Map(names.map((name, at) => [name, at]));
  const isApplications = columns.has('application_name');
  if (!isApplications && REQUIRED_COLUMNS.filter((name) => columns.has(name)).length < 3) {
    const why = record.flaw === null ? 'its first line names no columns of one' : `of its first line: ${record.flaw}`;
    return { content: 'unknown', problem: `is no usage report: ${why}; ${REPORT_WANTED}` };
  }
  const content = isApplications ? 'applications_report' : 'sessions_report';
  const required: readonly string[] = isApplications ? ['user_session_id', 'application_name'] : REQUIRED_COLUMNS;
  const missing = required.filter((name) => !columns.has(name));
  if (missing.length > 0) return { content, problem: `lacks ${list(missing)}; ${REPORT_WANTED}` };
  // two columns of one name could disagree, and nothing tells which of them AWS wrote
  const twice = [...new Set(names)].filter((name) => name !== '' && names.indexOf(name) !== names.lastIndexOf(name));
  if (twice.length > 0) return { content, problem: `has ${list(twice)} more than once; ${REPORT_WANTED}` };
  return { content, names, columns };
}

function list(columns: readonly string[]): string {
  return `the column${columns.length > 1 ? 's' : ''} ${columns.join(', ')}`;
}

function isRepeated({ names }: Header, { fields }: CsvRecord): boolean {
  return fields.length === names.length && fields.every((field, at) => field.trim().toLowerCase() === names[at]);
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
