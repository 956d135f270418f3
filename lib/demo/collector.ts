/** Gathers the records of one log file, with their truth and their counts. */
import type { DemoSession } from './sessions.ts';
import { type DemoKind, type ExpectedVerdict, truthLine } from './truth.ts';

export interface MadeRecord {
  readonly eventId: string;
  /** Place in time within the file, epoch milliseconds. */
  readonly t: number;
  /** The record as JSON text. */
  readonly text: string;
  readonly kind: DemoKind;
  /** The session it was made in; null for everybody else. */
  readonly session: DemoSession | null;
  readonly expected: ExpectedVerdict | null;
}

/** Where records go. */
export interface RecordSink {
  add(record: MadeRecord): void;
}

/** Counts of a file or of many. */
export interface DemoCounts {
  /** Records, duplicates included. */
  records: number;
  /** Records that only repeat one in another file. */
  duplicates: number;
  /** S3 data events among the records. */
  s3: number;
  /** Distinct events of each kind. */
  kinds: Partial<Record<DemoKind, number>>;
  /** Distinct events of each expected verdict, `none` for those that get no verdict; empty when no truth is made. */
  expected: Partial<Record<ExpectedVerdict | 'none', number>>;
}

export function noCounts(): DemoCounts {
  return { records: 0, duplicates: 0, s3: 0, kinds: {}, expected: {} };
}

/** Adds the counts of one file to a total. */
export function addCounts(total: DemoCounts, part: DemoCounts): void {
  total.records += part.records;
  total.duplicates += part.duplicates;
  total.s3 += part.s3;
  for (const [kind, count] of Object.entries(part.kinds)) total.kinds[kind as DemoKind] = (total.kinds[kind as DemoKind] ?? 0) + count;
  for (const [verdict, count] of Object.entries(part.expected)) {
    total.expected[verdict as ExpectedVerdict] = (total.expected[verdict as ExpectedVerdict] ?? 0) + count;
  }
}

const HEAD = '{"Records":[';
const TAIL = ']}';
const COMMA = 0x2c;

/** Where the records of the file at hand lie until they are put in order; one a thread, used again for every file. */
let scratch = Buffer.allocUnsafeSlow(1 << 20);

/** One at a time in a thread: make a file, take its bytes, then begin the next. */
export class Collector implements RecordSink {
  readonly counts: DemoCounts = noCounts();
  /** Times of the records, and where each ends in the scratch. */
  private readonly times: number[] = [];
  private readonly ends: number[] = [];
  private used = 0;
  private readonly truth: string[] = [];
  private readonly withTruth: boolean;

  constructor(withTruth: boolean) {
    this.withTruth = withTruth;
  }

  add(record: MadeRecord): void {
    this.write(record);
    const { kinds, expected } = this.counts;
    kinds[record.kind] = (kinds[record.kind] ?? 0) + 1;
    if (!this.withTruth) return;
    const verdict = record.expected ?? 'none';
    expected[verdict] = (expected[verdict] ?? 0) + 1;
    const at = record.text.indexOf('"eventTime":"') + 13;
    this.truth.push(
      truthLine({
        event_id: record.eventId,
        event_time: record.text.slice(at, at + 20),
        kind: record.kind,
        user_id: record.session?.user ?? null,
        session_id: record.session?.id ?? null,
        expected_verdict: record.expected,
      }),
    );
  }

  /** A record that another file has too, and that is counted there. */
  repeat(record: MadeRecord): void {
    this.write(record);
    this.counts.duplicates++;
  }

  /** At once, so that no text outlives its record: a file is tens of megabytes. */
  private write({ t, text }: MadeRecord): void {
    // three bytes a UTF-16 unit at most
    if (scratch.length - this.used < text.length * 3) scratch = Buffer.concat([scratch], scratch.length * 2 + text.length * 3);
    this.used += scratch.write(text, this.used, 'utf8');
    this.times.push(t);
    this.ends.push(this.used);
    this.counts.records++;
    if (text.includes('"eventSource":"s3.amazonaws.com"')) this.counts.s3++;
  }

  /** Lines of the truth, in the order in which the records were made. */
  truthText(): string {
    return this.truth.join('');
  }

  /** The file's bytes, unpacked. @param ordered by time, else as made: real files are ordered three times out of four (F§5.4) */
  bytes(ordered: boolean): Uint8Array {
    const { times, ends } = this;
    const order = Array.from(times.keys());
    if (ordered) order.sort((a, b) => (times[a] as number) - (times[b] as number));
    const bytes = Buffer.allocUnsafe(HEAD.length + this.used + Math.max(0, order.length - 1) + TAIL.length);
    let at = bytes.write(HEAD, 0, 'latin1');
    for (const [place, record] of order.entries()) {
      if (place > 0) bytes[at++] = COMMA;
      at += scratch.copy(bytes, at, record === 0 ? 0 : ends[record - 1], ends[record]);
    }
    bytes.write(TAIL, at, 'latin1');
    return bytes;
  }
}
