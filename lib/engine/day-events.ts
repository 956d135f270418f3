/** The events of a chunk of days, read from their files: numbered, in parts, each of them once. */
import { sqlLiteral } from '../sql-template.ts';
import type { Lake } from './lake.ts';
import { createConfigured, createTemporary } from './temporary-tables.ts';

/** The days of one chunk, with the day before each: an access key seen there is a lead. */
export interface ChunkDay {
  readonly dt: string;
  /** Whether its events get verdicts; a day that is not is there for its access keys alone. */
  readonly settled: boolean;
  /** The day before it, settled or not: where leads of its events may lie. */
  readonly previousDt: string;
}

/**
 * Numbers the event files of a chunk and lets `day_events` show what of them the chunk asks for.
 * @param mostKept up to so many events of context are kept in memory; more are read from their files whenever they are asked for
 */
export async function createDayEvents(lake: Lake, days: readonly ChunkDay[], mostKept: number): Promise<void> {
  const settled = new Map(days.map((day) => [day.dt, day.settled]));
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
      ['settled', 'boolean'],
    ],
    rows: files.map(({ path, dt, row_count }, at) => [lake.path(path), at, path, dt, row_count, settled.get(dt) === true]),
  });
  await createContextEvents(lake, mostKept);
  await viewDayEvents(lake);
}

/**
 * `context_events`: of the days that are there for their access keys alone, the events from an address of a session with a key
 * that is used on a settled day. With each come its copies and those delivered to other accounts, so that the one of them that
 * counts is the same as ever.
 */
async function createContextEvents(lake: Lake, mostKept: number): Promise<void> {
  const { database } = lake;
  const [judged, context] = [await listedPaths(lake, true), await listedPaths(lake, false)];
  const nothing = judged.length === 0 || context.length === 0;
  await createTemporary(
    lake,
    'context_event_ids',
    nothing
      ? 'SELECT event_id, event_time_ms FROM events WHERE false'
      : `WITH used AS (SELECT access_key_id FROM (${lake.readFiles(judged)}) WHERE access_key_id IS NOT NULL GROUP BY access_key_id),
         met AS (SELECT DISTINCT unnest(private_addresses) AS address FROM resolved_sessions),
         context AS (SELECT event_id, event_time_ms, access_key_id, source_address, shared_event_id FROM (${lake.readFiles(context)})),
         lead AS (SELECT c.* FROM context c SEMI JOIN used u ON u.access_key_id = c.access_key_id SEMI JOIN met m ON m.address = c.source_address)
         SELECT event_id, event_time_ms FROM lead
         UNION
         SELECT c.event_id, c.event_time_ms FROM context c SEMI JOIN lead l ON l.shared_event_id = c.shared_event_id`,
  );
  const few = (await database.count('SELECT count(*) FROM context_event_ids')) <= mostKept;
  const rows = `SELECT e.* FROM (${numbered(lake, nothing ? [] : context)}) e SEMI JOIN context_event_ids k ON k.event_id = e.event_id AND k.event_time_ms = e.event_time_ms`;
  await database.dropTemporary('context_events');
  await database.run(`CREATE TEMP ${few ? 'TABLE' : 'VIEW'} context_events AS ${rows}`);
}

async function listedPaths(lake: Lake, settled: boolean): Promise<string[]> {
  const rows = await lake.database.rows<{ listed_path: string }>(
    `SELECT listed_path FROM file_numbers WHERE settled = ${settled} ORDER BY number`,
  );
  return rows.map((row) => row.listed_path);
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

/** Lets `day_events`, and `unique_events` with it, show the events of these files, or of all the chunk. */
export async function viewDayEvents(lake: Lake, listed?: readonly string[]): Promise<void> {
  const rows = listed
    ? numbered(lake, listed)
    : `${numbered(lake, await listedPaths(lake, true))} UNION ALL BY NAME SELECT * FROM context_events`;
  await lake.database.run(`CREATE OR REPLACE TEMP VIEW day_events AS ${rows}`);
}

/**
 * The rows of event files, each with its number: of its file and in it, so it is the same however the reading is filtered (the
 * engine's own file_index would change with the filter). Joins on that number are several times faster than on event ids.
 */
function numbered(lake: Lake, paths: readonly string[]): string {
  if (paths.length === 0) return 'SELECT *, CAST(NULL AS BIGINT) AS n FROM events WHERE false';
  return `SELECT e.* EXCLUDE (filename, file_row_number), f.number * ${NUMBERS_A_FILE} + e.file_row_number AS n
     FROM (${lake.readFiles(paths, '*, filename, file_row_number')}) e JOIN file_numbers f ON f.path = e.filename`;
}

/** Every event once. Most days hold no copy at all: then it is the days' events as they are. */
export async function createUniqueEvents(lake: Lake): Promise<void> {
  await createTemporary(lake, 'repeated_keys', 'SELECT event_id, event_time_ms FROM repeated_events GROUP BY event_id, event_time_ms');
  const none = (await lake.database.count('SELECT count(*) FROM repeated_keys')) === 0;
  const single = 'SELECT e.* FROM day_events e';
  const both =
    `${single} LEFT JOIN repeated_keys r ON r.event_id = e.event_id AND r.event_time_ms = e.event_time_ms WHERE r.event_id IS NULL ` +
    'UNION ALL BY NAME SELECT * EXCLUDE (content, copy_place, kept_sha256, kept_n, kept_content) FROM repeated_events WHERE copy_place = 1';
  await lake.database.run(`CREATE OR REPLACE TEMP VIEW unique_events AS ${none ? single : both}`);
}
