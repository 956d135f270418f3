/** Reads CloudTrail logs in any of their forms: bytes → rows of `events`, `event_parameters` and `logons`, and counts that add up. */
import { isAscii } from 'node:buffer';
import { hash } from 'node:crypto';
import { InputError } from '../errors.ts';
import { dtOf, readEvent, whyMalformed } from './cloudtrail-event.ts';
import { readCloudTrailLocation } from './cloudtrail-location.ts';
import { readEventParameters } from './event-parameters.ts';
import { BACKSLASH } from './json-bytes.ts';
import { isObject, type JsonObject } from './json-value.ts';
import { readLogon } from './logon.ts';
import type { InputContent, InputContext, Reader, ReadOutcome, RejectedRecord, RowSink } from './reader.ts';
import { unwrap } from './record-envelope.ts';
import { RecordSplitter, type SplitSummary } from './record-splitter.ts';

/** With so many malformed records it is another kind of file: reading stops, for the list of them would only grow. */
const MAX_REJECTED = 100_000;

/** ASCII without a control character below the space and without a quote. */
const PLAIN = /^[ !#-\x7f]*$/;

/** Reads one input of kind `cloudtrail`. @throws what the sink throws, and errors of `bytes` other than `InputError` */
export const readCloudTrail: Reader = async (bytes, context, sink) => {
  const reading = new CloudTrailReading(context, sink);
  const splitter = new RecordSplitter(reading, context.limits.maxRecordBytes);
  let failure: string | null = null;
  try {
    for await (const chunk of bytes) {
      splitter.push(chunk);
      if (reading.rejected.length > MAX_REJECTED) {
        failure = `${context.location} has more than ${MAX_REJECTED} malformed records and was not read to its end; check that it is a CloudTrail log`;
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failure = error.message;
  }
  return reading.outcome(splitter.end(), failure);
};

/** What is set aside and counted as "not a record", by what a file full of it holds. */
type OtherContent = Extract<InputContent, 'digest' | 'insight' | 'aggregated' | 'network_activity'>;

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
  /** A malformed record that CloudTrail has clearly written. */
  #looksLikeCloudTrail = false;

  constructor(context: InputContext, sink: RowSink) {
    this.#context = context;
    this.#sink = sink;
    this.#plainLocation = PLAIN.test(context.location);
  }

  /** One value of the input. @returns false, having done nothing, when it is not JSON */
  record(bytes: Buffer): boolean {
    const ascii = isAscii(bytes);
    let value: unknown;
    try {
      // one byte beyond ASCII would make V8 use two bytes for each character of the text: decode as UTF-8 only where needed
      value = JSON.parse(bytes.toString(ascii ? 'latin1' : 'utf8'));
    } catch {
      return false;
    }
    const unwrapped = isObject(value) ? unwrap(value, bytes) : 'not an object';
    if (typeof unwrapped === 'string') this.malformed(unwrapped);
    // JSON escapes quotes and control characters: without a backslash no text has one
    else this.#take(unwrapped.record, unwrapped.bytes, ascii && this.#plainLocation && !bytes.includes(BACKSLASH));
    return true;
  }

  malformed(reason: string): void {
    this.rejected.push({ index: this.#read++, reason });
  }

  /** @param plain see `RowSink` */
  #take(record: JsonObject, bytes: Uint8Array, plain: boolean): void {
    const other = otherContentOf(record);
    if (other !== null) {
      this.#read++;
      this.#others++;
      this.#otherContents.add(other);
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
    this.#sink.append('events', dt, event, plain);
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
    if (this.#looksLikeCloudTrail || (split.lists > 0 && this.#read === 0)) return 'records';
    return split.blank ? 'empty' : 'unknown';
  }

  #problem(content: InputContent, split: SplitSummary): string | null {
    const { location } = this.#context;
    if (content === 'empty') return `${location} is empty; fetch it again if it should not be`;
    if (content === 'unknown')
      return `${location} holds nothing that CloudTrail writes; check that it was given as the right kind of input`;
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
  if (record['digestStartTime'] !== undefined && record['awsAccountId'] !== undefined) return 'digest';
  return null;
}
