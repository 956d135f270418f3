/** Ingestion on one machine: lists inputs, skips what is known, reads the rest in batches and commits each. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { contestedReports } from '../answer/contested-reports.ts';
import { emptyText } from '../answer/ingest-text.ts';
import { commitBatch } from '../engine/batch-commit.ts';
import { forgetFailed } from '../engine/failed-inputs.ts';
import type { Lake } from '../engine/lake.ts';
import { InterruptedError, UsageError } from '../errors.ts';
import type { InputKind, ReadLimits } from '../ingest/reader.ts';
import { limitsAt } from '../ingest/time-range.ts';
import { type InputObject, planBatches, type StagedBatch } from '../lake/batch.ts';
import type { IngestSummary, InputProblem } from '../lake/ingest-summary.ts';
import { STAGING_FOLDER } from '../lake/layout.ts';
import { type IngestProgress, Totals } from './ingest-totals.ts';
import { type ListingNotes, listInputs } from './input-listing.ts';
import { findKind } from './kind-finding.ts';
import { newnessOf, readKnown, wasUnread } from './known-inputs.ts';
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
  /** Paths below which inputs of any kind lie: what each file is, is found out. */
  readonly anything?: readonly string[];
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

/** What the paths of sources name. */
export interface ListedSources {
  readonly objects: readonly InputObject[];
  /** How much lies beside the inputs, by what it is. */
  readonly passedOver: Readonly<Record<string, number>>;
  /** A line for each path below which there is nothing: an empty folder is no error, but hardly meant. */
  readonly problems: readonly InputProblem[];
}

/**
 * Ingests what was listed, or what sources name.
 * @throws UsageError as `listSources`; DiskFullError; InterruptedError when the signal fires: batches committed
 *   before stay, and the next run goes on from there
 */
export async function ingest(lake: Lake, sources: IngestSources | ListedSources, options: IngestOptions): Promise<IngestSummary> {
  const started = performance.now();
  const { objects: listed, passedOver, problems: empty } = 'objects' in sources ? sources : await listSources(sources);
  const problems: InputProblem[] = [...empty];
  const known = await readKnown(lake);
  const wanted: InputObject[] = [];
  const readable: string[] = [];
  for (const object of listed) {
    const newness = await newnessOf(object, known);
    if (newness === 'new') wanted.push(wasUnread(object.location, known) ? { ...object, wasUnread: true } : object);
    else if (newness === 'readable_again') readable.push(object.location);
  }
  const total = new Totals(listed.length, passedOver, wanted, problems, options.onProgress);
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
  await forgetFailed(
    lake,
    readable,
    listed.map(({ location }) => location),
  );
  await lake.refreshViews();
  if (total.reports.size > 0) problems.push(...(await contestedReports(lake, (report) => total.reports.has(report))));
  return total.summary(listed.length - wanted.length, Math.round(performance.now() - started));
}

/**
 * Lists all that the paths name, before any lake is made.
 * @throws UsageError when a path names nothing or one input is named as two kinds
 */
export async function listSources(sources: IngestSources): Promise<ListedSources> {
  const problems: InputProblem[] = [];
  const passedOver: Record<string, number> = {};
  const kinds: [InputKind, readonly string[]][] = [
    ['cloudtrail', sources.cloudtrail],
    ['usage_report', sources.usageReports],
    ['snapshot', sources.snapshots],
    ['flow_log', sources.flowLogs],
    ['session_check', sources.sessionChecks ?? []],
  ];
  const listed = new Map<string, InputObject>();
  const beside = new Map<string, string>();
  for (const object of await listAnything(sources.anything ?? [], beside, problems)) listed.set(object.location, object);
  for (const [kind, paths] of kinds) {
    if (paths.length === 0) continue;
    const notes: ListingNotes = {
      onEmpty: (path) => problems.push({ location: path, status: 'empty', reason: emptyText(kind, path) }),
      onPassedOver: (location, name) => beside.set(location, name),
    };
    for (const object of await listInputs(kind, paths, notes)) {
      const before = listed.get(object.location);
      const other = before?.kind;
      // a flag is more particular than what was found out
      if (other !== undefined && !before?.isKindFound) {
        throw new UsageError(`${object.location} is named as ${other} and as ${kind}`, { remedy: 'name each input once, as what it is' });
      }
      listed.set(object.location, object);
    }
  }
  // one folder may be given for two kinds: what is read as one is not passed over
  for (const [location, name] of beside) if (!listed.has(location)) passedOver[name] = (passedOver[name] ?? 0) + 1;
  return { objects: [...listed.values()], passedOver, problems };
}

/** What is of no kind that is known is passed over, and named: it may be a log in a form that nobody has met yet. */
async function listAnything(paths: readonly string[], beside: Map<string, string>, problems: InputProblem[]): Promise<InputObject[]> {
  if (paths.length === 0) return [];
  const found: InputObject[] = [];
  const objects = await listInputs(null, paths, {
    onEmpty: (path) => problems.push({ location: path, status: 'empty', reason: `no file below ${path}; check the path` }),
    onPassedOver: (location, name) => beside.set(location, name),
  });
  for (const object of objects) {
    const known = await findKind(object);
    if (known !== null) found.push(known);
    else {
      beside.set(object.location, 'of no known kind');
      const remedy = 'if it is a log, a report or a sweep, give it with the flag of its kind';
      problems.push({ location: object.location, status: 'unknown', reason: `${object.location} is of no kind that is known; ${remedy}` });
    }
  }
  return found;
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
