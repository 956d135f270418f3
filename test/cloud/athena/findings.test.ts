/**
 * Every findings rule on Trino: the same findings as on disk, and as few. All golden folders, those in which a rule must find nothing
 * too, in one lake, one account each, with settings that make every rule speak.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { correlate } from '../../../lib/engine/correlation.ts';
import { findingRules } from '../../../lib/engine/finding-rules.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { findings } from '../../../schemas/tables.ts';
import { findingFolders, inputsOf, verifyFiles } from '../../helpers/finding-folders/run-case.ts';
import { differences, makeCloudLake, uploadLake } from './cloud-lake.ts';
import { failuresOf, runCloud } from './cloud-run.ts';

const AS_OF_MS = Date.parse('2026-03-20T00:00:00Z');
const ACCOUNT = '111122223333';

/** All but the one whose report may be of any account: it would keep a day of all others open. */
const FOLDERS = findingFolders().filter(([rule, name]) => `${rule}/${name}` !== 'evidence-unread/rejected');

/** What makes every rule speak. */
const configuration = configurationSchema.parse({
  scope: {
    fleetRoles: ['FleetRole', `arn:aws:iam::${ACCOUNT}:role/x/Other`],
    fleetCidrs: ['10.0.0.0/8'],
    natAddresses: ['192.0.2.0/30'],
    vpcEndpoints: [{ id: 'vpce-0a1b2c3d' }],
  },
  logons: { roles: ['AppStreamUsers'], trustedCidrs: ['203.0.113.0/24', '2001:db8:7::/48'], requireMfa: true },
  policy: {
    streamingUrlCallers: [`arn:aws:iam::${ACCOUNT}:role/apps/Portal`],
    protectedBuckets: ['data*'],
    evidenceBuckets: ['audit-lake'],
    notebooks: { instanceTypes: ['ml.t3.medium'], hoursUtc: '07:00-19:00' },
    bulkRead: { objects: 3, bytes: 5000 },
    deniedBurst: { calls: 3 },
  },
});

let folder: string;
let lake: Lake;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'findings-'));
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
});
afterAll(async () => {
  await lake.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The inputs of the folders, each with an account of its own, so that they know nothing of each other. */
function copyInputs(later: boolean): string[] {
  return FOLDERS.flatMap(([rule, name], at) => {
    const account = String(100_000_000_000 + at);
    return inputsOf(rule, name)
      .filter((input) => input.later === later)
      .map((input) => {
        const path = join(folder, 'in', rule, name, input.place.replaceAll(ACCOUNT, account));
        mkdirSync(dirname(path), { recursive: true });
        const text = readFileSync(input.path, 'utf8').replaceAll(ACCOUNT, account);
        writeFileSync(path, text.replaceAll(/^s-|(?<=")s-(?=\d)/gm, `s-${at}-`));
        return path;
      });
  });
}

async function ingestInputs(later: boolean): Promise<void> {
  const paths = copyInputs(later);
  const modified = AS_OF_MS / 1000 - 86_400 + (later ? 3600 : 0);
  for (const path of paths) utimesSync(path, modified, modified);
  const named = (pattern: RegExp) => paths.filter((path) => pattern.test(path));
  const sources = {
    cloudtrail: named(/cloudtrail[^/]*$|_CloudTrail_[^/]*$/),
    usageReports: named(/\/daily-[^/]*$/),
    snapshots: named(/snapshots[^/]*$/),
    flowLogs: named(/flows[^/]*$/),
    sessionChecks: named(/session-checks[^/]*$/),
  };
  await ingest(lake, sources, { nowMs: AS_OF_MS + (later ? 1000 : 0) });
}

/** Digests are signed with the account and place that they name: each folder is verified by itself, and what was found is put in. */
async function keepVerified(): Promise<void> {
  for (const [at, [rule, name]] of FOLDERS.entries()) {
    const files = inputsOf(rule, name).map(({ path }) => path);
    if (!files.some((file) => file.endsWith('/keys.json'))) continue;
    const own = await openLake(join(folder, 'verified', String(at)), { mode: 'write', create: true, command: 'test', threads: 1 });
    try {
      const cloudtrail = files.filter((file) => /cloudtrail[^/]*$|_CloudTrail_[^/]*$/.test(file));
      await ingest(own, { cloudtrail, usageReports: [], snapshots: [], flowLogs: [] }, { nowMs: AS_OF_MS });
      await verifyFiles(own, files, AS_OF_MS);
      for (const table of ['digests', 'log_checks']) {
        const file = join(folder, `${table}-${at}.parquet`);
        await own.database.run(`COPY ${table} TO '${file}' (FORMAT parquet)`);
        await lake.database.run(`INSERT INTO ${table} BY NAME SELECT * FROM read_parquet('${file}')`);
      }
    } finally {
      await own.close();
    }
  }
}

test('every rule finds on Trino what it finds on disk', async () => {
  await ingestInputs(false);
  await ingestInputs(true);
  await keepVerified();
  const cloud = await makeCloudLake('findings');
  await uploadLake(lake, cloud);
  const { newFindings } = await correlate(lake, configuration, { asOfMs: AS_OF_MS, nowMs: AS_OF_MS, toolVersion: 'test' });
  expect([...new Set(newFindings.map(({ rule_id }) => rule_id))].sort()).toEqual(findingRules().map(({ id }) => id));

  const ran = await runCloud(cloud, configuration, { asOfMs: AS_OF_MS });

  expect({ status: ran.answer.status, failures: failuresOf(ran) }).toEqual({ status: 'published', failures: [] });
  expect((await differences(lake, cloud, findings)).different).toEqual([]);
}, 1_800_000);
