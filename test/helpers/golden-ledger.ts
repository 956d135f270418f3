/** What `case.yaml` says of inputs besides their bytes, in the ledger of a lake: which could not be opened, and which were accepted. */
import { join } from 'node:path';
import type { Lake } from '../../lib/engine/lake.ts';
import { readReportLocation } from '../../lib/ingest/report-location.ts';
import { sqlLiteral } from '../../lib/sql-template.ts';
import { storedColumns, type Table } from '../../schemas/table.ts';
import { acceptances, failedInputs } from '../../schemas/tables.ts';
import { type GoldenGroup, ownOf } from './golden-groups.ts';

type Values = Readonly<Record<string, string | number | null>>;

/**
 * Writes the failures and acceptances of all folders of a group.
 * @param target where the inputs were copied to; they are ingested by then
 */
export async function writeGoldenLedger(lake: Lake, group: GoldenGroup, target: string): Promise<void> {
  for (const golden of group.cases) {
    const locationOf = (input: string) => join(target, golden.name, ownOf(group, golden, input));
    for (const { input, reason } of golden.failed) {
      const location = locationOf(input);
      const { accountId, region, reportDay } = readReportLocation(location);
      const place = { account_id: accountId, region, report_day: reportDay };
      await insert(lake, failedInputs, { location, kind: 'usage_report', reason, ...place, failed_at_ms: group.asOfMs });
    }
    for (const { input, line, reason } of golden.accepted) {
      const location = locationOf(input);
      const query = `SELECT version FROM inputs WHERE location = ${sqlLiteral(location)}`;
      const [read] = await lake.database.rows<{ version: string }>(query);
      const who = { accepted_by: 'somebody', accepted_at_ms: group.asOfMs };
      await insert(lake, acceptances, { location, version: read?.version ?? null, source_index: line ?? null, reason, ...who });
    }
  }
}

/** Columns that are not stored are made of their twins in milliseconds. */
async function insert(lake: Lake, table: Table, row: Values): Promise<void> {
  const stored = storedColumns(table);
  const names = Object.keys(table.columns);
  const values = names.map((name) =>
    stored.includes(name) ? sqlLiteral(row[name] ?? null) : `epoch_ms(${sqlLiteral(row[`${name}_ms`] ?? null)})`,
  );
  await lake.database.run(`INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${values.join(', ')})`);
}
