/** Athena failing before and after a write, throttled, and two runs at once, on the real engine: nothing lost, nothing double. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { advance, beginRun } from '../../../lib/cloud/run-driver.ts';
import type { RunEffects, StatementStatus } from '../../../lib/cloud/run-ports.ts';
import { mergeDayCounts } from '../../../lib/cloud/run-publish.ts';
import type { RunState } from '../../../lib/cloud/run-state.ts';
import { correlate } from '../../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { attributions, dayCounts, findings } from '../../../schemas/tables.ts';
import { copyGoldenInputs, loadGolden } from '../../helpers/golden.ts';
import { type CloudLake, differences, execute, makeCloudLake, select, uploadLake } from './cloud-lake.ts';
import { effectsOf, failuresOf, type RunLog, runCloud, runContext } from './cloud-run.ts';

const MINUTES = 60_000;
/** Six rules are one MERGE: these make two, and all would make three more of the same kind. */
const RULES = [
  ...['unattributed-write', 'unattributed-read', 'unnamed-write', 'evidence-disagrees'],
  ...['missing-evidence', 'event-id-reused', 'bulk-read'],
];

describe('a run on Trino', () => {
  const golden = loadGolden('row-6-in-session');
  let folder: string;
  let lake: Lake;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faults-'));
    const given = copyGoldenInputs(golden, join(folder, 'in'));
    const paths = (kind: string) => given.filter((input) => input.kind === kind).map((input) => input.path);
    lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
    const sources = { cloudtrail: paths('cloudtrail'), usageReports: paths('usage_report'), snapshots: [], flowLogs: [] };
    await ingest(lake, sources, { nowMs: golden.asOfMs });
  });
  afterAll(async () => {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const fresh = async (): Promise<CloudLake> => {
    const cloud = await makeCloudLake('faults');
    await uploadLake(lake, cloud);
    return cloud;
  };
  const settled = async () => {
    await correlate(lake, golden.configuration, { asOfMs: golden.asOfMs, nowMs: golden.asOfMs, toolVersion: 'test', rules: RULES });
  };
  const expectEqual = async (cloud: CloudLake) => {
    for (const table of [attributions, findings]) expect((await differences(lake, cloud, table)).different).toEqual([]);
    const days = await select(cloud, `SELECT dt, count(*) AS n FROM "${cloud.database}"."day_counts" GROUP BY dt`);
    expect(days.every((day) => day['n'] === '1')).toBe(true);
    const runs = await select(cloud, `SELECT count(*) AS n FROM "${cloud.database}"."runs"`);
    expect(runs).toEqual([{ n: '1' }]);
  };

  test(
    'gets over an engine that fails before a table is made, after it was made, and after rows were written',
    async () => {
      const cloud = await fresh();
      await settled();
      const log: RunLog = { metrics: [], messages: [] };
      const faults = [
        fault('before', /^CREATE TABLE/, 1),
        fault('after', /^CREATE TABLE .*_verdicts"/, 1),
        fault('before', /^MERGE INTO .*"attributions"/, 1),
        fault('after', /^MERGE INTO .*"attributions"/, 1),
        fault('after', /^MERGE INTO .*"runs"/, 1),
        fault('refused', /./, 4),
      ];
      const ran = await runCloud(
        cloud,
        golden.configuration,
        { asOfMs: golden.asOfMs, rules: RULES },
        failing(effectsOf(cloud, log), faults),
      );
      expect(faults.map(({ left }) => left)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(ran.answer.status).toBe('published');
      expect(failuresOf({ log }).length).toBeGreaterThanOrEqual(9);
      await expectEqual(cloud);
    },
    15 * MINUTES,
  );

  test(
    'that was killed after every look is taken up where it stood, by another process each time',
    async () => {
      const cloud = await fresh();
      await settled();
      const log: RunLog = { metrics: [], messages: [] };
      const context = runContext(cloud, golden.configuration, RULES);
      let state: RunState = beginRun({ requestId: 'killed', asOf: golden.asOf }, context, effectsOf(cloud, log));
      const deadline = Date.now() + 10 * MINUTES;
      for (let looks = 0; state.phase !== 'ended' && state.halted === undefined && Date.now() < deadline; looks++) {
        await sleep(50);
        // what a look did is forgotten every other time, as if the process had died before it could write it down
        const looked = await advance(JSON.parse(JSON.stringify(state)) as RunState, context, effectsOf(cloud, log));
        if (looks % 2 === 1) state = looked;
      }
      expect(state.outcomes[0]?.status).toBe('published');
      await expectEqual(cloud);
    },
    15 * MINUTES,
  );

  test(
    'asked for twice at once runs one after the other',
    async () => {
      const cloud = await fresh();
      await settled();
      const both = await Promise.all([
        runCloud(cloud, golden.configuration, { asOfMs: golden.asOfMs, rules: RULES, requestId: 'one' }),
        runCloud(cloud, golden.configuration, { asOfMs: golden.asOfMs, rules: RULES, requestId: 'two' }),
      ]);
      expect(both.map(({ answer }) => answer.status)).toEqual(['published', 'published']);
      for (const table of [attributions, findings, dayCounts]) expect((await differences(lake, cloud, table)).different).toEqual([]);
      expect(await select(cloud, `SELECT sum(days) AS days, count(*) AS n FROM "${cloud.database}"."runs"`)).toEqual([
        { days: '1', n: '2' },
      ]);
    },
    15 * MINUTES,
  );

  test(
    'finds its row already there when it writes it again',
    async () => {
      const cloud = await fresh();
      await runCloud(cloud, golden.configuration, { asOfMs: golden.asOfMs, rules: RULES });
      const [row] = await select(cloud, `SELECT * FROM "${cloud.database}"."day_counts"`);
      const counts = Object.fromEntries(
        Object.entries(row ?? {}).map(([name, value]) => [name, /^(dt|run_id)$/.test(name) ? value : Number(value)]),
      );
      await execute(cloud, mergeDayCounts(cloud.database, String(row?.['run_id']), [counts]));
      expect(await select(cloud, `SELECT count(*) AS n FROM "${cloud.database}"."day_counts"`)).toEqual([{ n: '1' }]);
    },
    15 * MINUTES,
  );
});

interface Fault {
  /** The engine will not take it; fails without doing it; does it and says it failed. */
  readonly when: 'refused' | 'before' | 'after';
  readonly text: RegExp;
  left: number;
}

const fault = (when: Fault['when'], text: RegExp, left: number): Fault => ({ when, text, left });

/** The real engine, but for faults. They are this run's own: faults of the test double would meet other tests, too. */
function failing(effects: RunEffects, faults: readonly Fault[]): RunEffects {
  const texts = new Map<string, string>();
  const take = (when: Fault['when'], sql: string): boolean => {
    const due = faults.find((each) => each.when === when && each.left > 0 && each.text.test(sql));
    if (due !== undefined) due.left--;
    return due !== undefined;
  };
  const lost: StatementStatus = { state: 'failed', reason: 'GENERIC_INTERNAL_ERROR: lost a node', scannedBytes: 0 };
  return {
    ...effects,
    async start(sql, token) {
      if (take('refused', sql)) return { refusal: 'later', reason: 'TooManyRequestsException' };
      if (take('before', sql)) return { executionId: `lost-${token}` };
      const started = await effects.start(sql, token);
      if ('executionId' in started) texts.set(started.executionId, sql);
      return started;
    },
    async check(ids) {
      const real = await effects.check(ids.filter((id) => !id.startsWith('lost-')));
      return new Map(
        ids.map((id): [string, StatementStatus] => {
          const status = real.get(id);
          if (status === undefined || (status.state === 'succeeded' && take('after', texts.get(id) ?? ''))) return [id, lost];
          return [id, status];
        }),
      );
    },
  };
}
