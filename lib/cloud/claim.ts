/** Who first tries an input writes down when: whoever tries it again works with that instant and makes the same bytes. */
import { isObject } from '../ingest/json-value.ts';
import { claimKey, type SourceObject } from '../lake/cloud-layout.ts';
import { formatTime, parseTime } from '../time.ts';
import { ObjectFault } from './object-fault.ts';
import type { ObjectStore } from './ports.ts';

/**
 * Claims an input.
 * @param nowMs used when nobody has claimed it yet, epoch milliseconds
 * @returns the instant of its ingestion, epoch milliseconds: the same for everybody
 */
export async function claimInput(store: ObjectStore, bucket: string, source: SourceObject, nowMs: number): Promise<number> {
  const key = claimKey(source);
  if (await store.putNew(bucket, key, JSON.stringify({ ingestedAt: formatTime(nowMs) }), 'application/json')) return nowMs;
  const text = await store.readText(bucket, key);
  const claimed = text === null ? null : readClaim(text);
  if (claimed === null) {
    throw new ObjectFault('busy', `the claim s3://${bucket}/${key} cannot be read`, {
      remedy: 'it is tried again; if that does not help, remove the claim: nothing was committed under it',
    });
  }
  return claimed;
}

function readClaim(text: string): number | null {
  try {
    const claim: unknown = JSON.parse(text);
    const time = isObject(claim) ? claim['ingestedAt'] : null;
    return typeof time === 'string' ? (parseTime(time)?.ms ?? null) : null;
  } catch {
    return null;
  }
}
