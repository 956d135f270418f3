import type { InputContext, LandingRows, Reader, ReadOutcome } from '../../../lib/ingest/reader.ts';
import { DEFAULT_LIMITS } from '../../../lib/ingest/reader.ts';
import { landingTables } from '../../../schemas/tables.ts';

export const MODIFIED_MS = Date.UTC(2026, 2, 3, 4, 5, 6);
export const INGESTED_MS = Date.UTC(2026, 2, 4);

export type Appended = { [T in keyof LandingRows]: { dt: string; row: LandingRows[T] }[] };

export interface Read {
  readonly outcome: ReadOutcome;
  readonly rows: Appended;
}

export function contextFor(location: string, limits: Partial<InputContext['limits']> = {}): InputContext {
  return { location, modifiedMs: MODIFIED_MS, ingestedAtMs: INGESTED_MS, limits: { ...DEFAULT_LIMITS, ...limits } };
}

/** A list for each landing table. */
export function noRows(): Appended {
  return Object.fromEntries(landingTables.map(({ name }) => [name, []])) as unknown as Appended;
}

/** Bytes in pieces of a size; then the error, when there is one. */
export async function* inPieces(content: string | Uint8Array, size = 65_536, failure?: Error): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  if (failure) throw failure;
}

/** Runs a reader and checks the identity that every outcome must hold. */
export async function readAll(reader: Reader, bytes: AsyncIterable<Uint8Array>, context: InputContext): Promise<Read> {
  const rows = noRows();
  const outcome = await reader(bytes, context, {
    append: (table, dt, row) => {
      (rows[table] as { dt: string; row: typeof row }[]).push({ dt, row });
    },
  });
  // a row that only denies a sweep stands for what was set aside
  const denials = rows.snapshots.filter(({ row }) => row.complete === false && row.sessions_seen === 0 && row.fleets.length === 0);
  const appended = Object.values(rows).reduce((sum, each) => sum + each.length, 0) - denials.length;
  if (outcome.kept !== appended) throw new Error(`kept is ${outcome.kept}, but ${appended} rows were appended`);
  if (outcome.malformed !== outcome.rejected.length) throw new Error('malformed differs from the rejected records');
  if (outcome.recordsRead !== outcome.kept + outcome.malformed + outcome.notRecords)
    throw new Error('the identity of the counts is broken');
  return { outcome, rows };
}
