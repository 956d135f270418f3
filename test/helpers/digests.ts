/** Chains of digests and their log files for tests, signed with a key of our own. */
import {
  type ChainPlan,
  type DigestedLog,
  type DigestSigner,
  type MadeDigest,
  makeDigests,
  makeSigner,
} from '../../lib/demo/digest-chain.ts';
import { sha256Hex } from '../../lib/ingest/digest.ts';
import { type CheckedDigest, checkDigests, type FoundDigest } from '../../lib/integrity/digest-checks.ts';
import { parseDigest } from '../../lib/integrity/digest-file.ts';
import type { FoundLog } from '../../lib/integrity/log-checks.ts';
import { KeyBook } from '../../lib/integrity/public-keys.ts';
import { formatTime } from '../../lib/time.ts';

export const BUCKET = 'trail-logs';
export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const START = Date.parse('2026-03-02T00:00:00Z');
export const HOUR = 3_600_000;

/** One key for all tests: making one takes longer than most of them. */
export const SIGNER: DigestSigner = makeSigner();

/** A log file by the time in its name; its content is its name. */
export function logAt(
  time: string,
  unique = 'abcdefghijklmnop',
  more: { account?: string; region?: string } = {},
): DigestedLog & { text: string } {
  const { account = ACCOUNT, region = REGION } = more;
  const ms = Date.parse(time);
  const stamp = `${formatTime(ms).slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
  const day = formatTime(ms).slice(0, 10).replaceAll('-', '/');
  const key = `AWSLogs/${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_${stamp}_${unique}.json.gz`;
  const text = `{"Records":[],"name":"${key}"}`;
  return { key, sha256: sha256Hex(text), deliveredMs: ms, text };
}

/** The digests of a day, or of what the plan says. */
export function chain(plan: Partial<ChainPlan> = {}, signer: DigestSigner = SIGNER): MadeDigest[] {
  return makeDigests(
    { bucket: BUCKET, accountId: ACCOUNT, region: REGION, trail: 'main', startMs: START, hours: 24, logs: [], ...plan },
    signer,
  );
}

/** A digest as it is found on a disk: without its metadata. */
export function onDisk(made: MadeDigest, more: Partial<FoundDigest> = {}): FoundDigest {
  return { location: `/evidence/${made.key}`, read: parseDigest(made.bytes), hasTail: false, signature: null, ...more };
}

/** A digest as S3 has it. */
export function inS3(made: MadeDigest): FoundDigest {
  return onDisk(made, { location: `s3://${made.bucket}/${made.key}`, signature: made.signature });
}

/** A log file as it is found on a disk. */
export function found(log: DigestedLog, more: Partial<FoundLog> = {}): FoundLog {
  return {
    location: `/evidence/${log.key}`,
    version: sha256Hex(`stored ${log.sha256}`),
    contentSha256: log.sha256,
    hasTail: false,
    isDamaged: false,
    problem: null,
    ...more,
  };
}

/** The public key of a signer, as a test would be given it. */
export function book(...signers: readonly DigestSigner[]): KeyBook {
  const keys = new KeyBook();
  for (const signer of signers.length === 0 ? [SIGNER] : signers) keys.add(signer, 'file keys.json');
  return keys;
}

/** Checks what was found with the key of {@link SIGNER}; digests are due up to the end of the last one, unless it is said otherwise. */
export function check(digests: readonly FoundDigest[], horizonMs?: number, keys: KeyBook = book()): CheckedDigest[] {
  const ends = digests.flatMap(({ read }) => ('malformed' in read ? [] : [read.endMs]));
  return checkDigests(digests, keys, new Map(), horizonMs ?? Math.max(...ends));
}

/** `state reason` of what is not valid, with the hours it is about. */
export function problemsOf(checked: readonly CheckedDigest[]): string[] {
  return checked
    .filter(({ state }) => state !== 'valid')
    .map(({ state, reason, startMs, endMs }) => `${state} ${reason} ${hourOf(startMs)}-${hourOf(endMs)}`)
    .sort();
}

const hourOf = (ms: number | null): string => (ms === null ? '?' : String((ms - START) / HOUR));
