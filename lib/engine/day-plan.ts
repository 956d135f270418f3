/** What the ledger knows of each day, and how evidence that arrived becomes days to settle again. */
import type { Configuration } from '../../schemas/configuration.ts';
import type { DayState } from '../correlate/plan.ts';
import { DAY_MS } from '../time.ts';
import type { Lake } from './lake.ts';

/** Days with events, in order. Call `spreadEvidence` before. */
export async function readDays(lake: Lake): Promise<DayState[]> {
  const rows = await lake.database.rows<{
    dt: string;
    dirty: boolean;
    settled_as_of_ms: number | null;
    open_rows: number;
    configuration_hash: string | null;
    rules_version: string | null;
  }>('SELECT dt, dirty, settled_as_of_ms, open_rows, configuration_hash, rules_version FROM days ORDER BY dt');
  return rows.map((row) => ({
    dt: row.dt,
    dirty: row.dirty,
    settledAsOfMs: row.settled_as_of_ms,
    openRows: row.open_rows,
    configurationHash: row.configuration_hash,
    rulesVersion: row.rules_version,
  }));
}

/** Events listed for each day. */
export async function countEvents(lake: Lake): Promise<Map<string, number>> {
  const rows = await lake.database.rows<{ dt: string; events: number }>(
    "SELECT dt, CAST(sum(row_count) AS BIGINT) AS events FROM files WHERE table_name = 'events' GROUP BY dt",
  );
  return new Map(rows.map((row) => [row.dt, row.events]));
}

/**
 * Marks the days that the evidence since the last run can matter to, and forgets the evidence: from the start of a new or
 * changed session to its end plus the lookback (as it was and as it is, for both stay in the landing files); the days whose
 * evidence a report closes; for sweeps and logons the span they can reach; the day of an event that was corrected.
 */
export async function spreadEvidence(lake: Lake, configuration: Configuration): Promise<void> {
  const { database } = lake;
  if ((await database.count('SELECT count(*) FROM evidence_marks')) === 0) return;
  const lookbackMs = configuration.window.lookbackDays * DAY_MS;
  const longestMs = configuration.window.longestSessionHours * 3_600_000;
  const graceMs = configuration.window.graceSeconds * 1000;
  const start = 'CAST(epoch_ms(CAST(d.dt AS TIMESTAMP)) AS BIGINT)';
  await database.transaction(async () => {
    await database.run(`
      UPDATE days SET dirty = true WHERE dt IN (
        SELECT d.dt FROM days d JOIN (
          SELECT DISTINCT (session_start_ms // ${DAY_MS}) * ${DAY_MS} AS from_ms, (coalesce(session_end_ms, observed_at_ms) // ${DAY_MS}) * ${DAY_MS} AS to_ms
          FROM sessions s JOIN evidence_marks m ON m.kind = 'report' AND m.report_day = s.report_day AND m.account_id = s.account_id AND m.region = s.region
        ) s ON ${start} >= s.from_ms - ${graceMs} - ${DAY_MS} AND ${start} <= s.to_ms + ${lookbackMs} + ${graceMs}
        UNION SELECT d.dt FROM days d JOIN evidence_marks m ON m.kind = 'report'
          AND ${start} >= epoch_ms(CAST(m.report_day AS TIMESTAMP)) - ${longestMs + DAY_MS}
          AND ${start} <= epoch_ms(CAST(m.report_day AS TIMESTAMP)) + ${DAY_MS + graceMs}
        UNION SELECT d.dt FROM days d JOIN evidence_marks m ON m.kind = 'span'
          AND ${start} >= m.from_ms - ${DAY_MS} AND ${start} <= m.to_ms + ${longestMs + lookbackMs}
        UNION SELECT e.dt FROM events e JOIN evidence_marks m ON m.kind = 'correction' AND m.event_id = e.event_id
      )`);
    await database.run('DELETE FROM evidence_marks');
  });
}
