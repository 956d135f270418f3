/** One correlation run on the embedded engine: plan, judge, count, and then publish all of it in one transaction. */
import { randomBytes } from 'node:crypto';
import type { FindingRow, RunRow } from '../../schemas/answer-tables.ts';
import type { Configuration } from '../../schemas/configuration.ts';
import { STANDING_FINDINGS } from '../answer/standing-findings.ts';
import { configurationHash } from '../config/configuration.ts';
import { closingOf } from '../correlate/found-again.ts';
import { chunkDays, type PlannedDay, planDays } from '../correlate/plan.ts';
import { RUN_TOTALS, SESSION_BOOKS, type SessionBooks, whyUnbalanced } from '../correlate/run-totals.ts';
import { CountsError, InterruptedError } from '../errors.ts';
import { sqlLiteral } from '../sql-template.ts';
import { addDays, DAY_MS } from '../time.ts';
import type { ChunkDay } from './day-events.ts';
import { countEvents, readDays, spreadEvidence } from './day-plan.ts';
import { chosenRules, findThings, prepareFindings, rulesVersion } from './finding-rules.ts';
import type { Lake } from './lake.ts';
import { countDays, markSettled, writeChunk } from './publication.ts';
import { forgetSessions } from './session-file.ts';
import { thenSettleFiles } from './settle-files.ts';
import { judgeDays, prepareSessions, type StageOptions, stageText } from './stage-tables.ts';
import { createConfigured } from './temporary-tables.ts';
import { beginUnpublished, publishAll, showUnpublished } from './unpublished.ts';

export interface CorrelationOptions {
  /** First and last day to settle, inclusive; both or neither. Without them the run settles what has changed. */
  readonly from?: string;
  readonly to?: string;
  /** The time the run counts from: decides which evidence is closed. */
  readonly asOfMs: number;
  readonly nowMs: number;
  readonly toolVersion: string;
  /** Ids of the findings rules to run, default all. With fewer the verdicts are the same; the next run of all judges the days again. */
  readonly rules?: readonly string[];
  /** At most this many events of several days are judged in one go, default a million and a half; one day is never cut. */
  readonly chunkEvents?: number;
  readonly onStage?: (name: string) => void;
  readonly signal?: AbortSignal;
}

/** What is put together for so many events fits into the memory that the engine has by default. */
const CHUNK_EVENTS = 1_500_000;

export interface ReasonCount {
  readonly verdict: string;
  readonly reason: string;
  readonly count: number;
}

export interface CorrelationSummary {
  readonly run: RunRow;
  readonly days: readonly string[];
  /** Verdicts and reasons of the days settled. */
  readonly reasons: readonly ReasonCount[];
  readonly newFindings: readonly FindingRow[];
  /** Findings of the days settled and of the days that are not final that still hold, known ones included, by severity. */
  readonly findingsBySeverity: Readonly<Record<string, number>>;
}

/**
 * Settles days and publishes the answers.
 * @throws CountsError when counts do not add up, InterruptedError when the signal fires; then nothing was published. UsageError when no rule has an id.
 * LakeError when all of it was published but a file could not be given its name
 */
export async function correlate(lake: Lake, configuration: Configuration, options: CorrelationOptions): Promise<CorrelationSummary> {
  const runId = `${new Date(options.nowMs).toISOString().replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`;
  try {
    return await thenSettleFiles(lake, `the run ${runId}`, () => publishRun(lake, configuration, options, runId));
  } finally {
    forgetSessions(lake);
  }
}

async function publishRun(
  lake: Lake,
  configuration: Configuration,
  options: CorrelationOptions,
  runId: string,
): Promise<CorrelationSummary> {
  const startedAt = performance.now();
  const hash = configurationHash(configuration);
  const findingRules = chosenRules(options.rules);
  const rules = rulesVersion(findingRules);
  await spreadEvidence(lake, configuration);
  const states = await readDays(lake);
  const closing = closingOf(
    states,
    { configurationHash: hash, rulesVersion: rules },
    states.some(({ dirty }) => dirty),
  );
  const planned = planDays(states, {
    ...(options.from === undefined || options.to === undefined ? {} : { from: options.from, to: options.to }),
    asOfMs: options.asOfMs,
    configurationHash: hash,
    rulesVersion: rules,
    longestSessionHours: configuration.window.longestSessionHours,
  });
  const stageOptions: StageOptions = {
    configuration,
    asOfMs: options.asOfMs,
    ...(options.onStage ? { onStage: options.onStage } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const chunkEvents = options.chunkEvents ?? CHUNK_EVENTS;
  const chunks = chunkDays(planned, await countEvents(lake), chunkEvents);
  const interrupt = () => lake.database.interrupt();
  options.signal?.addEventListener('abort', interrupt);
  try {
    let changes = 0;
    await lake.database.trim();
    await beginUnpublished(lake);
    await prepareSessions(lake, stageOptions);
    const books = await readBooks(lake);
    for (const chunk of chunks) {
      await judgeDays(lake, withContext(chunk), stageOptions, chunkEvents);
      enter('publish', options);
      await lake.database.trim();
      changes += await writeChunk(lake, chunk, runId);
      await showUnpublished(lake);
      await countDays(lake, runId);
    }
    enter('findings', options);
    await createFindingDays(lake, planned);
    const { asOfMs } = options;
    const onRule = (name: string) => enter(name, options);
    if (findingRules.length > 0) await prepareFindings(lake, configuration, asOfMs, onRule);
    enter('publish', options);
    return await lake.database.transaction(async () => {
      await publishAll(lake);
      await markSettled(lake, runId, asOfMs, hash, rules);
      const newFindings =
        findingRules.length > 0 ? await findThings(lake, { runId, configuration, asOfMs, closing }, findingRules, onRule) : [];
      // so that the last rule is not charged with what follows
      enter('publish', options);
      const run = await writeRun(lake, {
        runId,
        planned,
        changes,
        newFindings: newFindings.length,
        books,
        hash,
        rules,
        options,
        durationMs: Math.round(performance.now() - startedAt),
      });
      const summary = {
        run,
        days: planned.map((day) => day.dt),
        reasons: await countReasons(lake, planned),
        newFindings,
        findingsBySeverity: await countFindings(lake),
      };
      checkInterrupted(options.signal);
      return summary;
    });
  } catch (error) {
    // a statement that was stopped fails with an error of the engine
    checkInterrupted(options.signal, error);
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
  }
}

/** Stopping between two statements leaves no statement to interrupt. */
function enter(stage: string, options: CorrelationOptions): void {
  options.onStage?.(stage);
  checkInterrupted(options.signal);
}

function checkInterrupted(signal: AbortSignal | undefined, cause?: unknown): void {
  if (signal?.aborted) throw new InterruptedError('interrupted', { remedy: 'nothing was published; run the same command again', cause });
}

/** The books of the report rows. @throws CountsError when they do not add up */
async function readBooks(lake: Lake): Promise<SessionBooks> {
  const [books] = (await lake.database.rows<SessionBooks>(stageText('session-counts', {}))) as [SessionBooks];
  const broken = whyUnbalanced(books);
  if (broken === null) return books;
  throw new CountsError(broken, {
    remedy: 'nothing was published; the lake keeps its last good answer; report this with the output of status',
  });
}

/** The settled days of a chunk and the day before each. */
function withContext(chunk: readonly PlannedDay[]): ChunkDay[] {
  const settled = new Set(chunk.map((day) => day.dt));
  const all = new Set([...settled, ...[...settled].map((dt) => addDays(dt, -1))]);
  return [...all].sort().map((dt) => ({ dt, settled: settled.has(dt), previousDt: addDays(dt, -1) }));
}

/**
 * Findings run over the days settled, over all that are not final, and over those settled before every event of theirs was a
 * day old: what has no name after 24 hours is told even when nothing else about the day has changed.
 */
async function createFindingDays(lake: Lake, planned: readonly PlannedDay[]): Promise<void> {
  await createConfigured(lake, { name: 'finding_days', columns: [['dt', 'text']], rows: planned.map((day) => [day.dt]) });
  await lake.database.run(`
    INSERT INTO finding_days
    SELECT dt FROM days
    WHERE (open_rows > 0 OR settled_as_of_ms < CAST(epoch_ms(CAST(dt AS TIMESTAMP)) AS BIGINT) + ${2 * DAY_MS}) AND dt NOT IN (SELECT dt FROM finding_days)`);
}

interface RunFacts {
  readonly runId: string;
  readonly planned: readonly PlannedDay[];
  readonly changes: number;
  readonly newFindings: number;
  readonly books: SessionBooks;
  readonly hash: string;
  readonly rules: string;
  readonly options: CorrelationOptions;
  readonly durationMs: number;
}

async function writeRun(lake: Lake, facts: RunFacts): Promise<RunRow> {
  const { runId, planned, options } = facts;
  const text = (value: string | undefined) => sqlLiteral(value ?? null);
  const finishedMs = options.nowMs + facts.durationMs;
  const books = SESSION_BOOKS.join(', ');
  await lake.database.run(`
    INSERT INTO runs (run_id, started_at, started_at_ms, finished_at, finished_at_ms, as_of, as_of_ms, from_dt, to_dt, days, engine, tool_version,
      configuration_hash, rules_version, status, ${RUN_TOTALS.join(', ')}, ${books}, changes, new_findings, duration_ms)
    SELECT ${text(runId)}, epoch_ms(${options.nowMs}::BIGINT), ${options.nowMs}, epoch_ms(${finishedMs}::BIGINT), ${finishedMs}, epoch_ms(${options.asOfMs}::BIGINT),
      ${options.asOfMs}, ${text(planned[0]?.dt)}, ${text(planned.at(-1)?.dt)}, ${planned.length}, 'duckdb ' || version(), ${text(options.toolVersion)},
      ${text(facts.hash)}, ${text(facts.rules)}, 'published', ${RUN_TOTALS.map((name) => `coalesce(sum(${name}), 0)`).join(', ')},
      ${SESSION_BOOKS.map((name) => facts.books[name]).join(', ')}, ${facts.changes}, ${facts.newFindings}, ${facts.durationMs}
    FROM day_counts WHERE run_id = ${text(runId)}`);
  const [row] = await lake.database.rows<RunRow>(
    `SELECT * EXCLUDE (started_at, finished_at, as_of) FROM runs WHERE run_id = ${text(runId)}`,
  );
  return row as RunRow;
}

async function countReasons(lake: Lake, planned: readonly PlannedDay[]): Promise<ReasonCount[]> {
  if (planned.length === 0) return [];
  return lake.database.rows<ReasonCount>(`
    SELECT verdict, reason, count(*) AS count FROM attributions WHERE dt IN (${planned.map((day) => sqlLiteral(day.dt)).join(', ')})
    GROUP BY verdict, reason ORDER BY count DESC, verdict, reason`);
}

async function countFindings(lake: Lake): Promise<Record<string, number>> {
  const rows = await lake.database.rows<{ severity: string; count: number }>(
    `SELECT severity, count(*) AS count FROM (${STANDING_FINDINGS}) standing WHERE dt IN (SELECT dt FROM finding_days) GROUP BY severity`,
  );
  return Object.fromEntries(rows.map((row) => [row.severity, row.count]));
}
