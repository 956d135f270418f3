/** What a published run did, put together from the tables it wrote: what a correlation in this process would have returned. */
import type { FindingRow, RunRow } from '../../schemas/answer-tables.ts';
import { defaultConfiguration } from '../../schemas/configuration.ts';
import { storedColumns } from '../../schemas/table.ts';
import { attributions, findings, runs } from '../../schemas/tables.ts';
import { LakeError } from '../errors.ts';
import type { LakeReader } from '../lake/ports.ts';
import { ask, numberOf, textOf } from './records.ts';
import { type RunEvidence, runEvidence } from './run-evidence.ts';
import { standing } from './standing-findings.ts';

export interface RunSummary {
  readonly run: RunRow;
  readonly days: readonly string[];
  readonly reasons: readonly { readonly verdict: string; readonly reason: string; readonly count: number }[];
  readonly newFindings: readonly FindingRow[];
  readonly findingsBySeverity: Readonly<Record<string, number>>;
  readonly evidence: RunEvidence;
}

const RUN = `SELECT ${storedColumns(runs).join(', ')} FROM runs WHERE run_id = :run_id`;
const RUN_DAYS = 'SELECT dt FROM day_counts WHERE run_id = :run_id ORDER BY dt';
const REASONS = `SELECT verdict, reason, count(*) AS n FROM ${attributions.name}
WHERE dt >= :from_dt AND dt <= :to_dt AND contains(:days, dt) GROUP BY verdict, reason ORDER BY verdict, reason`;
const NEW_FINDINGS = `SELECT ${[...storedColumns(findings), 'dt'].join(', ')} FROM findings WHERE run_id = :run_id
ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, event_time_ms, finding_id`;
/** Findings of the days the run settled, and of the days that are not final, that hold and that no exception suppresses. */
const BY_SEVERITY = `WITH finding_days AS (
  SELECT dt FROM day_counts WHERE run_id = :run_id UNION SELECT dt FROM days WHERE open_rows > 0
)
SELECT f.severity, count(*) AS n FROM findings f JOIN finding_days d ON d.dt = f.dt
WHERE ${standing('f')} GROUP BY f.severity ORDER BY f.severity`;

/**
 * @param longestSessionHours as the run was configured, where that is known
 * @throws LakeError when the run has no row: it was not published
 */
export async function runSummary(
  lake: LakeReader,
  runId: string,
  longestSessionHours: number = defaultConfiguration.window.longestSessionHours,
): Promise<RunSummary> {
  const [run] = await ask(lake, RUN, { run_id: runId });
  if (run === undefined) throw new LakeError(`the run ${runId} has no row in runs: it was not published`);
  const days = (await ask(lake, RUN_DAYS, { run_id: runId })).map((row) => String(row['dt']));
  const [from, to] = [days[0], days.at(-1)];
  const reasons = from === undefined || to === undefined ? [] : await ask(lake, REASONS, { from_dt: from, to_dt: to, days });
  const severities = await ask(lake, BY_SEVERITY, { run_id: runId });
  return {
    evidence: await runEvidence(lake, days, longestSessionHours),
    run: run as unknown as RunRow,
    days,
    reasons: reasons.map((row) => ({
      verdict: textOf(row, 'verdict') ?? '',
      reason: textOf(row, 'reason') ?? '',
      count: numberOf(row, 'n'),
    })),
    newFindings: (await ask(lake, NEW_FINDINGS, { run_id: runId })) as unknown as FindingRow[],
    findingsBySeverity: Object.fromEntries(severities.map((row) => [String(row['severity']), numberOf(row, 'n')])),
  };
}
