/** What the ledger says of an input that was read, or could not be. */
import type { FailedInputRow, InputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import { readCloudTrailLocation } from '../ingest/cloudtrail-location.ts';
import { readFlowLogLocation } from '../ingest/flow-log-location.ts';
import { type InputKind, READER_VERSIONS, type ReadOutcome } from '../ingest/reader.ts';
import { readReportLocation } from '../ingest/report-location.ts';
import type { UnpackResult } from '../ingest/unpack.ts';
import type { InputObject } from './batch.ts';

/**
 * The row of `inputs`, but for the batch.
 * @param nowMs the instant of this ingestion, epoch milliseconds
 */
export function describeInput(object: InputObject, read: ReadOutcome, unpacked: UnpackResult, nowMs: number): Omit<InputRow, 'batch_id'> {
  const faulty = read.problem !== null || read.malformed > 0;
  const reason = read.problem ?? (read.malformed > 0 ? setAsideText(read.rejected) : null);
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
    status: !faulty ? 'ingested' : read.kept > 0 || read.notRecords > 0 || read.holdsOthers ? 'partial' : 'rejected',
    reason,
    account_id: read.accountId,
    region: read.region,
    report_day: read.reportDay,
    ingested_at_ms: nowMs,
    reader_version: READER_VERSIONS[object.kind],
  };
}

/** Of more reasons than these, the rest is counted together. */
const MOST_REASONS = 5;

/** Why records were set aside: each reason with its count, the most frequent first. */
function setAsideText(rejected: ReadOutcome['rejected']): string {
  const counts = new Map<string, number>();
  for (const { reason } of rejected) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const total = rejected.length === 1 ? '1 record was set aside' : `${rejected.length} records were set aside`;
  const [only, ...others] = [...counts].sort(([, a], [, b]) => b - a);
  if (only === undefined || others.length === 0) return `${total}: ${only?.[0]}`;
  const told = [only, ...others].slice(0, MOST_REASONS);
  const rest = [...counts.values()].reduce((sum, n) => sum + n, 0) - told.reduce((sum, [, n]) => sum + n, 0);
  const texts = [...told.map(([reason, n]) => `${n}: ${reason}`), ...(rest > 0 ? [`${rest}: for other reasons`] : [])];
  return `${total} (${texts.join('; ')})`;
}

/**
 * The row of `failed_inputs` of an input that could not be read.
 * @param reason why, quoting nothing of it
 * @param nowMs the instant of this ingestion, epoch milliseconds
 */
export function describeFailed({ location, kind }: Pick<InputObject, 'location' | 'kind'>, reason: string, nowMs: number): FailedInputRow {
  const { accountId = null, region = null, reportDay = null } = placeOf(kind, location);
  return { location, kind, reason, account_id: accountId, region, report_day: reportDay, failed_at_ms: nowMs };
}

/** What a location says of an input that nobody has seen. */
function placeOf(kind: InputKind, location: string): { accountId?: string | null; region?: string | null; reportDay?: string | null } {
  if (kind === 'usage_report') return readReportLocation(location);
  if (kind === 'cloudtrail') return readCloudTrailLocation(location);
  return kind === 'flow_log' ? readFlowLogLocation(location) : {};
}

/** The rows of `rejected_records`. @param version SHA-256 of the input */
export function describeRejected(location: string, version: string, rejected: ReadOutcome['rejected']): RejectedRecordRow[] {
  return rejected.map(({ index, reason }, n) => ({ location, version, source_index: index, n, reason }));
}
