/** Reads CloudTrail logs in any of their forms: bytes → rows of `events`, `event_parameters` and `logons`, and counts that add up. */
import { isAscii, isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { InputError } from '../errors.ts';
import { peek } from './byte-stream.ts';
import { dtOf, readEvent, whyMalformed } from './cloudtrail-event.ts';
import { readCloudTrailLocation } from './cloudtrail-location.ts';
import { EXPORT_TIME, readTextForm, TEXT_HEAD_BYTES } from './cloudtrail-text.ts';
import { readDialect } from './csv-dialect.ts';
import { readCsv } from './csv-records.ts';
import { readEventParameters } from './event-parameters.ts';
import { BACKSLASH } from './json-bytes.ts';
import { isObject, type JsonObject } from './json-value.ts';
import { readLines } from './line-reader.ts';
import { readLogon } from './logon.ts';
import type { InputContent, InputContext, Reader, ReadOutcome, RejectedRecord, RowSink } from './reader.ts';
import { MOST_INNER_BYTES, NO_RECORD, unwrap, unwrapRow } from './record-envelope.ts';
import { type RecordHandler, RecordSplitter, type SplitSummary } from './record-splitter.ts';
import { decodeDamaged } from './utf8-text.ts';

/** With so many malformed records it is another kind of file: reading stops, for the list of them would only grow. */
const MAX_REJECTED = 100_000;

/** ASCII without a control character below the space and without a quote. */
const PLAIN = /^[ !#-\x7f]*$/;

/** Wrappings within wrappings that are undone. */
const MOST_WRAPPINGS = 8;

/** Reads one input of kind `cloudtrail`. @throws what the sink throws, and errors of `bytes` other than `InputError` */
export const readCloudTrail: Reader = async (bytes, context, sink) => {
  const reading = new CloudTrailReading(context, sink);
  const splitter = new RecordSplitter(reading, context.limits.maxRecordBytes);
  let failure: string | null = null;
  try {
    const { head, all } = await peek(bytes, TEXT_HEAD_BYTES);
    const text = readTextForm(head);
    if (text.form === 'refused') failure = `${context.location} ${text.why}`;
    else if (text.form === 'table') await readTable(all, text.column, context, reading);
    else {
      for await (const chunk of text.form === 'log-lines' ? withoutTimes(all, context, reading) : all) {
        splitter.push(chunk);
        if (reading.isHopeless) break;
      }
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failure = error.message;
  }
  if (reading.isHopeless) {
    failure = `${context.location} has more than ${MAX_REJECTED} malformed records and was not read to its end; check that it is a CloudTrail log`;
  }
  return reading.outcome(splitter.end(), failure);
};

/** Lines without the time in front of each. */
async function* withoutTimes(
  bytes: AsyncIterable<Uint8Array>,
  { limits }: InputContext,
  reading: CloudTrailReading,
): AsyncGenerator<Uint8Array> {
  for await (const lines of readLines(bytes, limits)) {
    for (const { flaw } of lines) if (flaw !== null) reading.malformed(flaw);
    yield Buffer.from(lines.map(({ text }) => `${text.replace(EXPORT_TIME, '')}\n`).join(''), 'utf8');
  }
}

/** A table with a column of records. */
async function readTable(bytes: AsyncIterable<Uint8Array>, column: number, context: InputContext, reading: CloudTrailReading) {
  // quotes are doubled in a table
  const limits = { ...context.limits, maxRecordBytes: context.limits.maxRecordBytes * 2 };
  let width = -1;
  for await (const records of readCsv(readLines(bytes, limits), limits.maxRecordBytes, readDialect)) {
    for (const { fields, flaw } of records) {
      const cell = fields[column] ?? '';
      if (width < 0) width = fields.length;
      else if (flaw !== null) reading.malformed(flaw);
      else if (fields.length !== width) reading.malformed(`${fields.length} columns, where the header has ${width}`);
      else reading.text(Buffer.from(cell, 'utf8'), 1);
    }
    if (reading.isHopeless) return;
  }
}

/** What is set aside and counted as "not a record", by what a file full of it holds. */
type OtherContent = Extract<InputContent, 'digest' | 'insight' | 'aggregated' | 'network_activity' | 'activity_log'>;

/** The reading of one input: parses what the splitter finds and counts it. */
class CloudTrailReading {
  readonly rejected: RejectedRecord[] = [];
  readonly #context: InputContext;
  readonly #sink: RowSink;
  readonly #plainLocation: boolean;
  #read = 0;
  #kept = 0;
  #others = 0;
  readonly #otherContents = new Set<OtherContent>();
  /** Bytes that came out of wrappings. */
  #inner = 0;
  #notUtf8 = 0;
  #loss: string | null = null;
  /** Something well-formed was no record. */
  #hasEmpty = false;
  /** A malformed record that CloudTrail has clearly written. */
  #looksLikeCloudTrail = false;

  constructor(context: InputContext, sink: RowSink) {
    this.#context = context;
    this.#sink = sink;
    this.#plainLocation = PLAIN.test(context.location);
  }

  /** True when it is another kind of file: the list of what is malformed would only grow. */
  get isHopeless(): boolean {
    return this.rejected.length > MAX_REJECTED;
  }

  /** One value of the input. @returns false, having done nothing, when it is not JSON */
  record(bytes: Buffer): boolean {
    return this.#value(bytes, 0);
  }

  /**
   * Text that a wrapping held: the records in it.
   * @param depth wrappings around it
   */
  text(bytes: Buffer, depth: number): void {
    if (depth > MOST_WRAPPINGS) {
      this.malformed(`wrapped more than ${MOST_WRAPPINGS} times over`);
      return;
    }
    this.#inner += bytes.length;
    if (this.#inner > this.#context.limits.maxUnpackedBytes) {
      throw new InputError(`${this.#context.location} unpacks to more than the limit of ${this.#context.limits.maxUnpackedBytes} bytes`, {
        remedy: 'what came before was read; split the input into smaller files if it is genuine',
      });
    }
    const before = this.#read;
    const handler: RecordHandler = {
      record: (value) => this.#value(value, depth),
      malformed: (reason) => this.malformed(reason),
    };
    const splitter = new RecordSplitter(handler, Math.min(this.#context.limits.maxRecordBytes, MOST_INNER_BYTES));
    splitter.push(bytes);
    const { lists } = splitter.end();
    if (this.#read > before) return;
    // a wrapping is never passed over in silence
    if (lists > 0) this.#countOther(null);
    else this.malformed('a wrapping without a record');
  }

  #value(bytes: Buffer, depth: number): boolean {
    const ascii = isAscii(bytes);
    const isText = ascii || isUtf8(bytes);
    let value: unknown;
    try {
      // one byte beyond ASCII would make V8 use two bytes for each character of the text: decode as UTF-8 only where needed
      value = JSON.parse(isText ? bytes.toString(ascii ? 'latin1' : 'utf8') : decodeDamaged(bytes));
    } catch {
      return false;
    }
    if (!isText) this.#notUtf8++;
    const row = Array.isArray(value) ? unwrapRow(value) : null;
    const unwrapped = row ?? (isObject(value) ? unwrap(value, bytes) : 'not an object');
    if (unwrapped === NO_RECORD) this.#countOther(null);
    else if (typeof unwrapped === 'string') this.#lose(unwrapped);
    else if ('texts' in unwrapped) {
      // the bytes are valid during this call only, and the splitter that gave them goes on with them
      for (const text of unwrapped.texts) this.text(text, depth + 1);
      if (unwrapped.texts.length === 0) this.#countOther(null);
    }
    // JSON escapes quotes and control characters: without a backslash no text has one
    else this.#take(unwrapped.record, unwrapped.bytes, ascii && this.#plainLocation && !bytes.includes(BACKSLASH));
    return true;
  }

  /** A record that lost something on its way: the first such reason is that of the whole input where nothing was kept. */
  #lose(reason: string): void {
    this.#loss ??= reason;
    this.malformed(reason);
  }

  #countOther(content: OtherContent | null): void {
    this.#read++;
    this.#others++;
    if (content !== null) this.#otherContents.add(content);
    else this.#hasEmpty = true;
  }

  malformed(reason: string): void {
    this.rejected.push({ index: this.#read++, reason });
  }

  /** @param plain see `RowSink` */
  #take(record: JsonObject, bytes: Uint8Array, plain: boolean): void {
    const other = otherContentOf(record);
    if (other !== null) {
      this.#countOther(other);
      return;
    }
    const reason = whyMalformed(record, this.#context.limits);
    if (reason !== null) {
      this.#looksLikeCloudTrail ||= record['eventVersion'] !== undefined || record['eventSource'] !== undefined;
      this.malformed(reason);
      return;
    }
    const event = readEvent(record, {
      sha256: hash('sha256', bytes, 'hex'),
      sourceFile: this.#context.location,
      sourceIndex: this.#read++,
      ingestedAtMs: this.#context.ingestedAtMs,
    });
    this.#kept++;
    const dt = dtOf(event.event_time_ms);
    // decoding the source of a copy brings out what the record had encoded
    this.#sink.append('events', dt, event, plain && event.copy_source === null);
    for (const parameter of readEventParameters(record, event)) this.#sink.append('event_parameters', dt, parameter, plain);
    const logon = readLogon(record, event);
    if (logon !== null) this.#sink.append('logons', dt, logon, plain);
  }

  outcome(split: SplitSummary, failure: string | null): ReadOutcome {
    const content = this.#content(split);
    return {
      content,
      recordsRead: this.#read,
      kept: this.#kept,
      malformed: this.rejected.length,
      notRecords: this.#others,
      rejected: this.rejected,
      problem: failure ?? this.#problem(content, split),
      ...readCloudTrailLocation(this.#context.location),
      reportDay: null,
    };
  }

  #content(split: SplitSummary): InputContent {
    const [other] = this.#otherContents;
    if (this.#kept > 0 || this.#otherContents.size > 1) return 'records';
    if (other !== undefined) return other;
    if (this.#looksLikeCloudTrail || this.#hasEmpty || (split.lists > 0 && this.#read === 0)) return 'records';
    return split.blank ? 'empty' : 'unknown';
  }

  #problem(content: InputContent, split: SplitSummary): string | null {
    const { location } = this.#context;
    if (content === 'empty') return `${location} is empty; fetch it again if it should not be`;
    if (content === 'unknown' && this.#loss !== null) return `${location} holds ${this.#loss}`;
    if (content === 'unknown')
      return `${location} holds nothing that CloudTrail writes; check that it was given as the right kind of input`;
    if (this.#notUtf8 > 0) {
      const count = this.#notUtf8 === 1 ? '1 record holds' : `${this.#notUtf8} records hold`;
      return `${location}: ${count} bytes that are not UTF-8; each is kept as U+FFFD and its two hex digits; find out what rewrote the file`;
    }
    if (split.cutOff) return `${location} is cut off: it ends inside its JSON; what came before was read, fetch the file again`;
    return null;
  }
}

/** What CloudTrail writes that is no record of one call (F§5.4, §5.5); null for a record, or for what should be one. */
function otherContentOf(record: JsonObject): OtherContent | null {
  const type = record['eventType'];
  if (type === 'AwsApiCall') return record['eventCategory'] === 'NetworkActivity' ? 'network_activity' : null;
  if (type === 'AwsVpceEvent' || record['eventCategory'] === 'NetworkActivity') return 'network_activity';
  if (type === 'AwsAggregatedEvent' || record['eventCategory'] === 'Aggregated') return 'aggregated';
  if (type === 'AwsCloudTrailInsight' || record['eventCategory'] === 'Insight') return 'insight';
  if (record['eventCategory'] === 'ActivityAuditLog') return 'activity_log';
  if (record['digestStartTime'] !== undefined && record['awsAccountId'] !== undefined) return 'digest';
  return null;
}
