/**
 * Reports of the cloud that could not be opened: what they may say keeps days open until they are read. Nothing is ever
 * deleted here, so a failure is passed over once its input is in the ledger.
 */
import { evidenceMarks, failedInputs } from '../../schemas/tables.ts';
import { sha256Hex } from '../ingest/digest.ts';
import type { InputKind } from '../ingest/reader.ts';
import { inputId, ledgerKey, locationOf } from '../lake/cloud-layout.ts';
import { failureMarks } from '../lake/evidence-notes.ts';
import { describeFailed } from '../lake/input-row.ts';
import { ParquetFile } from '../lake/parquet-file.ts';
import { formatDt } from '../time.ts';
import type { ObjectFault } from './object-fault.ts';
import type { ObjectReference, ObjectStore } from './ports.ts';
import { qualified } from './run-sql.ts';

const PARQUET = 'application/vnd.apache.parquet';

/** Id of the marks of a failure: those of the input itself are put when it is read. @param id of the input that failed */
export function failureId(id: string): string {
  return sha256Hex(`failed ${id}`).slice(0, 32);
}

/** The id that an input has, or will have, as far as the reference says. */
const idOf = ({ etag, ...reference }: ObjectReference): string => inputId({ ...reference, etag: etag ?? '' });

/**
 * Keeps that a report could not be opened, and marks what it may be of: the row last, a run finds marks by it. Once a day and
 * version; of other kinds nothing is kept, because they close no day.
 * @throws ObjectFault
 */
export async function noteFailure(
  kind: InputKind,
  reference: ObjectReference,
  fault: ObjectFault,
  { store, bucket, now }: { readonly store: ObjectStore; readonly bucket: string; readonly now: () => number },
): Promise<void> {
  if (kind !== 'usage_report') return;
  const failed = describeFailed({ location: locationOf(reference), kind }, fault.message, now());
  const marks = failureMarks(failed);
  if (marks.length === 0) return;
  const id = idOf(reference);
  const dt = formatDt(failed.failed_at_ms);
  const markFile = new ParquetFile(evidenceMarks);
  for (const mark of marks) markFile.append({ batch_id: failureId(id), ...mark });
  await store.putNew(bucket, ledgerKey('evidence_marks', dt, failureId(id)), markFile.finish(), PARQUET);
  const file = new ParquetFile(failedInputs);
  file.append(failed);
  await store.putNew(bucket, ledgerKey('failed_inputs', dt, id), file.finish(), PARQUET);
}

/** Whether an input failed before. */
export async function hasFailed(store: ObjectStore, bucket: string, id: string): Promise<boolean> {
  for await (const page of store.list(bucket, `${failedInputs.name}/`)) {
    if (page.some(({ key }) => key.endsWith(`/${id}.parquet`))) return true;
  }
  return false;
}

/**
 * The failures that still hold, the last of each location: those whose input is not in the ledger, and whose location was not
 * read since. @param days conditions that bound the days of the two tables
 */
export function failedInputsSelect(database: string, days: { readonly failed: string; readonly inputs: string }): string {
  const columns = Object.keys(failedInputs.columns).map((name) => `f.${name}`);
  return `SELECT ${columns.join(', ')}
FROM (
  SELECT *, regexp_extract("$path", '([0-9a-f]{32})[.]parquet$', 1) AS input_id,
    row_number() OVER (PARTITION BY location ORDER BY failed_at_ms DESC, "$path" DESC) AS place
  FROM ${qualified(database, failedInputs.name)} WHERE ${days.failed}
) f
LEFT JOIN (SELECT batch_id FROM ${qualified(database, 'inputs')} WHERE ${days.inputs} GROUP BY batch_id) r ON r.batch_id = f.input_id
LEFT JOIN (SELECT location, max(ingested_at_ms) AS read_ms FROM ${qualified(database, 'inputs')} WHERE ${days.inputs} GROUP BY location) l
  ON l.location = f.location AND l.read_ms > f.failed_at_ms
WHERE f.place = 1 AND r.batch_id IS NULL AND l.location IS NULL`;
}
