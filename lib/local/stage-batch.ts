/** Reads the inputs of one batch into staging files. Runs in a worker thread, or in the caller's when there is none. */
import { mkdirSync, rmSync } from 'node:fs';
import type { FailedInputRow, InputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import { DiskFullError, LakeError } from '../errors.ts';
import { readCloudTrail } from '../ingest/cloudtrail-reader.ts';
import { readFlowLog } from '../ingest/flow-log-reader.ts';
import { type Readers, type ReadInput, readInput } from '../ingest/read-input.ts';
import type { ReadLimits } from '../ingest/reader.ts';
import { readSessionChecks } from '../ingest/session-check-reader.ts';
import { readSnapshots } from '../ingest/snapshot-reader.ts';
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
    const outcome = await stageInput(object, request, sink, open, readers);
    let records = 0;
    if ('failed_at_ms' in outcome) {
      sink.takeBack();
      failed.push(outcome);
    } else {
      if (outcome.damaged) sink.takeBack();
      for (const document of outcome.documents) {
        const { location, kind, modifiedMs, read, unpacked } = document;
        const row = describeInput({ ...object, location, kind, modifiedMs }, read, unpacked, request.nowMs);
        inputs.push(row);
        records += row.records_read;
        for (const each of describeRejected(row.location, row.version, read.rejected)) rejected.push(each);
        sink.notes.noteInput(row, object.wasUnread);
      }
    }
    onInput(object.sizeBytes, records);
  }
  return { ...sink.finish(), inputs, rejected, failed };
}

async function stageInput(
  object: InputObject,
  request: StageRequest,
  sink: StagingSink,
  open: (location: string) => AsyncIterable<Uint8Array>,
  readers: Readers,
): Promise<ReadInput | FailedInputRow> {
  const { location } = object;
  const context = { ingestedAtMs: request.nowMs, limits: request.limits };
  const stored = open(location)[Symbol.asyncIterator]();
  try {
    return await readInput({ [Symbol.asyncIterator]: () => stored }, object, context, readers, sink);
  } catch (cause) {
    // not waited for: what does not answer must not hold up the next input
    stored.return?.().catch(() => undefined);
    if (cause instanceof DiskFullError || cause instanceof LakeError) throw cause;
    return describeFailed(object, describeFailure(location, cause), request.nowMs);
  }
}
