/** Finds objects of a source that are not in the lake: what no notification brought. */
import { inputRecordKey, inputRecordPrefix, isShortened, type SourceObject } from '../lake/cloud-layout.ts';
import type { ObjectStore } from './ports.ts';
import { isPassedOver } from './source-kind.ts';
import { type DayRange, isInRange, type ListingPart, planListing, type SourcePrefix } from './source-listing.ts';

/** Prefixes that are listed at once. */
const LISTED_AT_ONCE = 16;

export interface Reconciliation {
  /** Objects of the source in the range. */
  readonly listed: number;
  readonly missing: readonly SourceObject[];
}

export interface ReconcileContext {
  readonly store: ObjectStore;
  /** The central bucket. */
  readonly bucket: string;
  /** Objects written after it are left to their notifications, epoch milliseconds. */
  readonly writtenBeforeMs: number;
}

/**
 * Compares a source with what was committed of it.
 * @param days UTC dates, inclusive
 * @throws ObjectFault when something cannot be listed
 */
export async function reconcile(source: SourcePrefix, days: DayRange, context: ReconcileContext): Promise<Reconciliation> {
  const parts = await planListing(context.store, source, days);
  const missing: SourceObject[] = [];
  let listed = 0;
  let next = 0;
  const lane = async () => {
    while (next < parts.length) {
      const part = parts[next++] as ListingPart;
      const found = await compare(source, part, days, context);
      listed += found.listed;
      for (const object of found.missing) missing.push(object);
    }
  };
  await Promise.all(Array.from({ length: Math.min(LISTED_AT_ONCE, parts.length) }, lane));
  return { listed, missing: missing.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

async function compare(source: SourcePrefix, part: ListingPart, days: DayRange, context: ReconcileContext): Promise<Reconciliation> {
  const { store, bucket } = context;
  const [objects, committed] = await Promise.all([
    listInputs(source, part, days, context),
    listKeys(store, bucket, inputRecordPrefix(source.bucket, part.prefix)),
  ]);
  const missing: SourceObject[] = [];
  for (const object of objects) {
    const key = inputRecordKey(object);
    if (committed.has(key)) continue;
    // its record lies elsewhere, where the listing does not reach
    if (isShortened(object) && (await store.readText(bucket, key)) !== null) continue;
    missing.push(object);
  }
  return { listed: objects.length, missing };
}

async function listInputs(source: SourcePrefix, part: ListingPart, days: DayRange, context: ReconcileContext): Promise<SourceObject[]> {
  const objects: SourceObject[] = [];
  for await (const page of context.store.list(source.bucket, part.prefix)) {
    for (const object of page) {
      const reference = { bucket: source.bucket, key: object.key, etag: object.etag };
      if (object.modifiedMs > context.writtenBeforeMs || !isInRange(object, part, days)) continue;
      if (!isPassedOver(source.kind, reference, context.bucket)) objects.push(reference);
    }
  }
  return objects;
}

async function listKeys(store: ObjectStore, bucket: string, prefix: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const page of store.list(bucket, prefix)) for (const { key } of page) keys.add(key);
  return keys;
}
