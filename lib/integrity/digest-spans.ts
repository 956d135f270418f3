/** The spans of time for which a chain has no digest. The AWS CLI passes over those at its end, and over several in a row. */
import { sha256Hex } from '../ingest/digest.ts';
import { formatTime } from '../time.ts';
import type { CheckedDigest } from './digest-checks.ts';
import type { PreviousDigest } from './digest-file.ts';

const HOUR_MS = 3_600_000;
/** A digest is about an hour, and delivered once an hour. */
const USUAL_MS = 2 * HOUR_MS;
/** The newest digest may be so old. */
const OVERDUE_MS = 3 * HOUR_MS;

/** Backfills come as they are needed: what they leave out is no gap. */
export function isBackfillChain(chain: string): boolean {
  return chain.endsWith(' backfill');
}

/**
 * @param checked digests, in any order
 * @param horizonMs up to when a chain should have digests, epoch milliseconds
 */
export function spansWithoutDigest(checked: readonly CheckedDigest[], horizonMs: number): CheckedDigest[] {
  const chains = new Map<string, CheckedDigest[]>();
  // a trail that was given another bucket goes on there: its chain does, too
  const places = new Map<string, CheckedDigest>();
  const followed = new Set<string>();
  for (const each of checked) {
    if (each.digest === null || each.accountId === null || isBackfillChain(each.chain) || !isPlausible(each)) continue;
    places.set(placeOf(each.digest), each);
    if (each.digest.previous !== null) followed.add(placeOf(each.digest.previous));
    const chain = chains.get(each.chain);
    if (chain === undefined) chains.set(each.chain, [each]);
    else chain.push(each);
  }
  return [...chains.values()].flatMap((chain) => spansOf(chain, places, followed, horizonMs));
}

/** One that is not proven is told by itself, and takes its hour; but no forged one may claim a year. */
function isPlausible({ state, digest }: CheckedDigest): boolean {
  const proven = state === 'valid' || state === 'broken_link';
  return digest !== null && (proven || digest.endMs - digest.startMs <= USUAL_MS);
}

function spansOf(
  chain: readonly CheckedDigest[],
  places: ReadonlyMap<string, CheckedDigest>,
  followed: ReadonlySet<string>,
  horizonMs: number,
): CheckedDigest[] {
  const ordered = [...chain].sort((a, b) => startOf(a) - startOf(b) || endOf(a) - endOf(b));
  const [first] = ordered;
  if (first?.digest == null) return [];
  const spans = beforeFirst(first, first.digest.previous, places);
  let last = first;
  for (const next of ordered.slice(1)) {
    if (startOf(next) > endOf(last)) spans.push(between(last, next));
    if (endOf(next) > endOf(last)) last = next;
  }
  if (horizonMs - endOf(last) > OVERDUE_MS && !(last.digest !== null && followed.has(placeOf(last.digest)))) {
    const missing = hoursText(endOf(last), horizonMs);
    const note = `the newest digest ends at ${formatTime(endOf(last))}; ${missing} after it are without a digest`;
    spans.push(span(last, endOf(last), horizonMs, 'overdue', note));
  }
  return spans;
}

function beforeFirst(first: CheckedDigest, previous: PreviousDigest | null, places: ReadonlyMap<string, CheckedDigest>): CheckedDigest[] {
  if (previous === null) return [];
  const before = places.get(placeOf(previous));
  if (before !== undefined) return startOf(first) > endOf(before) ? [between(before, first)] : [];
  const note = `the first digest here names one before it, ${previous.key}, which is not here; when the chain began is not known`;
  return [span(first, startOf(first) - HOUR_MS, startOf(first), 'before_first', note)];
}

function between(last: CheckedDigest, next: CheckedDigest): CheckedDigest {
  const [from, to] = [endOf(last), startOf(next)];
  const missing = hoursText(from, to);
  const previous = next.digest?.previous ?? null;
  if (previous === null) {
    const note = `${missing} without a digest; the next one begins a chain: validation or logging was off, or the trail was made anew`;
    return span(last, from, to, 'restarted', note);
  }
  if (last.digest !== null && placeOf(previous) === placeOf(last.digest)) {
    const note = `${missing} without a digest; the next one names the one before them: CloudTrail made none`;
    return span(last, from, to, 'not_made', note);
  }
  const note = `${missing} of digests are not here; the next one names ${previous.key}, so they were made: deleted since, or not given`;
  return span(last, from, to, 'removed', note);
}

function span(of: CheckedDigest, startMs: number, endMs: number, reason: string, note: string): CheckedDigest {
  const { chain, accountId, region, trail } = of;
  return {
    id: sha256Hex(`${chain}\n${startMs}\n${reason}`).slice(0, 32),
    location: null,
    digest: null,
    sha256: null,
    ...{ chain, accountId, region, trail, startMs, endMs },
    state: 'absent',
    reason,
    note,
    moved: false,
    signatureFrom: null,
    keySource: null,
  };
}

const placeOf = ({ bucket, key }: { readonly bucket: string; readonly key: string }): string => `${bucket}/${key}`;
const startOf = ({ digest }: CheckedDigest): number => digest?.startMs ?? 0;
const endOf = ({ digest }: CheckedDigest): number => digest?.endMs ?? 0;

/** A span of whole hours, at least one. */
function hoursText(fromMs: number, toMs: number): string {
  return `${Math.max(1, Math.round((toMs - fromMs) / HOUR_MS))} h`;
}
