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
  /** Distinct events of each expected verdict; `none` for those that get no verdict. */
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

export class Collector implements RecordSink {
  readonly counts: DemoCounts = noCounts();
  private readonly made: MadeRecord[] = [];
  private readonly truth: string[] = [];
  private readonly withTruth: boolean;

  constructor(withTruth: boolean) {
    this.withTruth = withTruth;
  }

  add(record: MadeRecord): void {
    this.made.push(record);
    this.count(record);
    const { kinds, expected } = this.counts;
    kinds[record.kind] = (kinds[record.kind] ?? 0) + 1;
    const verdict = record.expected ?? 'none';
    expected[verdict] = (expected[verdict] ?? 0) + 1;
    if (!this.withTruth) return;
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
    this.made.push(record);
    this.count(record);
    this.counts.duplicates++;
  }

  private count(record: MadeRecord): void {
    this.counts.records++;
    if (record.text.includes('"eventSource":"s3.amazonaws.com"')) this.counts.s3++;
  }

  get size(): number {
    return this.made.length;
  }

  /** Lines of the truth, in the order in which the records were made. */
  truthText(): string {
    return this.truth.join('');
  }

  /** The file's bytes, unpacked. @param ordered by time, else as made: real files are ordered three times out of four (F§5.4) */
  bytes(ordered: boolean): Uint8Array {
    if (ordered) this.made.sort((a, b) => a.t - b.t);
    let length = HEAD.length + TAIL.length;
    // at most three bytes a UTF-16 unit; the texts are nearly all ASCII, so the guess is generous and cut off below
    for (const { text } of this.made) length += text.length + 1;
    let buffer = Buffer.allocUnsafe(length + (length >> 4) + 4096);
    let at = buffer.write(HEAD, 0, 'latin1');
    for (const [index, { text }] of this.made.entries()) {
      if (buffer.length - at < text.length * 3 + 8) buffer = Buffer.concat([buffer.subarray(0, at)], buffer.length * 2);
      if (index > 0) at += buffer.write(',', at, 'latin1');
      at += buffer.write(text, at, 'utf8');
    }
    if (buffer.length - at < TAIL.length) buffer = Buffer.concat([buffer.subarray(0, at)], buffer.length + 8);
    at += buffer.write(TAIL, at, 'latin1');
    return buffer.subarray(0, at);
  }
}
