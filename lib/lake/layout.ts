/** Where things lie below a lake. Keys are a function of the input, so that doing a thing twice writes the same file. */
import { createHash } from 'node:crypto';

/** The answers and the ledger. */
export const DATABASE_FILE = 'audit.duckdb';
/** What an ingest has read and not committed, and the sessions of a run; emptied when the lake is opened for writing. */
export const STAGING_FOLDER = '.staging';
/** Where the engine spills; emptied likewise. */
export const SPILL_FOLDER = '.spill';
/** Who writes, to be named to those who wait. */
export const WRITER_FILE = '.writer.json';
/** Files are written under this name and renamed once the ledger lists them. */
export const UNLISTED_SUFFIX = '.tmp';

/** `<table>/dt=YYYY-MM-DD/<batch>.parquet`, below the lake, with `/` on every platform. */
export function landingPath(table: string, dt: string, batchId: string): string {
  return `${table}/dt=${dt}/${batchId}.parquet`;
}

/** The id of a batch: a hash of what is in it, whatever the order. */
export function batchId(inputs: readonly { readonly location: string; readonly sha256: string }[]): string {
  const hash = createHash('sha256');
  for (const line of inputs.map((input) => `${input.sha256} ${input.location}\n`).sort()) hash.update(line);
  return hash.digest('hex').slice(0, 32);
}
