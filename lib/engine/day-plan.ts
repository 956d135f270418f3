/** What the ledger knows of each day, and how evidence that arrived becomes days to settle again. */
import type { Configuration } from '../../schemas/configuration.ts';
import type { DayState } from '../correlate/plan.ts';
import { stageParameters } from '../correlate/stages.ts';
import type { Lake } from './lake.ts';
import { stageText } from './stage-tables.ts';

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
 * Marks the days that the evidence since the last run can matter to, and forgets the evidence
 * (`sql/correlate/touched-days.sql` says which days those are).
 */
export async function spreadEvidence(lake: Lake, configuration: Configuration): Promise<void> {
  const { database } = lake;
  if ((await database.count('SELECT count(*) FROM evidence_marks')) === 0) return;
  const midnight = (dt: string) => `CAST(epoch_ms(CAST(${dt} AS TIMESTAMP)) AS BIGINT)`;
  await database.run(`CREATE OR REPLACE TEMP TABLE new_marks AS SELECT *, ${midnight('report_day')} AS report_ms FROM evidence_marks`);
  await database.run(`CREATE OR REPLACE TEMP TABLE known_days AS SELECT dt, ${midnight('dt')} AS start_ms FROM days`);
  await database.transaction(async () => {
    await database.run(`UPDATE days SET dirty = true WHERE dt IN (${stageText('touched-days', stageParameters(configuration, 0, 0, 0))})`);
    await database.run('DELETE FROM evidence_marks');
  });
}
