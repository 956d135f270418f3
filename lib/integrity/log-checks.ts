/** What checked digests say of log files: by content first, because a hash that a genuine digest lists is genuine under any name. */
import { DAY_MS, formatTime } from '../time.ts';
import { type CheckedDigest, digestTitle, isProven } from './digest-checks.ts';
import type { ListedFile } from './digest-file.ts';
import { isMoved, logFileName, readLogName } from './digest-name.ts';
import { isBackfillChain } from './digest-spans.ts';

export type LogState = 'verified' | 'modified' | 'missing' | 'unlisted' | 'not_covered';

/** A log file that is to be checked. */
export interface FoundLog {
  /** Absolute path or `s3://bucket/key`. */
  readonly location: string;
  /** SHA-256 of the bytes as stored, lower-case hex: names what was ingested. */
  readonly version: string;
  /** SHA-256 of all that is read of it, unpacked; null when it could not be had, for the reason in `problem`. */
  readonly contentSha256: string | null;
  /** True when bytes follow its gzip stream, or a second stream does. */
  readonly hasTail: boolean;
  /** True when its gzip data contradict themselves: then it is not what CloudTrail wrote, whatever that was. */
  readonly isDamaged: boolean;
  readonly problem: string | null;
}

export interface CheckedLog {
  readonly location: string;
  readonly version: string;
  readonly state: LogState;
  readonly reason: string;
  readonly note: string;
  readonly moved: boolean;
  readonly contentSha256: string | null;
  readonly listed: ListedFile | null;
  /** The digest that lists it. */
  readonly by: CheckedDigest | null;
  readonly accountId: string | null;
  readonly region: string | null;
  readonly deliveredMs: number | null;
}

/** The version of a log file that is not there. */
export const MISSING_VERSION = 'missing';

const MINUTE_MS = 60_000;
/** A file's name is 18 minutes before to 5 after its delivery (F§5.4): it is listed by a digest of this span. */
const DELIVERED_BEFORE_MS = 5 * MINUTE_MS;
const DELIVERED_AFTER_MS = 20 * MINUTE_MS;
/** So long a digest may still be made up for: what is unlisted before is not told. */
const SETTLED_MS = 24 * 60 * MINUTE_MS;

interface Listing {
  readonly file: ListedFile;
  readonly by: CheckedDigest;
  /** What is said of a file that it lists: made once a digest, not once a file. */
  readonly note: string;
}

/**
 * Checks log files, and tells which of those that genuine digests list are not among them.
 * @param known names (`logFileName`) of files that could not be read at all: they are not missing
 */
export function checkLogs(
  logs: readonly FoundLog[],
  digests: readonly CheckedDigest[],
  known: ReadonlySet<string> = new Set(),
): CheckedLog[] {
  const lists = new Lists(digests);
  const coverage = new Coverage(digests);
  const checked = logs.map((log) => checkLog(log, lists, coverage));
  return [...checked, ...missingFiles(checked, lists, known)];
}

/** Files that digests list, by content and by name; proven ones apart. */
class Lists {
  readonly proven = { byHash: new Map<string, Listing>(), byName: new Map<string, Listing>() };
  readonly unproven = { byHash: new Map<string, Listing>(), byName: new Map<string, Listing>() };

  constructor(digests: readonly CheckedDigest[]) {
    for (const by of digests) {
      const { byHash, byName } = isProven(by) ? this.proven : this.unproven;
      const note = listedNote(by);
      for (const file of by.digest?.files ?? []) {
        const listing = { file, by, note };
        if (!byHash.has(file.sha256)) byHash.set(file.sha256, listing);
        const name = logFileName(file.key);
        if (!byName.has(name)) byName.set(name, listing);
      }
    }
  }
}

function checkLog(log: FoundLog, lists: Lists, coverage: Coverage): CheckedLog {
  const { contentSha256: hash } = log;
  const ofName = lists.proven.byName.get(logFileName(log.location));
  if (hash === null) {
    if (log.isDamaged && ofName !== undefined) return outcome(log, 'modified', 'damaged', 'its gzip data are damaged', ofName);
    return outcome(log, 'not_covered', 'unread', log.problem ?? 'its bytes could not be read', null);
  }
  const ofContent = lists.proven.byHash.get(hash);
  if (ofContent !== undefined) {
    if (!log.hasTail) return outcome(log, 'verified', 'listed', verifiedNote(log, ofContent), ofContent);
    return outcome(log, 'modified', 'trailing_bytes', 'bytes follow the gzip stream that CloudTrail wrote', ofContent);
  }
  if (ofName !== undefined) {
    return outcome(log, 'modified', 'other_hash', `a genuine digest lists it with SHA-256 ${ofName.file.sha256}`, ofName);
  }
  return uncovered(log, hash, lists, coverage);
}

function verifiedNote(log: FoundLog, { file, note }: Listing): string {
  return logFileName(file.key) === logFileName(log.location) ? note : `${note}, as ${file.key}`;
}

function listedNote({ endMs, state }: CheckedDigest): string {
  const linked = state === 'broken_link' ? ' (that digest verifies, but its link to the one before does not)' : '';
  return `listed by the digest${endMs === null ? '' : ` of ${formatTime(endMs)}`}${linked}`;
}

/** No genuine digest lists it: is that because none is there for its time, or because none would? */
function uncovered(log: FoundLog, hash: string, lists: Lists, coverage: Coverage): CheckedLog {
  const unproven = lists.unproven.byHash.get(hash) ?? lists.unproven.byName.get(logFileName(log.location));
  if (unproven !== undefined) {
    const differs = unproven.file.sha256 === hash ? '' : ', and with another SHA-256';
    const note = `only a digest that is not proven lists it (${unproven.by.reason})${differs}: ${digestTitle(unproven.by)}`;
    return outcome(log, 'not_covered', 'digest_unproven', note, unproven);
  }
  const name = readLogName(log.location);
  if (name === null) {
    return outcome(
      log,
      'not_covered',
      'no_name',
      'no digest lists its content, and its name does not say of which account, region and time it is',
      null,
    );
  }
  if (!name.isLog) {
    return outcome(log, 'not_covered', 'other_kind', 'it is none of the log files that digests are known to list', null);
  }
  const { reason, note } = coverage.of(name.accountId, name.region, name.deliveredMs);
  return outcome(log, reason === 'unlisted' ? 'unlisted' : 'not_covered', reason, note, null);
}

interface Chain {
  /** Spans of proven digests, joined, in order. */
  readonly spans: (readonly [startMs: number, endMs: number])[];
  readonly newestMs: number;
}

/** For which time the chains of an account and region have proven digests. */
class Coverage {
  readonly #chains = new Map<string, Map<string, CheckedDigest[]>>();
  readonly #joined = new Map<string, Chain[]>();

  constructor(digests: readonly CheckedDigest[]) {
    for (const each of digests) {
      if (each.digest === null || each.accountId === null || each.region === null || isBackfillChain(each.chain)) continue;
      const place = `${each.accountId} ${each.region}`;
      const chains = this.#chains.get(place) ?? new Map<string, CheckedDigest[]>();
      this.#chains.set(place, chains);
      const chain = chains.get(each.chain);
      if (chain === undefined) chains.set(each.chain, [each]);
      else chain.push(each);
    }
  }

  of(accountId: string, region: string, deliveredMs: number): { readonly reason: string; readonly note: string } {
    const chains = this.#chainsOf(`${accountId} ${region}`);
    if (chains.length === 0) {
      return {
        reason: 'no_digest',
        note: `no digest of account ${accountId} in ${region} is here: it proves nothing, and disproves nothing`,
      };
    }
    const [from, to] = [deliveredMs - DELIVERED_BEFORE_MS, deliveredMs + DELIVERED_AFTER_MS];
    const open = chains.find(({ spans }) => !spans.some(([start, end]) => start <= from && to <= end));
    if (open !== undefined) {
      const [first] = open.spans;
      if (first === undefined) return { reason: 'digest_unproven', note: 'no digest of its account and region is proven' };
      if (from < first[0]) return { reason: 'before_first', note: `the first proven digest begins at ${formatTime(first[0])}` };
      if (to > open.newestMs) return { reason: 'after_last', note: `the last proven digest ends at ${formatTime(open.newestMs)}` };
      return { reason: 'gap', note: `no proven digest is here for ${formatTime(from)} to ${formatTime(to)}` };
    }
    const newestMs = Math.min(...chains.map((chain) => chain.newestMs));
    if (newestMs < deliveredMs + SETTLED_MS) {
      return { reason: 'too_recent', note: 'no digest lists it yet; 24 h after its delivery this is told as unlisted' };
    }
    const note = `genuine digests are here for ${formatTime(from)} to ${formatTime(to)} and for a day after, and none lists it; a backfill may still come`;
    return { reason: 'unlisted', note };
  }

  #chainsOf(place: string): readonly Chain[] {
    const known = this.#joined.get(place);
    if (known !== undefined) return known;
    const chains = [...(this.#chains.get(place)?.values() ?? [])].map(joined);
    this.#joined.set(place, chains);
    return chains;
  }
}

function joined(chain: readonly CheckedDigest[]): Chain {
  const ordered = chain
    .filter(isProven)
    .flatMap(({ digest }): [number, number][] => (digest === null ? [] : [[digest.startMs, digest.endMs]]))
    .sort((a, b) => a[0] - b[0]);
  const spans: [number, number][] = [];
  for (const [start, end] of ordered) {
    const last = spans.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return { spans, newestMs: spans.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY };
}

/** What genuine digests list and is not there, neither by content nor by name. */
function missingFiles(logs: readonly CheckedLog[], { proven }: Lists, known: ReadonlySet<string>): CheckedLog[] {
  const hashes = new Set(logs.map(({ contentSha256 }) => contentSha256));
  // a name that holds the content of another genuine file hides that its own is gone
  const told = logs.filter(({ state, reason }) => state === 'modified' || reason === 'unread');
  const names = new Set([...known, ...told.map(({ location }) => logFileName(location))]);
  const days = new Set<string>();
  const places = new Set<string>();
  for (const { accountId, region, deliveredMs } of logs) {
    if (deliveredMs === null) continue;
    places.add(`${accountId} ${region}`);
    days.add(`${accountId} ${region} ${Math.floor(deliveredMs / DAY_MS)}`);
  }
  const missing: CheckedLog[] = [];
  for (const listing of proven.byHash.values()) {
    const { key, bucket, sha256 } = listing.file;
    if (hashes.has(sha256) || names.has(logFileName(key))) continue;
    const name = readLogName(key);
    const place = `${name?.accountId} ${name?.region}`;
    const isDayHere = name !== null && days.has(`${place} ${Math.floor(name.deliveredMs / DAY_MS)}`);
    const reason = isDayHere ? 'others_here' : places.has(place) ? 'none_of_day' : 'none_of_region';
    const log = { location: `s3://${bucket}/${key}`, version: MISSING_VERSION, contentSha256: null };
    missing.push(outcome(log, 'missing', reason, MISSING_NOTES[reason], listing));
  }
  return missing;
}

const MISSING_NOTES = {
  others_here: 'a genuine digest lists it and it is not here, though others of its day are: deleted since, or never given',
  none_of_day: 'a genuine digest lists it and it is not here, nor any other of its account, region and day: deleted since, or never given',
  none_of_region: 'a genuine digest lists it and it is not here, nor any other of its account and region: deleted since, or never given',
} as const;

function outcome(
  { location, version, contentSha256 }: Pick<FoundLog, 'location' | 'version' | 'contentSha256'>,
  state: LogState,
  reason: string,
  note: string,
  listing: Listing | null,
): CheckedLog {
  const listed = listing?.file ?? null;
  const name = (listed === null ? null : readLogName(listed.key)) ?? readLogName(location);
  return {
    location,
    version,
    state,
    reason,
    note,
    moved: listed !== null && state !== 'missing' && isMoved(location, listed.bucket, listed.key),
    contentSha256,
    listed,
    by: listing?.by ?? null,
    accountId: name?.accountId ?? null,
    region: name?.region ?? null,
    deliveredMs: name?.deliveredMs ?? null,
  };
}
