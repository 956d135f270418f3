/** Files into the source buckets of the deployed stack, answers out of its tables: the same as the command line's on the same files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DemoManifest } from '../../lib/demo/manifest.ts';
import type { CorrelationSummary } from '../../lib/engine/correlation.ts';
import { writeDemo } from '../../lib/local/demo-writer.ts';
import { DAY_MS, formatDt } from '../../lib/time.ts';
import { putFlowLogs, putReports, putTrail } from '../../scripts/local-cloud/demo-inputs.ts';
import { settingsOf } from '../../scripts/local-cloud/settings.ts';
import { type Alert, audit, takeAlerts } from './helpers/deployed-stack.ts';
import { s3Client, useLocalCloud } from './helpers/local-cloud.ts';
import { type Answer, type Days, SameAnswers } from './helpers/same-answers.ts';

const stack = useLocalCloud();
const alertQueue = stack['APPSTREAM_AUDIT_ALERT_QUEUE_URL'] ?? '';
const settings = settingsOf(process.env);
const MINUTES = 60_000;
/** Where nothing says otherwise. */
const FIRST_DAY = '2026-04-06';
let folder: string;
let logs: string;
let sides: SameAnswers;
let manifest: DemoManifest;
let days: Days;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'end-to-end-'));
  logs = join(folder, 'logs');
  sides = new SameAnswers(folder, stack);
  const from = await dayAfterAll();
  days = { from, to: formatDt(Date.parse(from) + DAY_MS) };
  // the same seed would give the same ids again on another day
  manifest = await writeDemo(logs, { day: from, seed: Date.parse(from) / DAY_MS, events: 900, sessions: 12, filesize: 0.2, sweeps: 0 });
  await takeAlerts(alertQueue);
}, 2 * MINUTES);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * A week after the days of before this season that the stack holds: a report of a later day would close these days, and nothing
 * would be pending. Days of the present are those of what sweeps see.
 */
async function dayAfterAll(): Promise<string> {
  const present = formatDt(Date.now() - 60 * DAY_MS);
  const list = new ListObjectsV2Command({ Bucket: stack['APPSTREAM_AUDIT_BUCKET'], Prefix: 'events/', Delimiter: '/' });
  const { CommonPrefixes = [] } = await s3Client().send(list);
  const last = CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice('events/dt='.length, -1))
    .filter((dt) => dt < present)
    .sort()
    .at(-1);
  return last === undefined || last < FIRST_DAY ? FIRST_DAY : formatDt(Date.parse(last) + 7 * DAY_MS);
}

/** @returns the rows, which both have */
async function expectSame(answer: Answer): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { cloud, local } = await sides.rows(answer, days);
  expect(cloud).toEqual(local);
  return cloud;
}

const told = (alerts: readonly Alert[]) => alerts.reduce((sum, alert) => sum + (alert.total ?? 1), 0);
const worthTelling = ({ newFindings }: CorrelationSummary) => newFindings.filter(({ severity }) => severity !== 'low').length;

describe('a trail and the reports that are in time', () => {
  let summary: CorrelationSummary;
  beforeAll(async () => {
    await putTrail(settings, logs);
    await putFlowLogs(settings, logs);
    await putReports(settings, logs, 'usageReports');
    summary = await sides.judge(days, manifest.asOf.first);
  }, 25 * MINUTES);

  test.each([
    ['attributions', 500],
    ['findings', 10],
    ['counts', 8],
    ['changes', 0],
  ] as const)(
    'give the %s that the command line gives, to the last column',
    async (answer, least) => {
      expect((await expectSame(answer)).length).toBeGreaterThanOrEqual(least);
    },
    5 * MINUTES,
  );

  test('leave no event out', async () => {
    expect(summary.run).toMatchObject({ events_kept: manifest.records });
  });

  test('are told of, each finding once', async () => {
    expect(told(await takeAlerts(alertQueue))).toBe(worthTelling(summary));
  });
});

describe('the report that comes late', () => {
  let summary: CorrelationSummary;
  /** Events that findings name before it comes. */
  const named = new Set<string>();
  beforeAll(async () => {
    for (const { event_ids } of (await sides.rows('findings', days)).cloud) for (const id of event_ids as string[]) named.add(id);
    await putReports(settings, logs, 'late');
    summary = await sides.judge(days, manifest.asOf.withLate);
  }, 25 * MINUTES);

  test.each(['attributions', 'findings', 'counts'] as const)(
    'gives the %s that the command line gives',
    async (answer) => {
      await expectSame(answer);
    },
    5 * MINUTES,
  );

  test(
    'makes of what was pending what is attributed, and both stay readable',
    async () => {
      const changes = await expectSame('changes');
      expect(changes).toContainEqual(expect.objectContaining({ old_verdict: 'pending', new_verdict: 'attributed' }));
    },
    5 * MINUTES,
  );

  test(
    'is told of where it is news, each event of a finding that has another name now among it, and nothing is told again',
    async () => {
      const news = (await expectSame('changes')).filter(
        (change) => change['old_final'] || (named.has(String(change['event_id'])) && change['old_user_id'] !== change['new_user_id']),
      );
      expect(news.length).toBeGreaterThan(0);
      expect(told(await takeAlerts(alertQueue))).toBe(worthTelling(summary) + news.length);
    },
    5 * MINUTES,
  );
});

test(
  'nothing was put aside: status finds the dead-letter queues empty',
  async () => {
    // it would end with 1
    expect((await audit('cloud', 'status')).code).toBe(0);
  },
  5 * MINUTES,
);
