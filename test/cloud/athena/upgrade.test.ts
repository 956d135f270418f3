/** A deployment of schema version 1 goes on: its files and its tables of answers lack the columns that came later. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { icebergDdl } from '../../../lib/athena/table-ddl.ts';
import { correlate } from '../../../lib/engine/correlation.ts';
import { openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import type { Table } from '../../../schemas/table.ts';
import { attributions, runs } from '../../../schemas/tables.ts';
import { copyGoldenInputs, loadGolden } from '../../helpers/golden.ts';
import { differences, execute, makeCloudLake, select, uploadLake } from './cloud-lake.ts';
import { failuresOf, runCloud } from './cloud-run.ts';

/** What version 2 added. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  events: [
    ...['refused_start_ms', 'on_behalf_of_user_id', 'identity_store_arn', 'credential_id', 'in_scope_type', 'in_scope_resource'],
    ...['ec2_role_delivery', 'corrects_request_id'],
  ],
  sessions: ['user_fold', 'contradiction'],
  attributions: ['closed_by', 'verdict_row', 'self_named_user', 'foreign_credentials'],
  runs: ['session_rows', 'sessions', 'session_rows_joined', 'session_rows_replaced', 'sessions_contradicting'],
};

const older = (table: Table): Table => ({
  ...table,
  columns: Object.fromEntries(Object.entries(table.columns).filter(([name]) => !ADDED[table.name]?.includes(name))),
});

test('a run reads files of version 1, gives its tables of answers the new columns, and judges as on disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
  const golden = loadGolden('row-6-in-session');
  const lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
  try {
    const given = copyGoldenInputs(golden, join(folder, 'in'));
    const paths = (kind: string) => given.filter((input) => input.kind === kind).map((input) => input.path);
    const sources = { cloudtrail: paths('cloudtrail'), usageReports: paths('usage_report'), snapshots: paths('snapshot'), flowLogs: [] };
    await ingest(lake, sources, { nowMs: golden.asOfMs });
    const cloud = await makeCloudLake('upgrade');
    await uploadLake(lake, cloud, older);
    for (const table of [attributions, runs]) {
      await execute(cloud, icebergDdl(older(table), cloud.database, `s3://${cloud.bucket}/answers/${table.name}/`));
    }
    await execute(cloud, `INSERT INTO "${cloud.database}"."runs" (run_id, started_at_ms, status) VALUES ('old', 1, 'published')`);
    await correlate(lake, golden.configuration, { asOfMs: golden.asOfMs, nowMs: golden.asOfMs, toolVersion: 'test' });

    const ran = await runCloud(cloud, golden.configuration, { asOfMs: golden.asOfMs });

    expect({ status: ran.answer.status, failures: failuresOf(ran) }).toEqual({ status: 'published', failures: [] });
    const { rows, different } = await differences(lake, cloud, attributions);
    expect(different).toEqual([]);
    expect(rows).toBeGreaterThan(0);
    const told = await select(cloud, `SELECT run_id = 'old' AS old, session_rows FROM "${cloud.database}"."runs" ORDER BY 1`);
    expect(told).toEqual([
      { old: 'false', session_rows: String(ran.state.books?.session_rows) },
      { old: 'true', session_rows: null },
    ]);
  } finally {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
