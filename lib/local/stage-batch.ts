/** Reads the inputs of one batch into staging files. Runs in a worker thread, or in the caller's when there is none. */
import { mkdirSync } from 'node:fs';
import type { InputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import { AuditError } from '../errors.ts';
import { readCloudTrail } from '../ingest/cloudtrail-reader.ts';
import type { InputKind, Reader, ReadLimits, ReadOutcome } from '../ingest/reader.ts';
import { readSnapshots } from '../ingest/snapshot-reader.ts';
import { type UnpackResult, unpack } from '../ingest/unpack.ts';
import { readUsageReport } from '../ingest/usage-report-reader.ts';
import type { FailedInput, InputObject, StagedBatch } from '../lake/batch.ts';
import { openInput } from './input-source.ts';
import { StagingSink } from './staging-sink.ts';

export interface StageRequest {
  /** Folder for the staging files of this batch alone. */
  readonly folder: string;
  readonly inputs: readonly InputObject[];
  readonly nowMs: number;
  readonly limits: ReadLimits;
}

const READERS: Readonly<Record<InputKind, Reader | null>> = {
  cloudtrail: readCloudTrail,
  usage_report: readUsageReport,
  snapshot: readSnapshots,
  flow_log: null,
};

/**
 * Reads every input of the batch. An input that fails midway leaves no row: it is read again by the next run.
 * @param onInput called after each input with its size as stored and its records
 * @param open gives the stored bytes of an input
 * @throws DiskFullError when staging files cannot be written; everything else is the fault of one input and is noted there
 */
export async function stageBatch(
  request: StageRequest,
  onInput: (bytes: number, records: number) => void,
  open: (location: string) => AsyncIterable<Uint8Array> = openInput,
): Promise<StagedBatch> {
  mkdirSync(request.folder, { recursive: true });
  const sink = new StagingSink(request.folder);
  const inputs: Omit<InputRow, 'batch_id'>[] = [];
  const rejected: RejectedRecordRow[] = [];
  const failed: FailedInput[] = [];
  for (const object of request.inputs) {
    sink.begin();
    const outcome = await readInput(object, request, sink, open);
    if ('reason' in outcome) {
      sink.takeBack();
      failed.push(outcome);
    } else {
      const row = describeInput(object, outcome.read, outcome.unpacked, request.nowMs);
      inputs.push(row);
      for (const [n, each] of outcome.read.rejected.entries()) {
        rejected.push({ location: row.location, version: row.version, source_index: each.index, n, reason: each.reason });
      }
      if (row.content === 'sessions_report' && row.account_id && row.region && row.report_day) {
        sink.noteReport(row.account_id, row.region, row.report_day);
      }
    }
    onInput(object.sizeBytes, 'reason' in outcome ? 0 : outcome.read.recordsRead);
  }
  return { ...sink.finish(), inputs, rejected, failed };
}

async function readInput(
  object: InputObject,
  request: StageRequest,
  sink: StagingSink,
  open: (location: string) => AsyncIterable<Uint8Array>,
): Promise<{ read: ReadOutcome; unpacked: UnpackResult } | FailedInput> {
  const reader = READERS[object.kind];
  if (reader === null) return { location: object.location, reason: `${object.location} is a flow log, which this version does not read` };
  const context = { location: object.location, modifiedMs: object.modifiedMs, ingestedAtMs: request.nowMs, limits: request.limits };
  try {
    const unpacking = unpack(open(object.location), request.limits, object.location);
    const read = await reader(unpacking.bytes, context, sink);
    return { read, unpacked: await unpacking.finish() };
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    return { location: object.location, reason: describeFailure(object.location, code, message) };
  }
}

function describeFailure(location: string, code: string, message: string): string {
  if (code === 'ENOENT') return `${location} vanished before it could be read; the next run reads it if it is back`;
  if (code === 'EACCES' || code === 'EPERM') return `${location} may not be read; give this user permission and run again`;
  return `${location} could not be read to its end (${message}); run again`;
}

function describeInput(object: InputObject, read: ReadOutcome, unpacked: UnpackResult, nowMs: number): Omit<InputRow, 'batch_id'> {
  const faulty = read.problem !== null || read.malformed > 0;
  const reason = read.problem ?? (read.malformed > 0 ? `${read.malformed} records were set aside: ${read.rejected[0]?.reason}` : null);
  return {
    location: object.location,
    version: unpacked.sha256,
    kind: object.kind,
    content: read.content,
    size_bytes: unpacked.sizeBytes,
    unpacked_bytes: unpacked.unpackedBytes,
    sha256: unpacked.sha256,
    etag: object.etag,
    modified_ms: object.modifiedMs,
    records_read: read.recordsRead,
    kept: read.kept,
    malformed: read.malformed,
    not_records: read.notRecords,
    status: !faulty ? 'ingested' : read.kept > 0 || read.notRecords > 0 ? 'partial' : 'rejected',
    reason,
    account_id: read.accountId,
    region: read.region,
    report_day: read.reportDay,
    ingested_at_ms: nowMs,
  };
}
