/** Inputs are read in batches: a batch becomes one Parquet file a table and day, so that small inputs make no small files. */
import type { EvidenceMarkRow, FailedInputRow, InputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import type { InputKind, LandingRows } from '../ingest/reader.ts';

/** One input that was found, before it is read. */
export interface InputObject {
  /** Absolute path or `s3://bucket/key`. */
  readonly location: string;
  readonly kind: InputKind;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** ETag of an S3 object; null for a file. */
  readonly etag: string | null;
  /** True when the kind was found out, not given: files of an archive are then read as what each of them is. */
  readonly isKindFound?: boolean;
  /** True when what was there before could not be read, or not in whole: reading it ends what is unread of it. */
  readonly wasUnread?: boolean;
}

/** One staging file: rows of one table and day. */
export interface StagedFile {
  readonly table: keyof LandingRows;
  readonly dt: string;
  readonly path: string;
  readonly rows: number;
}

/** A batch that was read and waits to be committed. */
export interface StagedBatch {
  readonly files: readonly StagedFile[];
  readonly inputs: readonly Omit<InputRow, 'batch_id'>[];
  readonly rejected: readonly RejectedRecordRow[];
  /** Inputs that could not be read at all, for a reason that may pass: they are tried again by the next run. */
  readonly failed: readonly FailedInputRow[];
  readonly marks: readonly Omit<EvidenceMarkRow, 'batch_id'>[];
}

/** Text compresses about nine times in CloudTrail's files. */
const GZIP_RATIO = 9;
const LARGEST_BATCH = 192 * 1024 * 1024;
const SMALLEST_BATCH = 16 * 1024 * 1024;
/** Bounds what one batch keeps in memory of its inputs. */
const MOST_INPUTS = 4000;

/**
 * Puts inputs together, in order of kind and location, until a batch unpacks to about 192 MB; less when there is so
 * little that some of the threads would have nothing to do.
 */
export function planBatches(objects: readonly InputObject[], threads: number): InputObject[][] {
  const unpacked = (object: InputObject) => object.sizeBytes * (/gz$/i.test(object.location) ? GZIP_RATIO : 1) + 1024;
  const total = objects.reduce((sum, object) => sum + unpacked(object), 0);
  const target = Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, total / (3 * Math.max(threads, 1))));
  const batches: InputObject[][] = [];
  let batch: InputObject[] = [];
  let bytes = 0;
  for (const object of [...objects].sort(byKindThenLocation)) {
    if (batch.length > 0 && (bytes + unpacked(object) > target || batch.length >= MOST_INPUTS || batch[0]?.kind !== object.kind)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(object);
    bytes += unpacked(object);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function byKindThenLocation(a: InputObject, b: InputObject): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.location < b.location ? -1 : a.location > b.location ? 1 : 0;
}
