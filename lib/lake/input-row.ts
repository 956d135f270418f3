/** What the ledger says of an input that was read. */
import type { InputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import { READER_VERSIONS, type ReadOutcome } from '../ingest/reader.ts';
import type { UnpackResult } from '../ingest/unpack.ts';
import type { InputObject } from './batch.ts';

/**
 * The row of `inputs`, but for the batch.
 * @param nowMs the instant of this ingestion, epoch milliseconds
 */
export function describeInput(object: InputObject, read: ReadOutcome, unpacked: UnpackResult, nowMs: number): Omit<InputRow, 'batch_id'> {
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
    reader_version: READER_VERSIONS[object.kind],
  };
}

/** The rows of `rejected_records`. @param version SHA-256 of the input */
export function describeRejected(location: string, version: string, rejected: ReadOutcome['rejected']): RejectedRecordRow[] {
  return rejected.map(({ index, reason }, n) => ({ location, version, source_index: index, n, reason }));
}
