/** VPC flow logs (F§7): text of any format, by its header line, or Parquet. */
import { InputError } from '../errors.ts';
import { formatDt } from '../time.ts';
import { DEFAULT_FORMAT, type FlowLogFormat, readHeader } from './flow-log-format.ts';
import { type FlowLogLocation, readFlowLogLocation } from './flow-log-location.ts';
import { isParquet, readParquetRows } from './flow-log-parquet.ts';
import { type FlowValue, readFlowRecord } from './flow-record.ts';
import { type Line, readLines } from './line-reader.ts';
import type { InputContext, Reader, ReadOutcome, RejectedRecord, RowSink } from './reader.ts';
import { Unanimous } from './unanimous.ts';

const WANTED = 'give flow logs as VPC delivers them to S3: text with its header line, or Parquet';

const NAME_ACCOUNT =
  'give the log in the folders in which AWS delivers it (AWSLogs/ACCOUNT/vpcflowlogs/REGION/), or with account-id in its format';

/** What an export from CloudWatch Logs puts before every record. */
const EXPORT_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/**
 * Reads a flow log into `flows`. Fields are found by name, in any order; unknown ones are passed over. A bad record is set
 * aside with its line. A further header line (logs put together into one file) is no record; what follows is read by it.
 * Without a header only the default format is read, as CloudWatch Logs exports it. A format without the fields that place a
 * flow sets the whole input aside.
 *
 * Records with addresses but of no account are kept, and make the input partial.
 *
 * Account and region of the outcome: those of the records when all agree, those of the location when none has any.
 */
export const readFlowLog: Reader = async (bytes, context, sink) => {
  const reading = new FlowLogReading(context, sink);
  try {
    const [head, all] = await peek(bytes);
    if (isParquet(head)) await readParquetRows(all, context.location, (value, tells, row) => reading.take(value, tells, row));
    else await reading.readText(all);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    reading.problem ??= error.message;
  }
  return reading.outcome();
};

class FlowLogReading {
  problem: string | null = null;
  readonly #context: InputContext;
  readonly #sink: RowSink;
  readonly #place: FlowLogLocation;
  readonly #accounts = new Unanimous();
  readonly #regions = new Unanimous();
  readonly #rejected: RejectedRecord[] = [];
  #format: FlowLogFormat | null = null;
  #kept = 0;
  #repeatedHeaders = 0;
  #withoutAccount = 0;

  constructor(context: InputContext, sink: RowSink) {
    this.#context = context;
    this.#sink = sink;
    this.#place = readFlowLogLocation(context.location);
  }

  async readText(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const lines of readLines(bytes, this.#context.limits)) {
      for (const line of lines) {
        this.#takeLine(line);
        if (this.problem !== null) return;
      }
    }
  }

  #takeLine(line: Line): void {
    const text = line.text.trim();
    if (line.flaw === null && text === '') return;
    const values = text.includes('  ') ? text.split(/ +/) : text.split(' ');
    const header = line.flaw === null ? readHeader(values) : null;
    if (header !== null) {
      if (this.#format !== null) this.#repeatedHeaders += 1;
      this.#format = header;
      if (header.problem !== null) this.problem = `${this.#context.location} ${header.problem}`;
      return;
    }
    const format = this.#format ?? this.#begin(line, values);
    if (format === null) return;
    const flaw = line.flaw ?? this.#readValues(format, values, line.number);
    if (flaw === null) return;
    const cut = line.ending === '' && line.flaw === null ? '; the last line may be cut off' : '';
    this.#rejected.push({ index: line.number, reason: `${flaw}${cut}` });
  }

  /** The first line of all is no header: then it is a record of the default format, or nothing here can be read. */
  #begin(line: Line, values: readonly string[]): FlowLogFormat | null {
    if (line.flaw === null && isDefault(withoutExportTime(values))) {
      this.#format = DEFAULT_FORMAT;
      return DEFAULT_FORMAT;
    }
    const why = line.flaw ?? 'it neither names the fields nor is a record of the default format (version 2)';
    this.problem = `${this.#context.location} cannot be read by its first line: ${why}; ${WANTED}`;
    return null;
  }

  /** @returns why the record was set aside; null when it was kept */
  #readValues(format: FlowLogFormat, all: readonly string[], index: number): string | null {
    const values = format === DEFAULT_FORMAT ? withoutExportTime(all) : all;
    if (values.length !== format.width) return `${values.length} values, where the format has ${format.width}`;
    if (format === DEFAULT_FORMAT && !isDefault(values)) return 'not of version 2, and no header names its fields';
    const value: FlowValue = (field) => {
      const at = format.at.get(field);
      const text = at === undefined ? undefined : values[at];
      return text === undefined || text === '-' ? null : text;
    };
    return this.#keep(value, format.at.has('pkt-dst-aws-service'), index);
  }

  /** Takes a row of a Parquet file. */
  take(value: FlowValue, tellsServices: boolean, row: number): void {
    const reason = this.#keep(value, tellsServices, row);
    if (reason !== null) this.#rejected.push({ index: row, reason });
  }

  #keep(value: FlowValue, tellsServices: boolean, index: number): string | null {
    const row = readFlowRecord(value, tellsServices, index, this.#place, this.#context);
    if ('reason' in row) return row.reason;
    if (row.account_id !== null) this.#accounts.add(row.account_id);
    else if (row.source_address !== null) this.#withoutAccount += 1;
    if (row.region !== null) this.#regions.add(row.region);
    this.#sink.append('flows', formatDt(row.flow_start_ms), row);
    this.#kept += 1;
    return null;
  }

  /** Sessions are met in their account: flows that are of none are kept, and no rule would ever look at them. */
  #whyNobodyIsMet(): string | null {
    if (this.#withoutAccount === 0) return null;
    const count = `${this.#withoutAccount} ${this.#withoutAccount === 1 ? 'record names' : 'records name'} no account`;
    return `${this.#context.location}: ${count}, nor does the path, so no session is found for them; ${NAME_ACCOUNT}`;
  }

  outcome(): ReadOutcome {
    const read = this.#kept + this.#rejected.length + this.#repeatedHeaders;
    const isEmpty = read === 0 && this.problem === null && this.#format === null;
    return {
      content: this.#kept > 0 || this.#format?.problem === null ? 'flows' : isEmpty ? 'empty' : 'unknown',
      recordsRead: read,
      kept: this.#kept,
      malformed: this.#rejected.length,
      notRecords: this.#repeatedHeaders,
      rejected: this.#rejected,
      problem: this.problem ?? (isEmpty ? `${this.#context.location} is empty; ${WANTED}` : this.#whyNobodyIsMet()),
      accountId: this.#accounts.isEmpty ? this.#place.accountId : this.#accounts.value,
      region: this.#regions.isEmpty ? this.#place.region : this.#regions.value,
      reportDay: null,
    };
  }
}

function isDefault(values: readonly string[]): boolean {
  return values.length === DEFAULT_FORMAT.width && values[0] === '2';
}

function withoutExportTime(values: readonly string[]): readonly string[] {
  return EXPORT_TIME.test(values[0] ?? '') ? values.slice(1) : values;
}

/** The first bytes, and all of them. */
async function peek(bytes: AsyncIterable<Uint8Array>): Promise<[head: Uint8Array, all: AsyncIterable<Uint8Array>]> {
  const rest = bytes[Symbol.asyncIterator]();
  const first = await rest.next();
  const head = first.done ? new Uint8Array() : first.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head;
    for (let step = await rest.next(); !step.done; step = await rest.next()) yield step.value;
  }
  return [head, all()];
}
