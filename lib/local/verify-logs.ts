/** Verifies the log files of a lake, or of paths, against digests: reads what has to be read, asks AWS only where that is wanted. */
import { readFileSync } from 'node:fs';
import type { IntegritySource } from '../aws/public-keys.ts';
import { cloudTrailInputs, keepVerification, type LakeInput } from '../engine/integrity.ts';
import type { Lake } from '../engine/lake.ts';
import { InputError, InterruptedError, UsageError } from '../errors.ts';
import { limitsAt } from '../ingest/time-range.ts';
import type { CheckedDigest, FoundDigest } from '../integrity/digest-checks.ts';
import { logFileName, readLogName } from '../integrity/digest-name.ts';
import { isBackfillChain } from '../integrity/digest-spans.ts';
import type { FoundLog } from '../integrity/log-checks.ts';
import { KeyBook, type KeyFile, parseKeyFile, type SavedKey, type SavedSignature } from '../integrity/public-keys.ts';
import { type DeliveryWindow, summarize, type VerificationInput, type VerificationSummary, verify } from '../integrity/verification.ts';
import { listInputs } from './input-listing.ts';
import { isDigestName, type ReadFile, readForVerification } from './integrity-files.ts';

/** A rotation takes a while to show: the key of a digest just after it was not found without a margin. */
const ROTATION_MS = 2 * 3_600_000;
/** A backfill is signed with the key of the day on which it was made. */
const BACKFILL_MS = 3_600_000;
/** Objects of S3 that are read at a time. */
const PARALLEL_GETS = 32;
/** Between two looks at the signal, and at the progress. */
const FILES_A_TURN = 256;

export interface VerifyRequest {
  /** Files, folders, globs, `s3://` prefixes with digests and log files. */
  readonly paths: readonly string[];
  readonly keyFiles: readonly { readonly path: string; readonly region: string | null }[];
  readonly window: DeliveryWindow;
  readonly asOfMs: number;
  readonly nowMs: number;
  /** Asks AWS for keys and signatures that are lacking; null: nobody is asked. */
  readonly source: IntegritySource | null;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface VerifyResult extends VerificationSummary {
  /** Files that were read. */
  readonly filesRead: number;
  /** What could not be used: a key, a file, an answer of AWS. */
  readonly problems: readonly string[];
  /** All keys and signatures that were given or fetched. */
  readonly saved: KeyFile;
}

/**
 * @param lake opened for writing: its CloudTrail inputs are checked, and what was found is kept in it; null: the files of the paths are
 * @throws UsageError when a path names nothing; InterruptedError, then nothing is kept
 */
export async function verifyLogs(lake: Lake | null, request: VerifyRequest): Promise<VerifyResult> {
  const problems: string[] = [];
  const trust = new Trust(request, problems);
  const known = lake === null ? { inputs: [], failed: [] } : await cloudTrailInputs(lake);
  const listed = await listInputs('cloudtrail', request.paths, { onEmpty: (path) => problems.push(`${path} is empty`) });
  const within = (location: string) => {
    const time = isDigestName(location) ? null : (readLogName(location)?.deliveredMs ?? null);
    return time === null || (time >= request.window.fromMs && time < request.window.toMs);
  };
  const inputs = known.inputs.filter((input) => input.isDigest || within(input.location));
  const wanted = new Map<string, boolean>(listed.filter(({ location }) => within(location)).map(({ location }) => [location, false]));
  for (const { location, isDigest, contentSha256 } of inputs) {
    if (contentSha256 === null || isDigest) wanted.set(location, isDigest);
  }
  const files = await readAll(wanted, request);
  const digests = files.flatMap((file): FoundDigest[] =>
    file.digest === null ? [] : [{ location: file.location, read: file.digest, hasTail: file.hasTail, signature: null }],
  );
  const logs = logsOf(inputs, files);
  for (const file of files) if (file.version === null) problems.push(file.problem ?? file.location);
  const unreadNames = new Set(known.failed.map(logFileName));
  const { window, asOfMs } = request;
  const input = (): VerificationInput => ({ digests, logs, ...trust.given, unreadNames, window, asOfMs });
  let verification = verify(input());
  if (request.source !== null && (await trust.ask(verification.digests, request.source))) verification = verify(input());
  if (lake !== null) await keepVerification(lake, verification, window, request.nowMs);
  return { ...summarize(verification), filesRead: files.length, problems, saved: trust.saved };
}

/** @param wanted locations, and whether each is known to be a digest */
async function readAll(wanted: ReadonlyMap<string, boolean>, request: VerifyRequest): Promise<ReadFile[]> {
  const limits = limitsAt(request.nowMs);
  const entries = [...wanted];
  const files: ReadFile[] = new Array(entries.length);
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < entries.length) {
      const place = next++;
      const [location, isDigest] = entries[place] as [string, boolean];
      files[place] = await readForVerification(location, limits, isDigest);
      done++;
      if (done % FILES_A_TURN !== 0) continue;
      request.onProgress?.(done, entries.length);
      // reading from a disk leaves no turn to a signal
      await new Promise((resolve) => setImmediate(resolve));
      if (request.signal?.aborted) throw new InterruptedError('interrupted', { remedy: 'nothing was kept; run the same command again' });
    }
  };
  const isRemote = entries.some(([location]) => location.startsWith('s3://'));
  await Promise.all(Array.from({ length: isRemote ? PARALLEL_GETS : 1 }, lane));
  return files;
}

/** The log files to check: of the lake what was ingested, whatever lies there now, and the files of the paths that it does not have. */
function logsOf(inputs: readonly LakeInput[], files: readonly ReadFile[]): FoundLog[] {
  const byVersion = new Map<string, ReadFile>();
  for (const file of files) if (file.version !== null) byVersion.set(file.version, file);
  const logs: FoundLog[] = [];
  const ingested = new Set<string>();
  for (const { location, version, isDigest, contentSha256 } of inputs) {
    ingested.add(version);
    if (isDigest) continue;
    const file = byVersion.get(version);
    if (file?.digest) continue;
    if (file !== undefined) logs.push({ ...logOf(file, version), location });
    else {
      const problem = contentSha256 === null ? 'the bytes that were ingested are not there any more' : null;
      logs.push({ location, version, contentSha256, hasTail: false, isDamaged: false, problem });
    }
  }
  for (const file of files) {
    if (file.version !== null && file.digest === null && !ingested.has(file.version)) logs.push(logOf(file, file.version));
  }
  return logs;
}

function logOf({ location, contentSha256, hasTail, isDamaged, problem }: ReadFile, version: string): FoundLog {
  return { location, version, contentSha256, hasTail, isDamaged, problem };
}

/** The keys and signatures that are at hand, where they came from, and what AWS can add to them. */
class Trust {
  readonly #keys = new KeyBook();
  readonly #savedKeys: SavedKey[] = [];
  readonly #signatures = new Map<string, SavedSignature>();
  readonly #request: VerifyRequest;
  readonly #problems: string[];

  /** @throws InputError when a file of keys is none; UsageError when it is not there */
  constructor(request: VerifyRequest, problems: string[]) {
    this.#request = request;
    this.#problems = problems;
    for (const { path, region } of request.keyFiles) {
      const { keys, signatures } = parseKeyFile(readKeyFile(path), path, region);
      for (const key of keys) this.#add(key, sourceText(key, path));
      for (const each of signatures) this.#signatures.set(`${each.bucket}/${each.key}`, each);
    }
  }

  get given(): { readonly keys: KeyBook; readonly signatures: ReadonlyMap<string, string> } {
    return { keys: this.#keys, signatures: new Map([...this.#signatures].map(([place, { signature }]) => [place, signature])) };
  }

  get saved(): KeyFile {
    return { keys: this.#savedKeys, signatures: [...this.#signatures.values()] };
  }

  /** Asks for the signatures and then the keys that digests lack. @returns whether there is anything new */
  async ask(digests: readonly CheckedDigest[], source: IntegritySource): Promise<boolean> {
    const before = this.#keys.size + this.#signatures.size;
    const followed = new Set(
      digests.flatMap(({ digest }) => (digest?.previous ? [`${digest.previous.bucket}/${digest.previous.key}`] : [])),
    );
    for (const { digest, chain, state } of digests) {
      if (digest === null || (state !== 'no_signature' && state !== 'no_key')) continue;
      const place = `${digest.bucket}/${digest.key}`;
      // the digest after it names its signature; a backfill says in its metadata when it was made, which is the day of its key
      if ((followed.has(place) && !isBackfillChain(chain)) || this.#signatures.has(place)) continue;
      await this.#try(async () => {
        const found = await source.signature(digest.bucket, digest.key);
        if (found !== null) this.#signatures.set(`${digest.bucket}/${digest.key}`, found);
      });
    }
    for (const [region, { fromMs, toMs }] of this.#spans(digests)) {
      await this.#try(async () => {
        for (const key of await source.keys(region, fromMs, toMs, this.#request.nowMs)) this.#add(key, sourceText(key, 'CloudTrail'));
      });
    }
    return this.#keys.size + this.#signatures.size > before;
  }

  /** From when to when keys of each region are lacking. */
  #spans(digests: readonly CheckedDigest[]): Map<string, { fromMs: number; toMs: number }> {
    const spans = new Map<string, { fromMs: number; toMs: number }>();
    for (const { digest, chain, state, region } of digests) {
      if (digest === null || region === null || state !== 'no_key') continue;
      const made = Date.parse(this.#signatures.get(`${digest.bucket}/${digest.key}`)?.backfillGenerationTimestamp ?? '');
      const isBackfill = isBackfillChain(chain) && !Number.isNaN(made);
      const from = isBackfill ? made - BACKFILL_MS : digest.startMs;
      const to = isBackfill ? made + BACKFILL_MS : digest.endMs + ROTATION_MS;
      const span = spans.get(region);
      if (span === undefined) spans.set(region, { fromMs: from, toMs: to });
      else Object.assign(span, { fromMs: Math.min(span.fromMs, from), toMs: Math.max(span.toMs, to) });
    }
    return spans;
  }

  #add(key: SavedKey, source: string): void {
    const isNew = !this.#keys.has(key.fingerprint);
    const refused = this.#keys.add(key, source);
    if (refused !== null) this.#problems.push(`${refused} (${source})`);
    else if (isNew) this.#savedKeys.push(key);
  }

  async #try(ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#problems.push(error.message);
    }
  }
}

/** Who says so: a file can say anything of itself. */
function sourceText({ fetchedAt, fetchedFrom }: SavedKey, from: string): string {
  const told = fetchedFrom === null ? '' : `${fetchedFrom}${fetchedAt === null ? '' : ` at ${fetchedAt}`}`;
  if (from === 'CloudTrail') return `fetched by this program: ${told}`;
  return told === '' ? `file ${from}` : `file ${from}, which says: ${told}`;
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: ${(cause as Error).message}`, { remedy: 'check --keys' });
  }
}
