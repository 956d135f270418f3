/** What the ledger knows of inputs that are found again: whether one has to be read, and what was unread of it before. */
import { createHash } from 'node:crypto';
import type { Lake } from '../engine/lake.ts';
import type { InputObject } from '../lake/batch.ts';
import { openInput } from './input-source.ts';

/** A version of an input as the ledger has it. */
export interface KnownInput {
  readonly size: number;
  readonly modifiedMs: number;
  readonly etag: string | null;
  readonly status: string;
  readonly sha256: string;
  readonly ingestedAtMs: number;
  /** A usage report of which something was set aside that may be of any account, region or day. */
  readonly mayBeOfAnyDay: boolean;
}

/** The ledger by location: versions that were read, in order, and locations that could not be read. */
export interface KnownInputs {
  readonly versions: ReadonlyMap<string, readonly KnownInput[]>;
  readonly failed: ReadonlySet<string>;
}

/** What has to be done with an input that was found: read it, leave it, or leave it although it could not be read before. */
export type Newness = 'new' | 'known' | 'readable_again';

export async function readKnown(lake: Lake): Promise<KnownInputs> {
  const rows = await lake.database.rows<{
    location: string;
    size_bytes: number;
    modified_ms: number;
    etag: string | null;
    status: string;
    sha256: string;
    ingested_at_ms: number;
    may_be_of_any_day: boolean;
  }>(
    `SELECT location, size_bytes, modified_ms, etag, status, sha256, ingested_at_ms,
       kind = 'usage_report' AND status <> 'ingested' AND content IS DISTINCT FROM 'applications_report'
         AND (account_id IS NULL OR region IS NULL OR report_day IS NULL) AS may_be_of_any_day
     FROM inputs ORDER BY ingested_at_ms, modified_ms`,
  );
  const versions = new Map<string, KnownInput[]>();
  for (const row of rows) {
    const known = versions.get(row.location) ?? [];
    known.push({
      size: row.size_bytes,
      modifiedMs: row.modified_ms,
      etag: row.etag,
      status: row.status,
      sha256: row.sha256,
      ingestedAtMs: row.ingested_at_ms,
      mayBeOfAnyDay: row.may_be_of_any_day,
    });
    versions.set(row.location, known);
  }
  const failed = await lake.database.rows<{ location: string }>('SELECT location FROM failed_inputs');
  return { versions, failed: new Set(failed.map((row) => row.location)) };
}

/** The version that speaks last at a location; null when none was read with success. */
export function latestOf(location: string, known: KnownInputs): KnownInput | null {
  return (known.versions.get(location) ?? []).findLast((version) => version.status !== 'rejected') ?? null;
}

/** True when reading the input ends what was unread of it, as far as it is not known whose that was. */
export function wasUnread(location: string, known: KnownInputs): boolean {
  if (known.failed.has(location)) return true;
  const versions = known.versions.get(location) ?? [];
  const whole = versions.findLastIndex((version) => version.status === 'ingested');
  return versions.slice(whole + 1).some((version) => version.mayBeOfAnyDay);
}

/** What was rejected is read again: the reason may have been ours, or have passed. */
export async function newnessOf(object: InputObject, known: KnownInputs): Promise<Newness> {
  // only the latest: bytes that come back after others were there are news, for they speak last again
  const latest = latestOf(object.location, known);
  if (latest === null) return 'new';
  const hasFailed = known.failed.has(object.location);
  if (isUnchanged(object, latest)) {
    if (!hasFailed) return 'known';
  } else if (object.etag !== null || latest.size !== object.sizeBytes) return 'new';
  // touched, copied again, or unreadable in between: only the bytes can tell
  const sha256 = await hashFile(object.location).catch(() => null); // reading it says what is wrong
  if (latest.sha256 !== sha256) return 'new';
  return hasFailed ? 'readable_again' : 'known';
}

function isUnchanged(object: InputObject, version: KnownInput): boolean {
  if (object.sizeBytes !== version.size) return false;
  return object.etag === null ? object.modifiedMs === version.modifiedMs : object.etag === version.etag;
}

async function hashFile(location: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of openInput(location)) hash.update(chunk);
  return hash.digest('hex');
}
