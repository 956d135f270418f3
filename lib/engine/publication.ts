/** From verdicts to published answers: counts checked, changes kept, rows replaced only where they differ. */
import { attributions } from '../../schemas/tables.ts';
import type { Cause, PlannedDay } from '../correlate/plan.ts';
import { CountsError } from '../errors.ts';
import { sqlLiteral } from '../sql-template.ts';
import { createTable, duckdbColumns } from './ddl.ts';
import type { Lake } from './lake.ts';
import { createConfigured, stageText } from './stage-tables.ts';

const COLUMNS = duckdbColumns(attributions).map(([name]) => name);
/** What makes two rows of one event different: everything but the run that gave them. */
const COMPARED = COLUMNS.filter((name) => name !== 'run_id');
/** Differences of these are changes of a verdict; others only refresh the row. */
const JUDGED = ['verdict', 'reason', 'user_key', 'session_id', 'final'];

/**
 * Writes the verdicts of one chunk into the answer tables, inside the run's transaction.
 * @returns how many changes of a verdict were kept
 */
export async function publishChunk(lake: Lake, days: readonly PlannedDay[], runId: string): Promise<number> {
  const { database } = lake;
  await createConfigured(lake, {
    name: 'settled_days',
    columns: [
      ['dt', 'text'],
      ['cause', 'text'],
    ],
    rows: days.map((day) => [day.dt, day.cause]),
  });
  const inDays = 'dt IN (SELECT dt FROM settled_days)';
  const fresh = `SELECT ${COMPARED.map((name) => `x.${name}`).join(', ')} FROM (${stageText('attributions', {})}) x`;
  const insert = (source: string) =>
    `INSERT INTO attributions (${COMPARED.join(', ')}, run_id) SELECT ${COMPARED.join(', ')}, ${sqlLiteral(runId)} FROM (${source}) fresh`;
  if ((await database.count(`SELECT count(*) FROM (SELECT 1 FROM attributions WHERE ${inDays} LIMIT 1)`)) === 0) {
    await database.run(insert(fresh));
    return 0;
  }
  await database.run(`CREATE OR REPLACE TEMP TABLE fresh_attributions AS ${fresh}`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE differing AS
    SELECT coalesce(n.event_id, o.event_id) AS event_id, coalesce(n.event_time_ms, o.event_time_ms) AS event_time_ms,
      n.event_id IS NULL AS left_scope, o.event_id IS NULL AS arrived,
      ${JUDGED.map((name) => `n.${name} IS DISTINCT FROM o.${name}`).join(' OR ')} AS judged_otherwise
    FROM fresh_attributions n
    FULL OUTER JOIN (SELECT * FROM attributions WHERE ${inDays}) o ON o.event_id = n.event_id AND o.event_time_ms = n.event_time_ms
    WHERE n.event_id IS NULL OR o.event_id IS NULL OR ${COMPARED.map((name) => `n.${name} IS DISTINCT FROM o.${name}`).join(' OR ')}`);
  const changed = 'SELECT event_id, event_time_ms FROM differing';
  const changes = await database.count('SELECT count(*) FROM differing WHERE judged_otherwise AND NOT arrived');
  await database.run(`
    INSERT INTO attribution_changes
    SELECT o.event_id, o.event_time, o.event_time_ms, ${sqlLiteral(runId)}, o.run_id, o.verdict, o.reason, o.user_id, o.user_key, o.session_id, o.final,
      n.verdict, n.reason, n.user_id, n.user_key, n.session_id, n.final, CASE WHEN d.left_scope THEN 'left_scope' ELSE s.cause END, o.dt
    FROM differing d
    JOIN attributions o ON o.event_id = d.event_id AND o.event_time_ms = d.event_time_ms
    JOIN settled_days s ON s.dt = o.dt
    LEFT JOIN fresh_attributions n ON n.event_id = d.event_id AND n.event_time_ms = d.event_time_ms
    WHERE d.judged_otherwise AND NOT d.arrived`);
  await database.run(`DELETE FROM attributions WHERE ${inDays} AND (event_id, event_time_ms) IN (${changed})`);
  await database.run(insert(`SELECT * FROM fresh_attributions WHERE (event_id, event_time_ms) IN (${changed})`));
  return changes;
}

/** Table definitions may gain columns: only named columns are ever written. */
export const ATTRIBUTIONS_DDL = createTable(attributions);

/**
 * Counts every settled day of the chunk and checks the identities of design: every row of the listed files is a duplicate,
 * superseded, another account's copy, out of scope or in scope; every event in scope has exactly one verdict and one row.
 * @throws CountsError naming the day and the counts that differ; the caller rolls back
 */
export async function countDays(lake: Lake, runId: string): Promise<void> {
  const { database } = lake;
  await database.run(`
    INSERT INTO day_counts
    WITH kept AS (SELECT dt, count(*) AS n FROM day_events GROUP BY dt),
    copies AS (SELECT dt, count(*) FILTER (WHERE copy_place > 1) AS n, count(*) FILTER (WHERE copy_place > 1 AND record_sha256 <> kept_sha256) AS conflicting
      FROM repeated_events GROUP BY dt),
    replaced AS (SELECT e.dt, count(*) FILTER (WHERE r.state = 'superseded') AS superseded, count(*) FILTER (WHERE r.state = 'account_copy') AS account_copies
      FROM unique_events e JOIN replaced_events r ON r.event_id = e.event_id AND r.event_time_ms = e.event_time_ms GROUP BY e.dt),
    judged AS (SELECT c.dt, count(*) AS n, count(v.n) AS in_scope FROM calls c LEFT JOIN verdicts v ON v.n = c.n GROUP BY c.dt),
    answered AS (SELECT dt, count(*) FILTER (WHERE verdict = 'attributed') AS attributed, count(*) FILTER (WHERE verdict = 'ambiguous') AS ambiguous,
      count(*) FILTER (WHERE verdict = 'pending') AS pending, count(*) FILTER (WHERE verdict = 'unattributed') AS unattributed,
      count(*) FILTER (WHERE verdict = 'not_joinable') AS not_joinable, count(*) FILTER (WHERE NOT final) AS not_final
      FROM attributions WHERE dt IN (SELECT dt FROM settled_days) GROUP BY dt)
    SELECT ${sqlLiteral(runId)}, d.dt, coalesce(k.n, 0), coalesce(c.n, 0), coalesce(c.conflicting, 0), coalesce(r.superseded, 0), coalesce(r.account_copies, 0),
      coalesce(j.n, 0) - coalesce(j.in_scope, 0), coalesce(j.in_scope, 0),
      coalesce(a.attributed, 0), coalesce(a.ambiguous, 0), coalesce(a.pending, 0), coalesce(a.unattributed, 0), coalesce(a.not_joinable, 0), coalesce(a.not_final, 0)
    FROM settled_days d
    LEFT JOIN kept k ON k.dt = d.dt LEFT JOIN copies c ON c.dt = d.dt LEFT JOIN replaced r ON r.dt = d.dt
    LEFT JOIN judged j ON j.dt = d.dt LEFT JOIN answered a ON a.dt = d.dt`);
  const listed = `(SELECT dt, CAST(sum(row_count) AS BIGINT) AS n FROM files WHERE table_name = 'events' GROUP BY dt)`;
  const broken = await database.rows<{ dt: string; what: string; left_side: number; right_side: number }>(`
    SELECT * FROM (
      SELECT c.dt, 'rows of the listed files = kept' AS what, coalesce(f.n, 0) AS left_side, c.events_kept AS right_side
      FROM day_counts c LEFT JOIN ${listed} f ON f.dt = c.dt WHERE c.run_id = ${sqlLiteral(runId)}
      UNION ALL SELECT dt, 'kept = duplicates + superseded + account copies + out of scope + in scope', events_kept,
        duplicates + superseded + account_copies + out_of_scope + in_scope FROM day_counts WHERE run_id = ${sqlLiteral(runId)}
      UNION ALL SELECT dt, 'in scope = attributed + ambiguous + pending + unattributed + not joinable', in_scope,
        attributed + ambiguous + pending + unattributed + not_joinable FROM day_counts WHERE run_id = ${sqlLiteral(runId)}
    ) WHERE left_side <> right_side ORDER BY dt LIMIT 1`);
  const first = broken[0];
  if (first) {
    throw new CountsError(`counts of ${first.dt} do not add up: ${first.what}, but ${first.left_side} is not ${first.right_side}`, {
      remedy: 'nothing was published; the lake keeps its last good answer; report this with the output of status',
    });
  }
}

/** Notes in the ledger that the days were settled. */
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

export type { Cause };
