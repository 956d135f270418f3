/** Evidence that is ingested in steps, with a run after each, leaves the findings open that the same evidence in one go leaves. */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { STANDING_FINDINGS } from '../../../lib/answer/standing-findings.ts';
import { correlate } from '../../../lib/engine/correlation.ts';
import { openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { aboutCase, inputsOf } from '../../helpers/finding-folders/run-case.ts';
import { removeFolder, temporaryFolder } from '../../helpers/input-files.ts';

/** Folders with inputs that come later, and rules that speak before these come. */
const CASES = [
  ['report-rewritten', 'found', []],
  ['report-rewritten', 'repaired', ['report-rewritten']],
  ['evidence-unread', 'repaired', ['evidence-unread']],
  ['input-changed', 'found', []],
] as const;
const RULES = [
  'report-rewritten',
  'evidence-unread',
  'input-changed',
  'session-id-reused',
  'evidence-disagrees',
  'overlapping-sessions-of-user',
];

let folder: string;
beforeAll(() => {
  folder = temporaryFolder('standing');
});
afterAll(() => removeFolder(folder));

/** The open findings after each run, as the program counts them and as the question lists them. */
async function openAfter(rule: string, name: string, inSteps: boolean): Promise<string[][]> {
  const lake = await openLake(join(folder, `${rule}-${name}-${inSteps}`), { mode: 'write', create: true, command: 'test', threads: 1 });
  const { asOf, configuration } = aboutCase(rule, name);
  const asOfMs = Date.parse(asOf);
  const all: string[][] = [];
  try {
    for (const step of [false, true]) {
      const paths = inputsOf(rule, name)
        .filter(({ later }) => later === step)
        .map((input) => {
          const path = join(folder, 'in', rule, name, String(inSteps), input.place);
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, readFileSync(input.path));
          const modifiedS = asOfMs / 1000 - (step ? 3600 : 7200);
          utimesSync(path, modifiedS, modifiedS);
          return path;
        });
      const sources = {
        cloudtrail: paths.filter((path) => /cloudtrail[^/]*$/.test(path)),
        usageReports: paths.filter((path) => /daily-[^/]*$/.test(path)),
        snapshots: [],
        flowLogs: [],
        sessionChecks: [],
      };
      await ingest(lake, sources, { nowMs: asOfMs + (step ? 1000 : 0) });
      if (!inSteps && !step) continue;
      await correlate(lake, configurationSchema.parse(configuration), { asOfMs, nowMs: asOfMs, toolVersion: 'test', rules: RULES });
      const counted = await lake.query(`SELECT finding_id, rule_id, summary FROM (${STANDING_FINDINGS}) standing ORDER BY finding_id`);
      const listed = await lake.query(readSqlFile('queries/findings-open.sql'), { severity: 'low', from: '1970-01-01', to: '9999-12-31' });
      expect(listed.rows.map((row) => row[8]).sort()).toEqual(counted.rows.map(([id]) => id));
      const place = join(folder, 'in', rule, name, String(inSteps));
      all.push(counted.rows.map(([, id, summary]) => `${id}: ${summary}`.replaceAll(place, '')).sort());
    }
    return all;
  } finally {
    await lake.close();
  }
}

describe('findings that stand', () => {
  test.each(CASES)('of %s %s are the same in steps and in one go', async (rule, name, before) => {
    const [first, last] = await openAfter(rule, name, true);
    const [whole] = await openAfter(rule, name, false);
    expect(last).toEqual(whole);
    expect([...new Set(first?.map((text) => text.split(':')[0]))]).toEqual(before);
  });
});
