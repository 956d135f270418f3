/** Reads the inputs of one batch into staging files. Runs in a worker thread, or in the caller's when there is none. */
import { mkdirSync, rmSync } from 'node:fs';
import type { FailedInputRow, InputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import { DiskFullError, LakeError } from '../errors.ts';
import { readCloudTrail } from '../ingest/cloudtrail-reader.ts';
import { readFlowLog } from '../ingest/flow-log-reader.ts';
import { type InputKind, type Reader, type ReadLimits, type RejectedRecord, withhold } from '../ingest/reader.ts';
import { readSessionChecks } from '../ingest/session-check-reader.ts';
import { readSnapshots } from '../ingest/snapshot-reader.ts';
import { unpack } from '../ingest/unpack.ts';
import { readUsageReport } from '../ingest/usage-report-reader.ts';
import type { InputObject, StagedBatch } from '../lake/batch.ts';
import { describeFailed, describeInput, describeRejected } from '../lake/input-row.ts';
import { describeFailure } from './failure-text.ts';
import { openInput } from './input-source.ts';
import { StagingSink } from './staging-sink.ts';

export interface StageRequest {
  /** Folder for the staging files of this batch alone. */
  readonly folder: string;
  readonly inputs: readonly InputObject[];
  readonly nowMs: number;
  readonly limits: ReadLimits;
  /** Shared memory for one number: the place of the input that is being read, for whoever outlives the reader. */
  readonly reading?: Int32Array;
}

/** What reads each kind of input. */
export type Readers = Readonly<Record<InputKind, Reader>>;

const READERS: Readers = {
  cloudtrail: readCloudTrail,
  usage_report: readUsageReport,
  snapshot: readSnapshots,
  session_check: readSessionChecks,
  flow_log: readFlowLog,
};

/**
 * Reads every input of the batch. An input that fails midway leaves no row: it is read again by the next run.
 * @param onInput called after each input with its size as stored and its records
 * @param open gives the stored bytes of an input
 * @throws DiskFullError or LakeError when staging files cannot be written; everything else is noted at the input it befell
 */
export async function stageBatch(
  request: StageRequest,
  onInput: (bytes: number, records: number) => void,
  open: (location: string) => AsyncIterable<Uint8Array> = openInput,
  readers: Readers = READERS,
): Promise<StagedBatch> {
  // a reader that died may have left something
  rmSync(request.folder, { recursive: true, force: true });
  mkdirSync(request.folder, { recursive: true });
  const sink = new StagingSink(request.folder);
  const inputs: Omit<InputRow, 'batch_id'>[] = [];
  const rejected: RejectedRecordRow[] = [];
  const failed: FailedInputRow[] = [];
  for (const [place, object] of request.inputs.entries()) {
    if (request.reading) Atomics.store(request.reading, 0, place);
    sink.begin();
    const outcome = await readInput(object, request, sink, open, readers);
    if ('failed_at_ms' in outcome) {
      sink.takeBack();
      failed.push(outcome);
    } else {
      const { row } = outcome;
      inputs.push(row);
      for (const each of describeRejected(row.location, row.version, outcome.rejected)) rejected.push(each);
      sink.notes.noteInput(row, object.wasUnread);
    }
    onInput(object.sizeBytes, 'failed_at_ms' in outcome ? 0 : outcome.row.records_read);
  }
  return { ...sink.finish(), inputs, rejected, failed };
}

async function readInput(
  object: InputObject,
  request: StageRequest,
  sink: StagingSink,
  open: (location: string) => AsyncIterable<Uint8Array>,
  readers: Readers,
): Promise<{ row: Omit<InputRow, 'batch_id'>; rejected: readonly RejectedRecord[] } | FailedInputRow> {
  const { location } = object;
  const context = { location, modifiedMs: object.modifiedMs, ingestedAtMs: request.nowMs, limits: request.limits };
  const stored = open(location)[Symbol.asyncIterator]();
  try {
    const unpacking = unpack({ [Symbol.asyncIterator]: () => stored }, request.limits, location);
    const found = await readers[object.kind](unpacking.bytes, context, sink);
    const unpacked = await unpacking.finish();
    if (unpacked.damaged) sink.takeBack();
    const read = unpacked.damaged ? withhold(found) : found;
    return { row: describeInput(object, read, unpacked, request.nowMs), rejected: read.rejected };
  } catch (cause) {
    // not waited for: what does not answer must not hold up the next input
    stored.return?.().catch(() => undefined);
    if (cause instanceof DiskFullError || cause instanceof LakeError) throw cause;
    return describeFailed(object, describeFailure(location, cause), request.nowMs);
  }
}
