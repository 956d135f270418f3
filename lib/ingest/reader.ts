/**
 * The seam of ingestion: unpacked bytes in, rows out. A reader is pure: it sees no file system, no clock, no engine, so
 * the command line, the Lambda handlers and a faster reader later can stand on either side of it.
 */
import type { ApplicationRow } from '../../schemas/applications-table.ts';
import type { EventParameterRow } from '../../schemas/event-parameters-table.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { FlowRow } from '../../schemas/flows-table.ts';
import type { LogonRow } from '../../schemas/logons-table.ts';
import type { SessionCheckRow } from '../../schemas/session-checks-table.ts';
import type { SessionRow } from '../../schemas/sessions-table.ts';
import type { SnapshotRow } from '../../schemas/snapshots-table.ts';

export type InputKind = 'cloudtrail' | 'usage_report' | 'snapshot' | 'session_check' | 'flow_log';

/**
 * Which version of its reader read an input (column `reader_version` of `inputs`): what an auditor needs to tell whether a
 * row would come out so today. Raised by hand whenever a reader gives other rows, or sets other records aside, than before.
 */
export const READER_VERSIONS: Readonly<Record<InputKind, number>> = {
  cloudtrail: 4,
  usage_report: 3,
  snapshot: 3,
  session_check: 2,
  flow_log: 2,
};

/** What was found in an input (column `content` of `inputs`). */
export type InputContent =
  | 'records'
  | 'sessions_report'
  | 'applications_report'
  | 'sweeps'
  | 'flows'
  | 'digest'
  | 'insight'
  | 'aggregated'
  | 'network_activity'
  | 'activity_log'
  | 'session_checks'
  | 'archive'
  | 'empty'
  | 'unknown';

/** The row type of each landing table. */
export interface LandingRows {
  events: EventRow;
  event_parameters: EventParameterRow;
  logons: LogonRow;
  sessions: SessionRow;
  applications: ApplicationRow;
  snapshots: SnapshotRow;
  session_checks: SessionCheckRow;
  flows: FlowRow;
}

/** Where rows go: staging files on one machine, Parquet buffers in a Lambda, arrays in a test. */
export interface RowSink {
  /**
   * @param dt the UTC day of the partition, `YYYY-MM-DD`
   * @param plain the reader vouches that every text of the row is ASCII without a control character below the space and without
   *   a quote, so that nobody need look;
   *   default: nothing is known of them
   */
  append<T extends keyof LandingRows>(table: T, dt: string, row: LandingRows[T], plain?: boolean): void;
}

/** What a reader is told about the input it reads. */
export interface InputContext {
  /** Absolute path or `s3://bucket/key`, with `/`. */
  readonly location: string;
  /** Last modification of the input, epoch milliseconds. */
  readonly modifiedMs: number;
  /** The time of this ingestion, epoch milliseconds: an input, because readers have no clock. */
  readonly ingestedAtMs: number;
  readonly limits: ReadLimits;
}

export interface ReadLimits {
  /** One input may unpack to at most this many bytes; reading stops there and the input is partial. */
  readonly maxUnpackedBytes: number;
  /** One record (or report row, or snapshot line) may have at most this many bytes; a longer one is malformed. */
  readonly maxRecordBytes: number;
  /** A record with a time after this (or before S3 was) is malformed; epoch milliseconds. Whoever has a clock sets it. */
  readonly latestTimeMs: number;
}

/**
 * 8 GiB an input (CloudTrail writes at most 50 MB, F§5.4), 4 MiB a record (CloudTrail: 256 KB, F§5.2), and a time that no
 * log has reached, for those without a clock.
 */
export const DEFAULT_LIMITS: ReadLimits = {
  maxUnpackedBytes: 8 * 1024 ** 3,
  maxRecordBytes: 4 * 1024 ** 2,
  latestTimeMs: Date.UTC(2100, 0, 1),
};

/** One record set aside. Never carries content: it may hold secrets. */
export interface RejectedRecord {
  /** Place of the record from 0 (CloudTrail) or line from 1 (reports, snapshots, flow logs). */
  readonly index: number;
  readonly reason: string;
}

/** What a reader found. Identity: `recordsRead = kept + malformed + notRecords`, and `malformed = rejected.length`. */
export interface ReadOutcome {
  readonly content: InputContent;
  readonly recordsRead: number;
  readonly kept: number;
  readonly malformed: number;
  readonly notRecords: number;
  readonly rejected: readonly RejectedRecord[];
  /** What is wrong with the input as a whole (cut off, not JSON, limit reached), with the remedy; null when nothing is. */
  readonly problem: string | null;
  /** What the location or the content says about the whole input; null when it does not. */
  readonly accountId: string | null;
  readonly region: string | null;
  /** Reports only: the day named by the file name or its folders. */
  readonly reportDay: string | null;
  /** An archive: the files in it have outcomes of their own. */
  readonly holdsOthers?: boolean;
}

/** What is left of an input whose bytes turned out not to be trustworthy: nothing of it is kept, and nothing of it is counted. */
export function withhold(read: ReadOutcome): ReadOutcome {
  return { ...read, recordsRead: 0, kept: 0, malformed: 0, notRecords: 0, rejected: [] };
}

/**
 * Reads one input.
 * @param bytes the unpacked bytes; may throw an `InputError` in the middle, when the input is cut off or damaged: the
 *   records before that point are kept, and the message becomes the outcome's `problem`.
 */
export type Reader = (bytes: AsyncIterable<Uint8Array>, context: InputContext, sink: RowSink) => Promise<ReadOutcome>;
