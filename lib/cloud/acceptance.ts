/**
 * Keeps what somebody accepted in the central bucket. The file of `acceptances` comes last: a run finds acceptances by it,
 * and then their marks have to be there. Keys are a function of what was said, so that saying it twice changes nothing.
 */
import type { Table } from '../../schemas/table.ts';
import { acceptances, evidenceMarks } from '../../schemas/tables.ts';
import type { NewAcceptance } from '../answer/acceptance.ts';
import { ledgerKey } from '../lake/cloud-layout.ts';
import { ParquetFile } from '../lake/parquet-file.ts';
import { formatDt } from '../time.ts';
import type { ObjectStore } from './ports.ts';

const PARQUET = 'application/vnd.apache.parquet';

/** @param bucket the central bucket @throws ObjectFault: what was put stays, and saying it again completes it */
export async function putAcceptances(store: ObjectStore, bucket: string, given: readonly NewAcceptance[]): Promise<void> {
  for (const { id, acceptance, mark } of given) {
    const dt = formatDt(acceptance.accepted_at_ms);
    await store.putNew(bucket, ledgerKey('evidence_marks', dt, id), oneRow(evidenceMarks, mark), PARQUET);
    await store.putNew(bucket, ledgerKey('acceptances', dt, id), oneRow(acceptances, acceptance), PARQUET);
  }
}

function oneRow(table: Table, row: Readonly<Record<string, unknown>>): Uint8Array {
  const file = new ParquetFile(table);
  file.append(row);
  return file.finish();
}
