/** A refused session is found whenever its check arrives, and once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { correlate } from '../../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { defaultConfiguration } from '../../../schemas/configuration.ts';
import { GOLDEN_FINDINGS } from '../../helpers/finding-folders/run-case.ts';
import { ingestInto, removeFolder, temporaryFolder, writeInput } from '../../helpers/input-files.ts';

const FOLDER = join(GOLDEN_FINDINGS, 'session-id-spoofed', 'other-session');
const CHECKS = readFileSync(join(FOLDER, 'session-checks.jsonl'), 'utf8');
const [FIRST = '', SECOND = ''] = CHECKS.split(/(?<=\n)/);

let folder: string;
let lake: Lake;

beforeEach(async () => {
  folder = temporaryFolder('session-checks');
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
});
afterEach(async () => {
  await lake.close();
  removeFolder(folder);
});

const ingestChecks = (name: string, text: string) => ingestInto(lake, { sessionChecks: [writeInput(folder, name, text)] });

async function settle(asOf: string): Promise<{ found: (string | null)[]; days: readonly string[] }> {
  const asOfMs = Date.parse(asOf);
  const { newFindings, days } = await correlate(lake, defaultConfiguration, { asOfMs, nowMs: asOfMs, toolVersion: 'test' });
  return { found: newFindings.filter(({ rule_id }) => rule_id === 'session-id-spoofed').map(({ session_id }) => session_id), days };
}

test('without any event; of no session, where no report tells of one', async () => {
  await ingestChecks('a.jsonl', FIRST);
  expect((await settle('2026-03-05T00:00:00Z')).found).toEqual([null]);
});

test('months after its day, when the day had been settled', async () => {
  await ingestInto(lake, {
    cloudtrail: [join(FOLDER, 'cloudtrail.json')],
    usageReports: [join(FOLDER, 'daily-session-report-2026-03-02.csv')],
  });
  expect((await settle('2026-08-01T00:00:00Z')).found).toEqual([]);
  await ingestChecks('a.jsonl', FIRST);

  expect(await settle('2026-08-02T00:00:00Z')).toEqual({ found: ['s-2'], days: ['2026-03-02'] });
});

test('once, however often the claim is repeated or its check read', async () => {
  await ingestChecks('a.jsonl', FIRST);
  expect((await settle('2026-03-05T00:00:00Z')).found).toEqual([null]);
  await ingestChecks('b.jsonl', FIRST + SECOND);
  expect((await settle('2026-03-06T00:00:00Z')).found).toEqual([]);
});
