/** A whole verification: digests, then log files, and what it comes to. Pure: whoever calls it has read the files. */
import { type CheckedDigest, checkDigests, type DigestState, type FoundDigest, isProven } from './digest-checks.ts';
import { readLogName } from './digest-name.ts';
import { type CheckedLog, checkLogs, type FoundLog, type LogState } from './log-checks.ts';
import type { KeyBook } from './public-keys.ts';

/** First instant inclusive and last exclusive of the deliveries that are asked about, epoch milliseconds. */
export interface DeliveryWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface VerificationInput {
  readonly digests: readonly FoundDigest[];
  readonly logs: readonly FoundLog[];
  readonly keys: KeyBook;
  /** Saved signatures, hex, by `bucket/key`. */
  readonly signatures: ReadonlyMap<string, string>;
  /** Names of log files that could not be read at all. */
  readonly unreadNames: ReadonlySet<string>;
  readonly window: DeliveryWindow;
  /** The present, as far as the verification goes, epoch milliseconds. */
  readonly asOfMs: number;
}

export interface Verification {
  /** All digests, whatever the window: those of other times sign for those within it. */
  readonly digests: readonly CheckedDigest[];
  /** Log files delivered within the window, and those whose name states no time. */
  readonly logs: readonly CheckedLog[];
}

export function verify({ digests, logs, keys, signatures, unreadNames, window, asOfMs }: VerificationInput): Verification {
  const checked = checkDigests(digests, keys, signatures, Math.min(asOfMs, newestMs(digests, logs)));
  const of = (ms: number | null) => ms === null || (ms >= window.fromMs && ms < window.toMs);
  return { digests: checked, logs: checkLogs(logs, checked, unreadNames).filter(({ deliveredMs }) => of(deliveredMs)) };
}

/** The newest delivery that anything here knows of: evidence of last year is not overdue today. */
function newestMs(digests: readonly FoundDigest[], logs: readonly FoundLog[]): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { read } of digests) if (!('malformed' in read)) newest = Math.max(newest, read.endMs);
  for (const { location } of logs) newest = Math.max(newest, readLogName(location)?.deliveredMs ?? newest);
  return newest;
}

/** What is told of one chain. */
export interface ChainSummary {
  readonly chain: string;
  readonly accountId: string | null;
  readonly region: string | null;
  /** First start and last end of its digests, epoch milliseconds; null when they cannot be read. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly states: Readonly<Partial<Record<DigestState, number>>>;
  readonly listedFiles: number;
}

export interface VerificationSummary {
  readonly chains: readonly ChainSummary[];
  readonly digests: Readonly<Record<DigestState, number>>;
  readonly logs: Readonly<Record<LogState, number>>;
  /** Log files that are not covered, by reason. */
  readonly notCovered: Readonly<Record<string, number>>;
  /** Names and SHA-256 of keys and where they came from: of those that prove something. */
  readonly keys: readonly { readonly fingerprint: string; readonly source: string; readonly digests: number }[];
  readonly digestProblems: readonly CheckedDigest[];
  readonly logProblems: readonly CheckedLog[];
}

export function summarize({ digests, logs }: Verification): VerificationSummary {
  const digestCounts = { valid: 0, broken_link: 0, bad_signature: 0, no_signature: 0, no_key: 0, malformed: 0, absent: 0 };
  const logCounts = { verified: 0, modified: 0, missing: 0, unlisted: 0, not_covered: 0 };
  const notCovered: Record<string, number> = {};
  const keys = new Map<string, { fingerprint: string; source: string; digests: number }>();
  for (const each of digests) {
    digestCounts[each.state]++;
    if (each.digest === null || each.keySource === null || !isProven(each)) continue;
    const fingerprint = each.digest.fingerprint.toLowerCase();
    const key = keys.get(fingerprint) ?? { fingerprint, source: each.keySource, digests: 0 };
    key.digests++;
    keys.set(fingerprint, key);
  }
  for (const { state, reason } of logs) {
    logCounts[state]++;
    if (state === 'not_covered') notCovered[reason] = (notCovered[reason] ?? 0) + 1;
  }
  return {
    chains: chainsOf(digests),
    digests: digestCounts,
    logs: logCounts,
    notCovered,
    keys: [...keys.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)),
    digestProblems: digests.filter(({ state }) => state !== 'valid'),
    logProblems: logs.filter(({ state }) => state !== 'verified' && state !== 'not_covered'),
  };
}

function chainsOf(digests: readonly CheckedDigest[]): ChainSummary[] {
  const chains = new Map<string, CheckedDigest[]>();
  for (const each of digests) {
    const chain = chains.get(each.chain);
    if (chain === undefined) chains.set(each.chain, [each]);
    else chain.push(each);
  }
  return [...chains]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([chain, of]) => {
      const states: Partial<Record<DigestState, number>> = {};
      for (const { state } of of) states[state] = (states[state] ?? 0) + 1;
      const times = (pick: (each: CheckedDigest) => number | null) =>
        of.filter(({ digest }) => digest !== null).flatMap((each) => pick(each) ?? []);
      const [starts, ends] = [times(({ startMs }) => startMs), times(({ endMs }) => endMs)];
      return {
        chain,
        accountId: of[0]?.accountId ?? null,
        region: of[0]?.region ?? null,
        fromMs: starts.length === 0 ? null : starts.reduce((a, b) => Math.min(a, b)),
        toMs: ends.length === 0 ? null : ends.reduce((a, b) => Math.max(a, b)),
        states,
        listedFiles: of.reduce((sum, { digest }) => sum + (digest?.files.length ?? 0), 0),
      };
    });
}

/** Whether something is not what CloudTrail wrote, or is gone although it wrote it. */
export function isContradicted({ digests, logs, digestProblems }: VerificationSummary): boolean {
  const bad = digests.bad_signature + digests.broken_link + digests.malformed;
  const removed = digestProblems.some(({ reason }) => reason === 'removed');
  return bad + logs.modified + logs.missing + logs.unlisted > 0 || removed;
}
