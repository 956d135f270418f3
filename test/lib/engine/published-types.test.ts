/** What other programs read has the types that the definitions state. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { correlate } from '../../../lib/engine/correlation.ts';
import { duckdbColumns } from '../../../lib/engine/ddl.ts';
import { openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { databaseTables, parquetTables } from '../../../schemas/tables.ts';
import { copyGoldenInputs, loadGolden } from '../../helpers/golden.ts';

test('every table has the columns and types of its definition once it holds rows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'types-'));
  const golden = loadGolden('snapshot-then-report');
  const inputs = copyGoldenInputs(golden, join(folder, 'in'));
  const paths = (kind: string) => inputs.filter((input) => input.kind === kind).map((input) => input.path);
  const lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test' });
  try {
    await ingest(
      lake,
      { cloudtrail: paths('cloudtrail'), usageReports: paths('usage_report'), snapshots: paths('snapshot'), flowLogs: [] },
      { nowMs: golden.asOfMs },
    );
    await correlate(lake, golden.configuration, { asOfMs: golden.asOfMs, nowMs: golden.asOfMs, toolVersion: 'test' });

    for (const table of [...parquetTables, ...databaseTables]) {
      const described = await lake.database.rows<{ column_name: string; column_type: string }>(`DESCRIBE ${table.name}`);
      const found = described.map((each) => [each.column_name, each.column_type]).sort();
      expect([table.name, found]).toEqual([table.name, duckdbColumns(table).sort()]);
    }
  } finally {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
