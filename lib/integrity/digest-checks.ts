/**
 * Which digests are genuine, and which are lacking. Offline: S3 keeps the signature of a digest as metadata, but every digest names
 * the signature of the one before it, too, so that of a plain copy only the newest of each chain cannot be checked.
 */
import { sha256Hex } from '../ingest/digest.ts';
import { formatTime } from '../time.ts';
import type { Digest, MalformedDigest } from './digest-file.ts';
import { chainText, isMoved, readDigestKey } from './digest-name.ts';
import { spansWithoutDigest } from './digest-spans.ts';
import type { KeyBook } from './public-keys.ts';

/** A digest as it was read. */
export interface FoundDigest {
  /** Absolute path or `s3://bucket/key`. */
  readonly location: string;
  readonly read: Digest | MalformedDigest;
  /** True when bytes follow its gzip stream. */
  readonly hasTail: boolean;
  /** Signature of the object's metadata, hex; null where there is none. */
  readonly signature: string | null;
}

export type DigestState = 'valid' | 'broken_link' | 'bad_signature' | 'no_signature' | 'no_key' | 'malformed' | 'absent';
export type SignatureSource = 'metadata' | 'file' | 'next_digest';

/** A digest, or a span of time without one, with what is to be said of it. */
export interface CheckedDigest {
  readonly id: string;
  /** Null for a span without digest. */
  readonly location: string | null;
  readonly digest: Digest | null;
  readonly sha256: string | null;
  readonly chain: string;
  readonly accountId: string | null;
  readonly region: string | null;
  readonly trail: string | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly state: DigestState;
  readonly reason: string;
  readonly note: string;
  readonly moved: boolean;
  readonly signatureFrom: SignatureSource | null;
  readonly keySource: string | null;
}

/** Whether what a digest lists is proven. */
export function isProven({ state }: Pick<CheckedDigest, 'state'>): boolean {
  return state === 'valid' || state === 'broken_link';
}

interface Candidate {
  readonly signature: string;
  readonly from: SignatureSource;
}

interface Verdict {
  readonly state: DigestState;
  readonly reason: string;
  readonly note: string;
  readonly signatureFrom: SignatureSource | null;
}

/**
 * Checks digests, each content once, and finds the spans of each chain that have none.
 * @param saved signatures that were saved before, hex, by `bucket/key`
 * @param horizonMs up to when a chain should have digests, epoch milliseconds
 */
export function checkDigests(
  found: readonly FoundDigest[],
  keys: KeyBook,
  saved: ReadonlyMap<string, string>,
  horizonMs: number,
): CheckedDigest[] {
  const once = distinct(found);
  const places = new Map<string, FoundDigest[]>();
  const named = new Map<string, Set<string>>();
  for (const each of once) {
    if ('malformed' in each.read) continue;
    const { bucket, key, previous } = each.read;
    put(places, `${bucket}/${key}`, each);
    if (previous !== null) {
      const place = `${previous.bucket}/${previous.key}`;
      named.set(place, (named.get(place) ?? new Set()).add(previous.signature.toLowerCase()));
    }
  }
  const verdicts = new Map<FoundDigest, Verdict>();
  for (const each of once) verdicts.set(each, signatureVerdict(each, keys, candidatesOf(each, saved, named)));
  const checked = once.map((each) => {
    const own = verdicts.get(each) as Verdict;
    return describe(each, own.state === 'valid' ? linked(each, own, places, verdicts) : own, keys);
  });
  return [...checked, ...spansWithoutDigest(checked, horizonMs)];
}

/** Copies of one digest are one; the one that lies in its place before others. */
function distinct(found: readonly FoundDigest[]): FoundDigest[] {
  const byContent = new Map<string, FoundDigest>();
  for (const each of [...found].sort((a, b) => (a.location < b.location ? -1 : 1))) {
    const known = byContent.get(each.read.sha256);
    if (known === undefined) byContent.set(each.read.sha256, each);
    else if (rank(each) < rank(known)) byContent.set(each.read.sha256, { ...each, signature: each.signature ?? known.signature });
    else if (known.signature === null && each.signature !== null) byContent.set(each.read.sha256, { ...known, signature: each.signature });
  }
  return [...byContent.values()];
}

/** A sound copy stands for the content before one with something behind it, and before one elsewhere. */
function rank({ location, read, hasTail }: FoundDigest): number {
  const moved = 'malformed' in read || isMoved(location, read.bucket, read.key);
  return (hasTail ? 2 : 0) + (moved ? 1 : 0);
}

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Every signature that is said to be of the digest. None of them is trusted: the key decides. */
function candidatesOf(
  { read, signature }: FoundDigest,
  saved: ReadonlyMap<string, string>,
  named: ReadonlyMap<string, ReadonlySet<string>>,
): Candidate[] {
  if ('malformed' in read) return [];
  const place = `${read.bucket}/${read.key}`;
  const file = saved.get(place);
  return [
    ...(signature === null ? [] : [{ signature, from: 'metadata' as const }]),
    ...(file === undefined ? [] : [{ signature: file, from: 'file' as const }]),
    ...[...(named.get(place) ?? [])].map((each) => ({ signature: each, from: 'next_digest' as const })),
  ];
}

const SOURCES: Readonly<Record<SignatureSource, string>> = {
  metadata: 'the metadata of the object',
  file: 'the saved signatures',
  next_digest: 'the digest after it',
};

function signatureVerdict(each: FoundDigest, keys: KeyBook, candidates: readonly Candidate[]): Verdict {
  const { read } = each;
  const no = { signatureFrom: null };
  if ('malformed' in read) return { ...no, state: 'malformed', reason: 'malformed', note: `it is no digest: ${read.malformed}` };
  if (each.hasTail)
    return { ...no, state: 'malformed', reason: 'trailing_bytes', note: 'bytes follow its gzip stream, which no signature covers' };
  if (!keys.has(read.fingerprint)) {
    const note = `the public key ${read.fingerprint} that it names is not given`;
    return { ...no, state: 'no_key', reason: 'no_key', note };
  }
  const good = candidates.find(({ signature }) => keys.verify(read, signature) === true);
  if (good !== undefined) {
    return { state: 'valid', reason: 'valid', note: `its signature, from ${SOURCES[good.from]}, verifies`, signatureFrom: good.from };
  }
  const [bad] = candidates;
  if (bad === undefined) {
    const note = 'its signature is not given: neither metadata, nor a saved signature, nor a digest after it';
    return { ...no, state: 'no_signature', reason: 'no_signature', note };
  }
  const note = `its signature, from ${SOURCES[bad.from]}, does not verify`;
  return { state: 'bad_signature', reason: 'bad_signature', note, signatureFrom: bad.from };
}

/** A genuine digest whose link to the one before it does not hold. The AWS CLI never compares the hash. */
function linked(
  { read }: FoundDigest,
  own: Verdict,
  places: ReadonlyMap<string, readonly FoundDigest[]>,
  verdicts: ReadonlyMap<FoundDigest, Verdict>,
): Verdict {
  if ('malformed' in read || read.previous === null) return own;
  const { bucket, key, sha256 } = read.previous;
  const before = places.get(`${bucket}/${key}`) ?? [];
  if (before.length === 0 || before.some((each) => each.read.sha256 === sha256.toLowerCase())) return own;
  // one that does not verify is told by itself; the digest after it is what shows it
  if (!before.some((each) => verdicts.get(each)?.state === 'valid')) return own;
  const note = `${own.note}, but the digest before it, ${key}, has another content than the SHA-256 that it names`;
  return { ...own, state: 'broken_link', reason: 'previous_hash', note };
}

function describe({ location, read, hasTail }: FoundDigest, verdict: Verdict, keys: KeyBook): CheckedDigest {
  const digest = 'malformed' in read ? null : read;
  const name = digest === null ? readDigestKey('', withoutBucket(location)) : readDigestKey(digest.bucket, digest.key);
  const chain = name === null ? `unknown ${digest === null ? location : `${digest.bucket}/${digest.key}`}` : chainText(name);
  return {
    id: sha256Hex(`${chain}\n${read.sha256}\n${hasTail}`).slice(0, 32),
    location,
    digest,
    sha256: read.sha256,
    chain,
    accountId: name?.accountId ?? null,
    region: name?.region ?? null,
    trail: name?.trail ?? null,
    startMs: digest?.startMs ?? null,
    endMs: digest?.endMs ?? null,
    ...verdict,
    moved: digest !== null && isMoved(location, digest.bucket, digest.key),
    keySource: digest === null ? null : keys.sourceOf(digest.fingerprint),
  };
}

/** What stands before `AWSLogs/` in a path is where it was copied to: a malformed digest does not say where it belongs. */
function withoutBucket(location: string): string {
  return location.slice(Math.max(0, location.indexOf('AWSLogs/')));
}

/** In a sentence, for people: which digest, or which span. */
export function digestTitle({ digest, location, chain, startMs, endMs }: CheckedDigest): string {
  if (digest !== null) return `s3://${digest.bucket}/${digest.key}`;
  if (location !== null) return location;
  const from = startMs === null ? 'an unknown time' : formatTime(startMs);
  return `${chain}, ${from} to ${endMs === null ? 'an unknown time' : formatTime(endMs)}`;
}
