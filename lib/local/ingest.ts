/** Ingestion on one machine: lists inputs, skips what is known, reads the rest in batches and commits each. */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { contestedReports } from '../answer/contested-reports.ts';
import { emptyText } from '../answer/ingest-text.ts';
import { commitBatch } from '../engine/batch-commit.ts';
import type { Lake } from '../engine/lake.ts';
import { InterruptedError, UsageError } from '../errors.ts';
import type { InputKind, ReadLimits } from '../ingest/reader.ts';
import { limitsAt } from '../ingest/time-range.ts';
import { type InputObject, planBatches, type StagedBatch } from '../lake/batch.ts';
import type { IngestSummary, InputProblem } from '../lake/ingest-summary.ts';
import { STAGING_FOLDER } from '../lake/layout.ts';
import { type IngestProgress, type KnownInput, Totals } from './ingest-totals.ts';
import { listInputs } from './input-listing.ts';
import { openInput } from './input-source.ts';
import { createStager } from './worker-pool.ts';

export type { IngestSummary } from '../lake/ingest-summary.ts';
export type { IngestProgress } from './ingest-totals.ts';

/** Paths, directories, globs and `s3://` prefixes for each kind. */
export interface IngestSources {
  readonly cloudtrail: readonly string[];
  readonly usageReports: readonly string[];
  readonly snapshots: readonly string[];
  readonly flowLogs: readonly string[];
  readonly sessionChecks?: readonly string[];
}

export interface IngestOptions {
  readonly nowMs: number;
  /** Reader threads; default: one a core. */
  readonly threads?: number;
  /** Default: `limitsAt(nowMs)`. */
  readonly limits?: Partial<ReadLimits>;
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Ingests.
 * @throws UsageError when a path names nothing or one input is named as two kinds; DiskFullError; InterruptedError when the signal fires: batches committed
 *   before stay, and the next run goes on from there
 */
export async function ingest(lake: Lake, sources: IngestSources, options: IngestOptions): Promise<IngestSummary> {
  const started = performance.now();
  const problems: InputProblem[] = [];
  const listed = await listAll(sources, problems);
  const known = await readKnown(lake);
  const wanted: InputObject[] = [];
  for (const object of listed) if (await isNew(object, known)) wanted.push(object);
  const total = new Totals(listed.length, wanted, problems, options.onProgress);
  const threads = options.threads ?? availableParallelism();
  await stageAll(
    lake,
    planBatches(wanted, threads),
    threads,
    options,
    async (batch, folder) => {
      total.add(batch, await commitBatch(lake, batch, folder), known);
    },
    total,
  );
  await lake.refreshViews();
  if (total.reports.size > 0) problems.push(...(await contestedReports(lake, (report) => total.reports.has(report))));
  return total.summary(listed.length - wanted.length, Math.round(performance.now() - started));
}

/** @param problems gets a line for each path below which there is nothing: an empty folder is no error, but hardly meant */
async function listAll(sources: IngestSources, problems: InputProblem[]): Promise<InputObject[]> {
  const kinds: [InputKind, readonly string[]][] = [
    ['cloudtrail', sources.cloudtrail],
    ['usage_report', sources.usageReports],
    ['snapshot', sources.snapshots],
    ['flow_log', sources.flowLogs],
    ['session_check', sources.sessionChecks ?? []],
  ];
  const listed = new Map<string, InputObject>();
  for (const [kind, paths] of kinds) {
    if (paths.length === 0) continue;
    const onEmpty = (path: string) => problems.push({ location: path, status: 'empty', reason: emptyText(kind, path) });
    for (const object of await listInputs(kind, paths, onEmpty)) {
      const other = listed.get(object.location)?.kind;
      if (other !== undefined) {
        throw new UsageError(`${object.location} is named as ${other} and as ${kind}`, { remedy: 'name each input once, as what it is' });
      }
      listed.set(object.location, object);
    }
  }
  return [...listed.values()];
}

async function readKnown(lake: Lake): Promise<Map<string, KnownInput[]>> {
  const rows = await lake.database.rows<{
    location: string;
    size_bytes: number;
    modified_ms: number;
    etag: string | null;
    status: string;
    sha256: string;
  }>('SELECT location, size_bytes, modified_ms, etag, status, sha256 FROM inputs ORDER BY ingested_at_ms, modified_ms');
  const known = new Map<string, KnownInput[]>();
  for (const row of rows) {
    const versions = known.get(row.location) ?? [];
    versions.push({ size: row.size_bytes, modifiedMs: row.modified_ms, etag: row.etag, status: row.status, sha256: row.sha256 });
    known.set(row.location, versions);
  }
  return known;
}

/** What was rejected is read again: the reason may have been ours, or have passed. */
async function isNew(object: InputObject, known: ReadonlyMap<string, readonly KnownInput[]>): Promise<boolean> {
  // only the latest: bytes that come back after others were there are news, for they speak last again
  const latest = (known.get(object.location) ?? []).filter((version) => version.status !== 'rejected').at(-1);
  if (latest === undefined) return true;
  if (isUnchanged(object, latest)) return false;
  if (object.etag !== null || latest.size !== object.sizeBytes) return true;
  // touched or copied again: only the bytes can tell
  const sha256 = await hashFile(object.location).catch(() => null); // reading it says what is wrong
  return latest.sha256 !== sha256;
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

/**
 * Stages with as many threads as allowed and commits in turn. A thread reads its next batch while its last one is committed,
 * so at most two batches a thread lie in the staging folder.
 */
async function stageAll(
  lake: Lake,
  batches: readonly InputObject[][],
  threads: number,
  options: IngestOptions,
  commit: (batch: StagedBatch, folder: string) => Promise<void>,
  total: Totals,
): Promise<void> {
  const limits = { ...limitsAt(options.nowMs), ...options.limits };
  const stager = createStager(Math.min(threads, batches.length));
  let next = 0;
  let stopped = false;
  let committing = Promise.resolve();
  const lane = async () => {
    let own = Promise.resolve();
    while (next < batches.length && !stopped) {
      checkInterrupted(options.signal);
      const number = next++;
      const folder = lake.path(join(STAGING_FOLDER, String(number)));
      const request = { folder, inputs: batches[number] ?? [], nowMs: options.nowMs, limits };
      const batch = await stager.stage(request, total.progress);
      // the thread reads its next batch meanwhile: the engine alone does not keep all cores busy
      await own;
      if (stopped) return;
      own = committing = committing.then(async () => {
        checkInterrupted(options.signal);
        await commit(batch, folder);
      });
      // its failure is told where it is waited for
      own.catch(() => undefined);
    }
    await own;
  };
  const interrupted = new Promise<never>((_, reject) => {
    options.signal?.addEventListener('abort', () => reject(interruption()), { once: true });
  });
  interrupted.catch(() => undefined);
  try {
    await Promise.race([Promise.all(Array.from({ length: Math.max(1, Math.min(threads, batches.length)) }, lane)), interrupted]);
  } finally {
    stopped = true;
    await stager.close();
    // a commit that was under way is finished, not torn
    await committing.catch(() => undefined);
  }
}

function checkInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interruption();
}

function interruption(): InterruptedError {
  return new InterruptedError('interrupted', { remedy: 'what was committed stays; run the same command again to go on' });
}
