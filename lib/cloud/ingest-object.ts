/**
 * Ingests one object: claim, read, copy, rows, ledger, commit. Every put succeeds only on an absent key and writes what
 * depends on the input and its claim alone, so that any of these steps may be cut off, repeated, or done by two at once.
 */
import type { InputRow } from '../../schemas/ledger-tables.ts';
import { evidenceMarks, inputs, rejectedRecords } from '../../schemas/tables.ts';
import { readCloudTrail } from '../ingest/cloudtrail-reader.ts';
import { readFlowLog } from '../ingest/flow-log-reader.ts';
import { passOver, type ReadDocument, readInput } from '../ingest/read-input.ts';
import type { InputKind, Reader, ReadLimits } from '../ingest/reader.ts';
import { readSessionChecks } from '../ingest/session-check-reader.ts';
import { readSnapshots } from '../ingest/snapshot-reader.ts';
import { limitsAt } from '../ingest/time-range.ts';
import { readUsageReport } from '../ingest/usage-report-reader.ts';
import { inputId, inputRecordKey, landingKey, ledgerKey, locationOf, rawKey, type SourceObject } from '../lake/cloud-layout.ts';
import { mayBeOfAnyDay } from '../lake/evidence-notes.ts';
import { describeInput, describeRejected } from '../lake/input-row.ts';
import { ParquetFile } from '../lake/parquet-file.ts';
import { formatDt, formatTime } from '../time.ts';
import { claimInput } from './claim.ts';
import { hasFailed, noteFailure } from './failed-input.ts';
import { ObjectFault } from './object-fault.ts';
import { ParquetSink } from './parquet-sink.ts';
import type { ObjectReference, ObjectStore, OpenedObject } from './ports.ts';
import { isPassedOver, otherService } from './source-kind.ts';

const PARQUET = 'application/vnd.apache.parquet';

/** What reads each kind of input. */
const READERS: Readonly<Record<InputKind, Reader>> = {
  cloudtrail: readCloudTrail,
  usage_report: readUsageReport,
  snapshot: readSnapshots,
  session_check: readSessionChecks,
  flow_log: readFlowLog,
};

/** What an input of each kind is called, where something else was found. */
const WANTED: Readonly<Record<InputKind, string>> = {
  cloudtrail: 'of CloudTrail',
  usage_report: 'a usage report',
  snapshot: 'a sweep',
  session_check: 'a session check',
  flow_log: 'a flow log',
};

export interface IngestContext {
  readonly store: ObjectStore;
  /** The central bucket. */
  readonly bucket: string;
  /** The present, epoch milliseconds: the core has no clock. */
  readonly now: () => number;
  /** Default: `limitsAt` the time of the claim. */
  readonly limits?: Partial<ReadLimits>;
}

/**
 * What became of an object. `known`: it was in the lake before, and nothing was written; `passed_over`: it is no input
 * (`isPassedOver`). The others as in column `status` of `inputs`.
 */
export type IngestOutcome = 'ingested' | 'partial' | 'rejected' | 'known' | 'passed_over';

export interface IngestResult {
  readonly outcome: IngestOutcome;
  readonly location: string;
  /** Null for what was passed over. */
  readonly inputId: string | null;
  /** Counts of this input; zero for what was known or passed over. */
  readonly records: { readonly read: number; readonly kept: number; readonly malformed: number; readonly notRecords: number };
  /** Rows by landing table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Why it is partial or rejected; quotes nothing of it. */
  readonly reason: string | null;
}

const NOTHING = { records: { read: 0, kept: 0, malformed: 0, notRecords: 0 }, rows: {}, reason: null } as const;

/**
 * Ingests the version of an object that a notification names.
 * @throws ObjectFault for what may pass: nothing was committed, and the next attempt goes on where this one stopped; that a
 * report could not be read is kept until then
 */
export async function ingestObject(kind: InputKind, reference: ObjectReference, context: IngestContext): Promise<IngestResult> {
  try {
    return await ingestNoticed(kind, reference, context);
  } catch (error) {
    if (error instanceof ObjectFault) await noteFailure(kind, reference, error, context);
    throw error;
  }
}

async function ingestNoticed(kind: InputKind, reference: ObjectReference, context: IngestContext): Promise<IngestResult> {
  const { store, bucket } = context;
  const location = locationOf(reference);
  if (isPassedOver(kind, reference, bucket)) return { outcome: 'passed_over', location, inputId: null, ...NOTHING };
  const { etag } = reference;
  if (etag !== null && (await isCommitted(context, { ...reference, etag }))) return known({ ...reference, etag });
  const opened = await store.open(reference);
  try {
    // what was opened may be another version than the one that was named
    if (opened.source.etag !== etag && (await isCommitted(context, opened.source))) return known(opened.source);
    return await ingestOpened(kind, opened, context);
  } finally {
    // gives the connection back when the bytes were not read to their end
    await opened.bytes[Symbol.asyncIterator]().return?.();
  }
}

async function ingestOpened(kind: InputKind, opened: OpenedObject, context: IngestContext): Promise<IngestResult> {
  const { store, bucket } = context;
  const { source } = opened;
  const location = locationOf(source);
  const id = inputId(source);
  const other = otherService(kind, source.key);
  const ingestedAtMs = await claimInput(store, bucket, source, context.now());
  // of the claim, not of the present: a later attempt has to decide alike
  const limits = { ...limitsAt(ingestedAtMs), ...context.limits };
  const { documents, sink } = await readObject(kind, opened, ingestedAtMs, limits);
  const rows = documents.map(({ location: at, kind: as, modifiedMs, read, unpacked }): InputRow => {
    const object = { location: at, kind: as, sizeBytes: opened.sizeBytes, modifiedMs, etag: source.etag };
    const row = describeInput(object, read, unpacked, ingestedAtMs);
    const reason = other === null ? row.reason : `a log of ${other}, not ${WANTED[kind]}: nothing of it was read`;
    return { ...row, batch_id: id, reason };
  });
  const input = rows[0] as InputRow;
  if (source.bucket !== bucket && other === null) await store.copyNew(opened, bucket, rawKey(source, input.sha256), input.sha256);
  const counts = sink.counts();
  for (const file of sink.finish()) await store.putNew(bucket, landingKey(file.table, file.dt, id, file.rows), file.bytes, PARQUET);
  const isUnread = kind === 'usage_report' && mayBeOfAnyDay(location) && (await wasUnread(context, source, id));
  for (const row of rows) sink.notes.noteInput(row, isUnread);
  await writeLedger(context, id, rows, documents, sink);
  const summary = sumUp(rows);
  await commit(context, source, id, summary, counts);
  return {
    outcome: summary.status as IngestOutcome,
    location,
    inputId: id,
    records: summary.records,
    rows: counts,
    reason: summary.reason,
  };
}

/** What became of an input as a whole: of an archive, what became of the files in it. */
interface InputSummary {
  readonly sha256: string;
  readonly status: string;
  readonly records: IngestResult['records'];
  readonly reason: string | null;
}

function sumUp(rows: readonly InputRow[]): InputSummary {
  const total = (count: (row: InputRow) => number) => rows.reduce((sum, row) => sum + count(row), 0);
  const own = rows[0] as InputRow;
  const faulty = rows.filter(({ status }) => status !== 'ingested');
  const isRejected = faulty.length > 0 && rows.every(({ status, content }) => status === 'rejected' || content === 'archive');
  return {
    sha256: own.sha256,
    status: faulty.length === 0 ? 'ingested' : isRejected ? 'rejected' : 'partial',
    records: {
      read: total((row) => row.records_read),
      kept: total((row) => row.kept),
      malformed: total((row) => row.malformed),
      notRecords: total((row) => row.not_records),
    },
    reason: faulty[0]?.reason ?? own.reason,
  };
}

async function readObject(
  kind: InputKind,
  opened: OpenedObject,
  ingestedAtMs: number,
  limits: ReadLimits,
): Promise<{ documents: readonly ReadDocument[]; sink: ParquetSink }> {
  const { source, sizeBytes, modifiedMs } = opened;
  const location = locationOf(source);
  const sink = new ParquetSink();
  const place = { location, kind, modifiedMs };
  const isOther = otherService(kind, source.key) !== null;
  const { documents, damaged } = isOther
    ? await passOver(opened.bytes, place, limits)
    : await readInput(opened.bytes, place, { ingestedAtMs, limits }, READERS, sink);
  const readBytes = documents[0].unpacked.sizeBytes;
  // a connection that was closed early can look like an end: that must not become an input that is cut off
  if (readBytes !== sizeBytes) {
    throw new ObjectFault('busy', `${location} ended after ${readBytes} of ${sizeBytes} bytes`, { remedy: 'it is read again' });
  }
  return { documents, sink: damaged ? new ParquetSink() : sink };
}

/** What was set aside, what a run has to look at, and last the row of the input. */
async function writeLedger(
  context: IngestContext,
  id: string,
  rows: readonly InputRow[],
  documents: readonly ReadDocument[],
  sink: ParquetSink,
): Promise<void> {
  const { store, bucket } = context;
  const dt = formatDt((rows[0] as InputRow).ingested_at_ms);
  const rejected = documents.flatMap(({ location, read, unpacked }) => describeRejected(location, unpacked.sha256, read.rejected));
  const ledger = [
    { table: rejectedRecords, rows: rejected },
    { table: evidenceMarks, rows: [...sink.notes.marks(), ...sink.notes.eventMarks()].map((mark) => ({ batch_id: id, ...mark })) },
    { table: inputs, rows },
  ] as const;
  for (const part of ledger) {
    if (part.rows.length === 0) continue;
    const file = new ParquetFile(part.table);
    for (const row of part.rows) file.append(row);
    await store.putNew(bucket, ledgerKey(part.table.name, dt, id), file.finish(), PARQUET);
  }
}

/** What `control/inputs` says of an input: enough to see what became of it without a query. */
async function commit(
  context: IngestContext,
  source: SourceObject,
  id: string,
  { sha256, status, records, reason }: InputSummary,
  rows: Readonly<Record<string, number>>,
): Promise<void> {
  const summary = {
    inputId: id,
    sha256,
    status,
    recordsRead: records.read,
    kept: records.kept,
    malformed: records.malformed,
    notRecords: records.notRecords,
    rows,
    reason,
    committedAt: formatTime(context.now()),
  };
  await context.store.putNew(context.bucket, inputRecordKey(source), JSON.stringify(summary), 'application/json');
}

/** Whether what a report may say was looked for before: it failed, or another version of it is in the lake. */
async function wasUnread(context: IngestContext, source: SourceObject, id: string): Promise<boolean> {
  return (await hasFailed(context.store, context.bucket, id)) || hasOtherVersion(context, source);
}

/** Whether another version of an object is in the lake: what was unread of it may be read now. */
async function hasOtherVersion({ store, bucket }: IngestContext, source: SourceObject): Promise<boolean> {
  const own = inputRecordKey(source);
  for await (const page of store.list(bucket, own.slice(0, own.lastIndexOf('/') + 1))) {
    if (page.some(({ key }) => key !== own)) return true;
  }
  return false;
}

async function isCommitted({ store, bucket }: IngestContext, source: SourceObject): Promise<boolean> {
  return (await store.readText(bucket, inputRecordKey(source))) !== null;
}

function known(source: SourceObject): IngestResult {
  return { outcome: 'known', location: locationOf(source), inputId: inputId(source), ...NOTHING };
}
