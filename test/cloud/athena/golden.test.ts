/**
 * Golden folders on Trino: the same rows as on disk, column by column. The largest groups of folders that can run together;
 * `GOLDEN=all` runs every folder.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { correlate } from '../../../lib/engine/correlation.ts';
import { openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { stageTables } from '../../../schemas/stage-tables.ts';
import { attributions, dayCounts, findings, runs } from '../../../schemas/tables.ts';
import { copyGroupInputs, goldenGroups } from '../../helpers/golden-groups.ts';
import { writeGoldenLedger } from '../../helpers/golden-ledger.ts';
import { differences, makeCloudLake, uploadLake } from './cloud-lake.ts';
import { failuresOf, runCloud } from './cloud-run.ts';

const GROUPS = goldenGroups();
const CHOSEN = process.env['GOLDEN'] === 'all' ? GROUPS : GROUPS.slice(0, 2);

describe('golden verdicts on Trino', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'golden-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('stand for most of the folders', () => {
    const all = GROUPS.flatMap((group) => group.names).length;
    expect(GROUPS.slice(0, 2).flatMap((group) => group.names).length / all).toBeGreaterThan(0.6);
  });

  test.each(CHOSEN.map((group) => [group.names.length, group.names[0], group] as const))(
    'equal those on disk: %i folders, %s and its like',
    async (_count, _name, group) => {
      const given = copyGroupInputs(group, join(folder, 'in'));
      const paths = (kind: string) => given.filter((input) => input.kind === kind).map((input) => input.path);
      const lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
      try {
        const sources = {
          cloudtrail: paths('cloudtrail'),
          usageReports: paths('usage_report'),
          snapshots: paths('snapshot'),
          flowLogs: [],
        };
        await ingest(lake, sources, { nowMs: group.asOfMs });
        await writeGoldenLedger(lake, group, join(folder, 'in'));
        const cloud = await makeCloudLake('golden');
        await uploadLake(lake, cloud);
        const { run } = await correlate(lake, group.configuration, { asOfMs: group.asOfMs, nowMs: group.asOfMs, toolVersion: 'test' });

        const ran = await runCloud(cloud, group.configuration, { asOfMs: group.asOfMs });

        expect({ status: ran.answer.status, failures: failuresOf(ran) }).toEqual({ status: 'published', failures: [] });
        expect(run.in_scope).toBeGreaterThan(0);
        for (const table of [attributions, findings, dayCounts, runs, ...stageTables]) {
          expect({ table: table.name, different: (await differences(lake, cloud, table)).different }).toEqual({
            table: table.name,
            different: [],
          });
        }
      } finally {
        await lake.close();
      }
    },
    900_000,
  );
});
