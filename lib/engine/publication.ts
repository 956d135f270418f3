/** From verdicts to answers that wait to be published: counts checked, changes kept, rows replaced only where they differ. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { attributions } from '../../schemas/tables.ts';
import type { PlannedDay } from '../correlate/plan.ts';
import { CountsError } from '../errors.ts';
import { landingPath, UNLISTED_SUFFIX } from '../lake/layout.ts';
import { sqlLiteral } from '../sql-template.ts';
import { eventParts, viewDayEvents } from './day-events.ts';
import { duckdbColumns, emptySelect, parquetOptions, quotePath } from './ddl.ts';
import type { Lake } from './lake.ts';
import { stageText } from './stage-tables.ts';
import { createConfigured } from './temporary-tables.ts';
import { replaceFiles, type WrittenFile } from './unpublished.ts';

const COLUMNS = duckdbColumns(attributions);
/** What makes two rows of one event different: everything but the run that gave them. */
const COMPARED = COLUMNS.map(([name]) => name).filter((name) => name !== 'run_id');
/** A sum is wider than what it sums: every column is written in the type of its definition. */
const TYPED = COLUMNS.filter(([name]) => name !== 'run_id').map(([name, type]) => `CAST(x.${name} AS ${type}) AS ${name}`);
/** Differences of these are changes of a verdict; others only refresh the row. */
const JUDGED = ['verdict', 'reason', 'user_key', 'session_id', 'final'];

/** At most this many events at a time go through the joins that make their rows: a bound on memory, whichever side the engine holds. */
const PART_EVENTS = 200_000;

/**
 * Writes the verdicts of one chunk: new files under unlisted names, to be listed in the place of those they replace. A row
 * that is as it was keeps the run that gave it.
 * @returns how many changes of a verdict were kept
 */
export async function writeChunk(lake: Lake, days: readonly PlannedDay[], runId: string): Promise<number> {
  const { database } = lake;
  await createConfigured(lake, {
    name: 'settled_days',
    columns: [
      ['dt', 'text'],
      ['cause', 'text'],
    ],
    rows: days.map((day) => [day.dt, day.cause]),
  });
  const dts = days.map((day) => day.dt);
  const fresh = `SELECT ${TYPED.join(', ')}, ${sqlLiteral(runId)} AS run_id, x.n FROM (${stageText('attributions', {})}) x`;
  const old = await database.rows<{ path: string }>(
    "SELECT path FROM files WHERE table_name = 'attributions' AND dt IN (SELECT dt FROM settled_days)",
  );
  if (old.length === 0) {
    await replaceFiles(lake, dts, await writeParts(lake, fresh, days, runId), runId);
    return 0;
  }
  await database.run(`CREATE OR REPLACE TEMP VIEW old_attributions AS ${lake.readFiles(old.map((file) => file.path))}`);
  const written = await writeParts(lake, fresh, days, `${runId}-fresh`);
  const freshFiles = written.length > 0 ? lake.readFiles(written.map((file) => file.path + UNLISTED_SUFFIX)) : emptySelect(attributions);
  await database.run(`CREATE OR REPLACE TEMP VIEW fresh_attributions AS ${freshFiles}`);
  const changes = await keepChanges(lake, runId);
  const same = 'LEFT JOIN differing d ON d.event_id = n.event_id AND d.event_time_ms = n.event_time_ms';
  const kept = 'LEFT JOIN old_attributions o ON o.event_id = n.event_id AND o.event_time_ms = n.event_time_ms';
  const merged = `SELECT n.* REPLACE (CASE WHEN d.event_id IS NULL THEN o.run_id ELSE n.run_id END AS run_id) FROM fresh_attributions n ${same} ${kept}`;
  const unchanged = (await database.count('SELECT count(*) FROM differing')) === 0;
  const files = unchanged ? [] : await writeDays(lake, merged, days, runId);
  for (const file of written) rmSync(lake.path(file.path + UNLISTED_SUFFIX));
  if (!unchanged) await replaceFiles(lake, dts, files, runId);
  return changes;
}

/** Compares the fresh rows with the old ones: `differing` lists the keys, `attribution_changes` keeps what was judged otherwise. */
async function keepChanges(lake: Lake, runId: string): Promise<number> {
  const { database } = lake;
  const rest = COMPARED.filter((name) => !JUDGED.includes(name));
  const side = (table: string) =>
    `SELECT event_id, event_time_ms, ${JUDGED.join(', ')}, hash(row(${rest.join(', ')})) AS rest_hash FROM ${table}`;
  const judged = JUDGED.map((name) => `n.${name} IS DISTINCT FROM o.${name}`).join(' OR ');
  await database.run(`
    CREATE OR REPLACE TEMP TABLE differing AS
    SELECT coalesce(n.event_id, o.event_id) AS event_id, coalesce(n.event_time_ms, o.event_time_ms) AS event_time_ms,
      n.event_id IS NULL AS left_scope, o.event_id IS NULL AS arrived, ${judged} AS judged_otherwise
    FROM (${side('fresh_attributions')}) n
    FULL OUTER JOIN (${side('old_attributions')}) o ON o.event_id = n.event_id AND o.event_time_ms = n.event_time_ms
    WHERE n.event_id IS NULL OR o.event_id IS NULL OR ${judged} OR n.rest_hash IS DISTINCT FROM o.rest_hash`);
  await database.run(`
    INSERT INTO unpublished_attribution_changes
    SELECT o.event_id, o.event_time, o.event_time_ms, ${sqlLiteral(runId)}, o.run_id, o.verdict, o.reason, o.user_id, o.user_key, o.session_id, o.final,
      n.verdict, n.reason, n.user_id, n.user_key, n.session_id, n.final, CASE WHEN d.left_scope THEN 'left_scope' ELSE s.cause END, o.dt
    FROM differing d
    JOIN old_attributions o ON o.event_id = d.event_id AND o.event_time_ms = d.event_time_ms
    JOIN settled_days s ON s.dt = o.dt
    LEFT JOIN fresh_attributions n ON n.event_id = d.event_id AND n.event_time_ms = d.event_time_ms
    WHERE d.judged_otherwise AND NOT d.arrived`);
  return database.count('SELECT count(*) FROM differing WHERE judged_otherwise AND NOT arrived');
}

/** Writes the rows of days that were just judged, under unlisted names: a Parquet file for so many events of a day. */
async function writeParts(lake: Lake, select: string, days: readonly PlannedDay[], name: string): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const [at, { dt, paths, firstN, lastN }] of (await eventParts(lake, days, PART_EVENTS)).entries()) {
    await viewDayEvents(lake, paths);
    const within = `dt = ${sqlLiteral(dt)} AND n BETWEEN ${firstN} AND ${lastN}`;
    const rows = `${answersOf(within)} SELECT * EXCLUDE (dt, n) FROM (${select}) WHERE ${within}`;
    written.push(...(await writeFile(lake, rows, dt, `${name}-${at}`)));
  }
  await viewDayEvents(lake);
  return written;
}

/**
 * What answers the events of a part, under the names that the stage reads: joined whole, the segments, sessions and lists of
 * candidates of all the chunk would have to lie in memory at once, and outgrow it at ten million events.
 */
function answersOf(within: string): string {
  return `WITH verdicts AS (SELECT * FROM temp.verdicts WHERE ${within}),
    segments AS (SELECT a.* FROM temp.segments a
      SEMI JOIN (SELECT place_id, segment FROM verdicts WHERE lists_address) v ON v.place_id = a.place_id AND v.segment = a.segment),
    named_sessions AS (SELECT s.* FROM temp.named_sessions s SEMI JOIN verdicts v ON v.session_no = s.session_no),
    known_instances AS (SELECT i.* FROM temp.known_instances i
      SEMI JOIN verdicts v ON v.network_id = i.network_id AND v.session_name = i.instance_id),
    candidate_sets AS (SELECT g.* FROM temp.candidate_sets g SEMI JOIN verdicts v ON v.n = g.n),
    candidates AS (SELECT x.* FROM temp.candidates x SEMI JOIN candidate_sets g ON g.set_n = x.set_n)`;
}

/** Writes rows of `attributions` as one Parquet file a day, under unlisted names. */
async function writeDays(lake: Lake, select: string, days: readonly PlannedDay[], name: string): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  // a day at a time: a partitioned write would hold whole row groups of every day in memory
  for (const { dt } of days) {
    written.push(...(await writeFile(lake, `SELECT * EXCLUDE (dt) FROM (${select}) WHERE dt = ${sqlLiteral(dt)}`, dt, name)));
  }
  return written;
}

/** Writes rows of one day as a file; without rows there is none. */
async function writeFile(lake: Lake, select: string, dt: string, name: string): Promise<WrittenFile[]> {
  const path = landingPath(attributions.name, dt, name);
  const file = lake.path(path + UNLISTED_SUFFIX);
  mkdirSync(dirname(file), { recursive: true });
  // row groups are bounded in bytes, too: rows with ten candidates each are several times as wide, and beside the joins they
  // would be written out to disk
  const rows = await lake.database.count(
    `COPY (${select}) TO '${quotePath(file)}' ${parquetOptions(32_768, ", ROW_GROUP_SIZE_BYTES '32MB'")}`,
  );
  if (rows > 0) return [{ path, dt, rows, bytes: statSync(file).size }];
  rmSync(file);
  return [];
}

/**
 * Counts every settled day of the chunk and checks the identities of design: every row of the listed files is a duplicate,
 * superseded, another account's copy, out of scope or in scope; every event in scope has exactly one verdict and one row.
 * @throws CountsError naming the day and the counts that differ
 */
export async function countDays(lake: Lake, runId: string): Promise<void> {
  const { database } = lake;
  await database.run(`
    INSERT INTO unpublished_day_counts
    WITH kept AS (SELECT dt, count(*) AS n FROM day_events GROUP BY dt),
    copies AS (SELECT dt, count(*) FILTER (WHERE copy_place > 1) AS n, count(*) FILTER (WHERE copy_place > 1 AND record_sha256 <> kept_sha256) AS conflicting
      FROM repeated_events GROUP BY dt),
    replaced AS (SELECT e.dt, count(*) FILTER (WHERE r.state = 'superseded') AS superseded, count(*) FILTER (WHERE r.state = 'account_copy') AS account_copies
      FROM unique_events e JOIN replaced_events r ON r.event_id = e.event_id AND r.event_time_ms = e.event_time_ms GROUP BY e.dt),
    answered AS (SELECT dt, count(*) FILTER (WHERE verdict = 'attributed') AS attributed, count(*) FILTER (WHERE verdict = 'ambiguous') AS ambiguous,
      count(*) FILTER (WHERE verdict = 'pending') AS pending, count(*) FILTER (WHERE verdict = 'unattributed') AS unattributed,
      count(*) FILTER (WHERE verdict = 'not_joinable') AS not_joinable, count(*) FILTER (WHERE NOT final) AS not_final
      FROM attributions WHERE dt IN (SELECT dt FROM settled_days) GROUP BY dt)
    SELECT ${sqlLiteral(runId)}, d.dt, coalesce(k.n, 0), coalesce(c.n, 0), coalesce(c.conflicting, 0), coalesce(r.superseded, 0), coalesce(r.account_copies, 0),
      coalesce(j.out_of_scope, 0), coalesce(j.in_scope, 0),
      coalesce(a.attributed, 0), coalesce(a.ambiguous, 0), coalesce(a.pending, 0), coalesce(a.unattributed, 0), coalesce(a.not_joinable, 0), coalesce(a.not_final, 0)
    FROM settled_days d
    LEFT JOIN kept k ON k.dt = d.dt LEFT JOIN copies c ON c.dt = d.dt LEFT JOIN replaced r ON r.dt = d.dt
    LEFT JOIN judged_counts j ON j.dt = d.dt LEFT JOIN answered a ON a.dt = d.dt`);
  const listed = `(SELECT dt, CAST(sum(row_count) AS BIGINT) AS n FROM files WHERE table_name = 'events' GROUP BY dt)`;
  const broken = await database.rows<{ dt: string; what: string; left_side: number; right_side: number }>(`
    SELECT * FROM (
      SELECT c.dt, 'rows of the listed files = kept' AS what, coalesce(f.n, 0) AS left_side, c.events_kept AS right_side
      FROM unpublished_day_counts c LEFT JOIN ${listed} f ON f.dt = c.dt WHERE c.run_id = ${sqlLiteral(runId)}
      UNION ALL SELECT dt, 'kept = duplicates + superseded + account copies + out of scope + in scope', events_kept,
        duplicates + superseded + account_copies + out_of_scope + in_scope FROM unpublished_day_counts WHERE run_id = ${sqlLiteral(runId)}
      UNION ALL SELECT dt, 'in scope = attributed + ambiguous + pending + unattributed + not joinable', in_scope,
        attributed + ambiguous + pending + unattributed + not_joinable FROM unpublished_day_counts WHERE run_id = ${sqlLiteral(runId)}
    ) WHERE left_side <> right_side ORDER BY dt LIMIT 1`);
  const first = broken[0];
  if (first) {
    throw new CountsError(`counts of ${first.dt} do not add up: ${first.what}, but ${first.left_side} is not ${first.right_side}`, {
      remedy: 'nothing was published; the lake keeps its last good answer; report this with the output of status',
    });
  }
}

/** Notes in the ledger that the days were settled, once their counts are published. */
export async function markSettled(
  lake: Lake,
  runId: string,
  asOfMs: number,
  configurationHash: string,
  rulesVersion: string,
): Promise<void> {
  await lake.database.run(`
    UPDATE days SET dirty = false, settled_as_of = epoch_ms(CAST(${asOfMs} AS BIGINT)), settled_as_of_ms = ${asOfMs},
      open_rows = c.not_final, configuration_hash = ${sqlLiteral(configurationHash)}, rules_version = ${sqlLiteral(rulesVersion)}
    FROM day_counts c WHERE c.run_id = ${sqlLiteral(runId)} AND c.dt = days.dt`);
}
