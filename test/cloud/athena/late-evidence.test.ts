/** Runs that follow each other on Trino: a report that comes after the logs, nothing new, the same log once more. As on disk. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { correlate } from '../../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { attributionChanges, attributions, findings } from '../../../schemas/tables.ts';
import { copyGoldenInputs, loadGolden } from '../../helpers/golden.ts';
import { type CloudLake, differences, makeCloudLake, select, uploadLake } from './cloud-lake.ts';
import { failuresOf, type Ran, runCloud } from './cloud-run.ts';

const MINUTES = 60_000;
/** Six rules are one MERGE: these make two, and all would make three more of the same kind. */
const RULES = [
  ...['unattributed-write', 'unattributed-read', 'unnamed-write', 'evidence-disagrees'],
  ...['missing-evidence', 'event-id-reused', 'bulk-read'],
];

describe('evidence that comes later', () => {
  const golden = loadGolden('row-6-in-session');
  let folder: string;
  let lake: Lake;
  let cloud: CloudLake;
  let logs: string[];
  let reports: string[];
  let first: Ran;

  const both = async (cloudtrail: readonly string[], usageReports: readonly string[]): Promise<Ran> => {
    await ingest(
      lake,
      { cloudtrail: [...cloudtrail], usageReports: [...usageReports], snapshots: [], flowLogs: [] },
      { nowMs: Date.now() },
    );
    await uploadLake(lake, cloud);
    await correlate(lake, golden.configuration, { asOfMs: golden.asOfMs, nowMs: Date.now(), toolVersion: 'test', rules: RULES });
    const ran = await runCloud(cloud, golden.configuration, { asOfMs: golden.asOfMs, rules: RULES });
    expect({ status: ran.answer.status, failures: failuresOf(ran) }).toEqual({ status: 'published', failures: [] });
    return ran;
  };
  const expectEqual = async () => {
    for (const table of [attributions, attributionChanges, findings]) {
      expect({ table: table.name, different: (await differences(lake, cloud, table)).different }).toEqual({
        table: table.name,
        different: [],
      });
    }
  };
  const count = async (where: string) => Number((await select(cloud, `SELECT count(*) AS n FROM "${cloud.database}".${where}`))[0]?.['n']);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'late-'));
    const given = copyGoldenInputs(golden, join(folder, 'in'));
    logs = given.filter(({ kind }) => kind === 'cloudtrail').map(({ path }) => path);
    reports = given.filter(({ kind }) => kind === 'usage_report').map(({ path }) => path);
    lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
    cloud = await makeCloudLake('late');
  });
  afterAll(async () => {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    'is missed first',
    async () => {
      first = await both(logs, []);
      await expectEqual();
      expect(await count('attributions WHERE user_id IS NOT NULL')).toBe(0);
    },
    20 * MINUTES,
  );

  test(
    'changes the verdicts of its days, and what they were stays told',
    async () => {
      const ran = await both([], reports);
      expect(ran.state.planned).toEqual([{ dt: '2026-03-02', cause: 'new_evidence' }]);
      await expectEqual();
      expect(await count('attributions WHERE user_id IS NOT NULL')).toBeGreaterThan(0);
      expect(
        await count(`attribution_changes WHERE old_run_id = '${first.state.runId}' AND run_id = '${ran.state.runId}'`),
      ).toBeGreaterThan(0);
    },
    20 * MINUTES,
  );

  test(
    'is used once: without news no day is looked at again',
    async () => {
      // listed are also inputs of the minutes before the last run: their days come out as they were
      const changes = await count('attribution_changes');
      const ran = await runCloud(cloud, golden.configuration, { asOfMs: golden.asOfMs, rules: RULES });
      expect(ran.answer.status).toBe('published');
      expect(ran.state.chunks?.flatMap((chunk) => chunk.counts ?? []).every((counts) => counts['differing'] === 0)).toBe(true);
      expect(await count('attribution_changes')).toBe(changes);
    },
    20 * MINUTES,
  );

  test(
    'that is there already is counted as a copy and changes nothing',
    async () => {
      // of equal copies that of the first file is the event, whichever came first: after the other, this one changes nothing
      const again = join(folder, 'in', 'the-same-again.json');
      // other bytes, the same records: another input
      writeFileSync(again, `${readFileSync(String(logs[0]), 'utf8')}\n`);
      const ran = await both([again], []);
      const counts = ran.state.chunks?.flatMap((chunk) => chunk.counts ?? []) ?? [];
      expect(counts.find((each) => each['dt'] === '2026-03-02')).toMatchObject({ differing: 0 });
      expect(Number(counts.find((each) => each['dt'] === '2026-03-02')?.['duplicates'])).toBeGreaterThan(0);
      await expectEqual();
    },
    20 * MINUTES,
  );
});
