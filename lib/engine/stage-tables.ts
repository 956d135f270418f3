/** Stages of the correlation as temporary tables of the embedded engine. */
import type { Configuration } from '../../schemas/configuration.ts';
import {
  type ConfiguredTable,
  calendar,
  configuredTables,
  EVENT_STAGES,
  lastUses,
  SESSION_STAGES,
  stageParameters,
  stageTable,
} from '../correlate/stages.ts';
import { InterruptedError } from '../errors.ts';
import type { QueryValue } from '../lake/ports.ts';
import { readSqlFile } from '../local/sql-files.ts';
import { fillSql, parameterNames, sqlLiteral } from '../sql-template.ts';
import type { Lake } from './lake.ts';

const TYPES = { text: 'VARCHAR', boolean: 'BOOLEAN', bigint: 'BIGINT' } as const;

export interface StageOptions {
  readonly configuration: Configuration;
  readonly asOfMs: number;
  readonly onStage?: (name: string) => void;
  readonly signal?: AbortSignal;
}

/** The days of one chunk, with the day before each: an access key seen there is a lead. */
export interface ChunkDay {
  readonly dt: string;
  readonly settled: boolean;
  readonly previousDt: string;
}

/** Makes the tables that every chunk of the run shares. */
export async function prepareSessions(lake: Lake, options: StageOptions): Promise<void> {
  for (const table of configuredTables(options.configuration)) await createConfigured(lake, table);
  for (const view of ['resolved_sessions', 'report_winners', 'sweeps']) await lake.database.dropTemporary(view);
  await createTemporary(
    lake,
    'corrections',
    'SELECT corrects_event_id, event_id FROM events WHERE corrects_event_id IS NOT NULL GROUP BY corrects_event_id, event_id',
  );
  for (const stage of SESSION_STAGES) await createStage(lake, stage, {}, options);
}

/** Takes the events of some days to `verdicts` and `candidates`; `unique_events` and `repeated_events` stay for the counts. */
export async function judgeDays(lake: Lake, days: readonly ChunkDay[], options: StageOptions): Promise<void> {
  await createConfigured(lake, {
    name: 'run_days',
    columns: [
      ['dt', 'text'],
      ['settled', 'boolean'],
      ['previous_dt', 'text'],
    ],
    rows: days.map((day) => [day.dt, day.settled, day.previousDt]),
  });
  await createDayEvents(lake, days);
  await createStage(lake, 'repeated-events', {}, options);
  await createUniqueEvents(lake);
  const [span] = await lake.database.rows<{ first: number | null; last: number | null }>(
    'SELECT min(join_time_ms) AS first, max(join_time_ms) AS last FROM unique_events',
  );
  const fromMs = span?.first ?? 0;
  const toMs = span?.last ?? 0;
  const joined = await lake.database.rows<{ start: number }>(
    'SELECT DISTINCT CAST(join_time_ms - join_time_ms % 86400000 AS BIGINT) AS start FROM unique_events',
  );
  await createConfigured(
    lake,
    calendar(
      joined.map((day) => day.start),
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

async function createDayEvents(lake: Lake, days: readonly ChunkDay[]): Promise<void> {
  const list = days.map((day) => sqlLiteral(day.dt)).join(', ');
  const files = await lake.database.rows<{ path: string; dt: string; row_count: number }>(
    `SELECT path, dt, row_count FROM files WHERE table_name = 'events' AND dt IN (${list}) ORDER BY path`,
  );
  await createConfigured(lake, {
    name: 'file_numbers',
    columns: [
      ['path', 'text'],
      ['number', 'bigint'],
      ['listed_path', 'text'],
      ['dt', 'text'],
      ['row_count', 'bigint'],
    ],
    rows: files.map(({ path, dt, row_count }, at) => [lake.path(path), at, path, dt, row_count]),
  });
  await viewDayEvents(
    lake,
    files.map(({ path }) => path),
  );
}

/** Numbers of one event file lie from the file's own times this, inclusive, to that of the next, exclusive. */
const NUMBERS_A_FILE = 4_294_967_296;

/** Some files of one day's events. */
export interface EventPart {
  readonly dt: string;
  /** Paths below the lake. */
  readonly paths: readonly string[];
  /** The numbers (`n`) that events of these files can have, both inclusive. */
  readonly firstN: number;
  readonly lastN: number;
}

/**
 * The event files of each settled day of the chunk, cut where they come to so many events: what is as wide as an event is taken
 * through the engine a part at a time. One file is never cut.
 */
export async function eventParts(lake: Lake, days: readonly { readonly dt: string }[], mostEvents: number): Promise<EventPart[]> {
  const files = await lake.database.rows<{ listed_path: string; dt: string; row_count: number; number: number }>(
    'SELECT listed_path, dt, row_count, number FROM file_numbers ORDER BY number',
  );
  const parts: EventPart[] = [];
  for (const { dt } of days) {
    let events = 0;
    for (const file of files.filter((each) => each.dt === dt)) {
      const lastN = (file.number + 1) * NUMBERS_A_FILE - 1;
      const last = parts.at(-1);
      if (last?.dt === dt && events + file.row_count <= mostEvents) {
        parts[parts.length - 1] = { ...last, paths: [...last.paths, file.listed_path], lastN };
        events += file.row_count;
      } else {
        parts.push({ dt, paths: [file.listed_path], firstN: file.number * NUMBERS_A_FILE, lastN });
        events = file.row_count;
      }
    }
  }
  return parts;
}

/** Lets `day_events`, and `unique_events` with it, show the events of these files, or of all that are numbered. */
export async function viewDayEvents(lake: Lake, listed?: readonly string[]): Promise<void> {
  const paths =
    listed ??
    (await lake.database.rows<{ listed_path: string }>('SELECT listed_path FROM file_numbers ORDER BY number')).map(
      (row) => row.listed_path,
    );
  // file and row number an event, however the reading is filtered (the engine's own file_index would change with the
  // filter): joins on that number are several times faster than on event ids
  const source =
    paths.length > 0
      ? `SELECT e.* EXCLUDE (filename, file_row_number), f.number * ${NUMBERS_A_FILE} + e.file_row_number AS n
         FROM (${lake.readFiles(paths, '*, filename, file_row_number')}) e JOIN file_numbers f ON f.path = e.filename`
      : 'SELECT *, CAST(NULL AS BIGINT) AS n FROM events WHERE false';
  await lake.database.run(`CREATE OR REPLACE TEMP VIEW day_events AS ${source}`);
}

/** Every event once. Most days hold no copy at all: then it is the days' events as they are. */
async function createUniqueEvents(lake: Lake): Promise<void> {
  await createTemporary(lake, 'repeated_keys', 'SELECT event_id, event_time_ms FROM repeated_events GROUP BY event_id, event_time_ms');
  const none = (await lake.database.count('SELECT count(*) FROM repeated_keys')) === 0;
  const single = 'SELECT e.* FROM day_events e';
  const both =
    `${single} LEFT JOIN repeated_keys r ON r.event_id = e.event_id AND r.event_time_ms = e.event_time_ms WHERE r.event_id IS NULL ` +
    'UNION ALL BY NAME SELECT * EXCLUDE (copy_place, kept_sha256) FROM repeated_events WHERE copy_place = 1';
  await lake.database.run(`CREATE OR REPLACE TEMP VIEW unique_events AS ${none ? single : both}`);
}

async function createStage(lake: Lake, stage: string, values: Record<string, QueryValue>, options: StageOptions): Promise<void> {
  if (options.signal?.aborted) throw new InterruptedError('interrupted', { remedy: 'nothing was published; run the same command again' });
  options.onStage?.(stage);
  await createTemporary(lake, stageTable(stage), stageText(stage, values));
}

/** The SELECT of a stage with those of the values that it asks for. */
export function stageText(stage: string, values: Readonly<Record<string, QueryValue>>): string {
  const sql = readSqlFile(`correlate/${stage}.sql`);
  const wanted = parameterNames(sql);
  return fillSql(sql, Object.fromEntries(Object.entries(values).filter(([name]) => wanted.includes(name))));
}

async function createTemporary(lake: Lake, name: string, select: string): Promise<void> {
  await lake.database.run(`CREATE OR REPLACE TEMP TABLE ${name} AS ${select}`);
}

/** A small table made of literals. */
export async function createConfigured(lake: Lake, table: ConfiguredTable): Promise<void> {
  const columns = table.columns.map(([name, type]) => `${name} ${TYPES[type]}`).join(', ');
  await lake.database.run(`CREATE OR REPLACE TEMP TABLE ${table.name} (${columns})`);
  if (table.rows.length === 0) return;
  const rows = table.rows.map((row) => `(${row.map(sqlLiteral).join(', ')})`).join(', ');
  await lake.database.run(`INSERT INTO ${table.name} VALUES ${rows}`);
}
