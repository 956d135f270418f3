/** Stages of the correlation as temporary tables of the embedded engine. */
import type { Configuration } from '../../schemas/configuration.ts';
import {
  CORRECTION_COLUMNS,
  calendar,
  configuredTables,
  EVENT_STAGES,
  lastUses,
  QUESTION_STAGES,
  SESSION_STAGES,
  stageParameters,
  stageTable,
} from '../correlate/stages.ts';
import { InterruptedError } from '../errors.ts';
import type { QueryValue } from '../lake/ports.ts';
import { readSqlFile } from '../local/sql-files.ts';
import { fillSql, parameterNames } from '../sql-template.ts';
import { type ChunkDay, createDayEvents, createUniqueEvents } from './day-events.ts';
import type { Lake } from './lake.ts';
import { keepSessions } from './session-file.ts';
import { createConfigured, createTemporary } from './temporary-tables.ts';

export interface StageOptions {
  readonly configuration: Configuration;
  readonly asOfMs: number;
  readonly onStage?: (name: string) => void;
  readonly signal?: AbortSignal;
}

/** Makes the tables that every chunk of the run shares. */
export async function prepareSessions(lake: Lake, options: StageOptions): Promise<void> {
  for (const table of configuredTables(options.configuration)) await createConfigured(lake, table);
  for (const stage of QUESTION_STAGES.toReversed()) await lake.database.dropTemporary(stageTable(stage));
  await createTemporary(lake, 'corrections', `SELECT DISTINCT ${CORRECTION_COLUMNS} FROM events WHERE corrects_event_id IS NOT NULL`);
  for (const stage of SESSION_STAGES) {
    enterStage(stage, options);
    if (stage === 'resolved-sessions') await keepSessions(lake, stageText(stage, {}));
    else await createTemporary(lake, stageTable(stage), stageText(stage, {}));
  }
}

/**
 * Takes the events of some days to `verdicts` and `candidates`; `unique_events` and `repeated_events` stay for the counts.
 * @param chunkEvents for how many events of settled days there is memory
 */
export async function judgeDays(lake: Lake, days: readonly ChunkDay[], options: StageOptions, chunkEvents: number): Promise<void> {
  await createConfigured(lake, {
    name: 'run_days',
    columns: [
      ['dt', 'text'],
      ['settled', 'boolean'],
      ['previous_dt', 'text'],
    ],
    rows: days.map((day) => [day.dt, day.settled, day.previousDt]),
  });
  // events are ten times as wide as what the stages keep of them
  await createDayEvents(lake, days, Math.floor(chunkEvents / 10));
  await createStage(lake, 'repeated-events', {}, options);
  await createUniqueEvents(lake);
  const spans = await lake.database.rows<{ start: number; first: number; last: number }>(
    'SELECT CAST(join_time_ms - join_time_ms % 86400000 AS BIGINT) AS start, min(join_time_ms) AS first, max(join_time_ms) AS last FROM unique_events GROUP BY start',
  );
  const fromMs = spans.length > 0 ? Math.min(...spans.map((day) => day.first)) : 0;
  const toMs = spans.length > 0 ? Math.max(...spans.map((day) => day.last)) : 0;
  await createConfigured(
    lake,
    calendar(
      spans.map((day) => day.start),
      options.configuration,
    ),
  );
  const parameters = stageParameters(options.configuration, options.asOfMs, fromMs, toMs);
  const released = lastUses((stage) => readSqlFile(`correlate/${stage}.sql`));
  for (const stage of EVENT_STAGES) {
    await createStage(lake, stage, parameters, options);
    for (const table of released.get(stage) ?? []) await lake.database.run(`DROP TABLE temp.${table}`);
  }
}

async function createStage(lake: Lake, stage: string, values: Record<string, QueryValue>, options: StageOptions): Promise<void> {
  enterStage(stage, options);
  await createTemporary(lake, stageTable(stage), stageText(stage, values));
}

function enterStage(stage: string, options: StageOptions): void {
  if (options.signal?.aborted) throw new InterruptedError('interrupted', { remedy: 'nothing was published; run the same command again' });
  options.onStage?.(stage);
}

/** The SELECT of a stage with those of the values that it asks for. */
export function stageText(stage: string, values: Readonly<Record<string, QueryValue>>): string {
  const sql = readSqlFile(`correlate/${stage}.sql`);
  const wanted = parameterNames(sql);
  return fillSql(sql, Object.fromEntries(Object.entries(values).filter(([name]) => wanted.includes(name))));
}
