/** Sweeps every configured account and region: the answers are kept as they came, then ingested like any input. */
import { type IngestContext, ingestObject } from '../cloud/ingest-object.ts';
import { reconcile } from '../cloud/reconcile.ts';
import { type SessionSource, takeSweep } from '../cloud/session-sweep.ts';
import { SWEEP_PREFIX } from '../cloud/source-kind.ts';
import { sweepKey } from '../lake/cloud-layout.ts';
import { DAY_MS, formatDt, formatTime } from '../time.ts';
import type { SweepTarget } from './environment.ts';
import { report } from './ingest-batch.ts';
import { describeError, type Telemetry } from './telemetry.ts';

/** Places that are swept at once: each has its own limits of calls. */
const AT_ONCE = 4;
/** What is left for keeping and ingesting a sweep when asking has taken too long, milliseconds. */
const RESERVE_MS = 20_000;

/** What one invocation did. */
export interface SweepSummary {
  readonly places: number;
  readonly complete: number;
  readonly sessions: number;
  /** Sweeps of before that had been kept, but not ingested. */
  readonly caughtUp: number;
}

export interface SweepContext {
  readonly ingestion: IngestContext;
  readonly telemetry: Telemetry;
  readonly remainingMs: () => number;
  readonly open: (target: SweepTarget) => Promise<SessionSource & { close(): void }>;
}

/** @throws ObjectFault when a sweep can be neither kept nor ingested; the others are done all the same */
export async function sweepSessions(targets: readonly SweepTarget[], context: SweepContext): Promise<SweepSummary> {
  const sweeps: { complete: boolean; sessions: number }[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const lane = async () => {
    while (next < targets.length) {
      try {
        sweeps.push(await sweepOne(targets[next++] as SweepTarget, context));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  if (failures.length > 0) throw failures[0];
  const complete = sweeps.filter((sweep) => sweep.complete).length;
  const sessions = sweeps.reduce((sum, sweep) => sum + sweep.sessions, 0);
  return { places: targets.length, complete, sessions, caughtUp: await catchUp(context) };
}

async function sweepOne(target: SweepTarget, context: SweepContext): Promise<{ complete: boolean; sessions: number }> {
  const { ingestion, telemetry, remainingMs } = context;
  const { account, region } = target;
  const timeMs = ingestion.now();
  const source = await context.open(target).catch(refusing);
  try {
    const sweep = await takeSweep(source, { account, region }, timeMs, describeError, () => remainingMs() < RESERVE_MS);
    const key = sweepKey(account, region, formatTime(timeMs));
    await ingestion.store.putNew(ingestion.bucket, key, sweep.text, 'application/x-ndjson');
    report('snapshot', await ingestObject('snapshot', ownReference(ingestion.bucket, key), ingestion), telemetry);
    if (!sweep.complete) {
      telemetry.warn('sweep incomplete', { account, region, problems: sweep.problems });
      telemetry.count('SweepIncomplete', 1);
    }
    return sweep;
  } finally {
    source.close();
  }
}

/** A place that cannot even be entered has a sweep, too: one that says that it saw nothing. */
export function refusing(error: unknown): SessionSource & { close(): void } {
  const refuse = async function* (): AsyncGenerator<never> {
    yield* [];
    throw error;
  };
  return { fleetsOfStacks: refuse, sessions: refuse, close: () => undefined };
}

/** Ingests what an invocation that was cut off had kept. */
async function catchUp({ ingestion, telemetry }: SweepContext): Promise<number> {
  const { store, bucket, now } = ingestion;
  const source = { kind: 'snapshot', bucket, prefix: SWEEP_PREFIX } as const;
  const days = { from: formatDt(now() - DAY_MS), to: formatDt(now()) };
  const { missing } = await reconcile(source, days, { store, bucket, writtenBeforeMs: now() });
  for (const { key } of missing) report('snapshot', await ingestObject('snapshot', ownReference(bucket, key), ingestion), telemetry);
  return missing.length;
}

function ownReference(bucket: string, key: string) {
  return { bucket, key, etag: null, versionId: null };
}
