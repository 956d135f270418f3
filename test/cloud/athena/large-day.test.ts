/**
 * A day of a million events on Trino: every verdict as on disk, and what the commonest question reads of it. For whoever changes
 * the SQL or the tables; it takes a quarter of an hour and 6 GB of disk. `LARGE_DAY_EVENTS` makes it smaller.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueryExecutionCommand } from '@aws-sdk/client-athena';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { DemoManifest } from '../../../lib/demo/manifest.ts';
import { correlate } from '../../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { writeDemo } from '../../../lib/local/demo-writer.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { attributions, dayCounts, findings } from '../../../schemas/tables.ts';
import { type CloudLake, differences, execute, makeCloudLake, uploadLake } from './cloud-lake.ts';
import { failuresOf, type Ran, runCloud } from './cloud-run.ts';

const MINUTES = 60_000;
const EVENTS = Number(process.env['LARGE_DAY_EVENTS'] ?? 1_000_000);
/** Of the stored bytes of the day's logs. */
const MOST_READ = 0.05;

let folder: string;
let manifest: DemoManifest;
let lake: Lake;
let cloud: CloudLake;
let ran: Ran;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'large-day-'));
  const logs = join(folder, 'logs');
  manifest = await writeDemo(logs, { events: EVENTS, filesize: 20, truth: false });
  const configuration = configurationSchema.parse(parse(readFileSync(join(logs, manifest.configuration), 'utf8')));
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test' });
  let began = Date.now();
  const told = (what: string) => {
    process.stderr.write(`${what}: ${((Date.now() - began) / 1000).toFixed(0)} s\n`);
    began = Date.now();
  };
  const { cloudtrail, usageReports, snapshots, flowLogs } = manifest.inputs;
  const below = (input: { readonly path: string }) => [join(logs, input.path)];
  await ingest(
    lake,
    { cloudtrail: below(cloudtrail), usageReports: below(usageReports), snapshots: below(snapshots), flowLogs: below(flowLogs) },
    { nowMs: Date.now() },
  );
  told('ingested');
  cloud = await makeCloudLake('large');
  await uploadLake(lake, cloud);
  told('uploaded');
  const asOfMs = Date.parse(manifest.asOf.first);
  await correlate(lake, configuration, { asOfMs, nowMs: asOfMs, toolVersion: 'test' });
  told('correlated on disk');
  ran = await runCloud(cloud, configuration, { asOfMs });
  told('correlated on Trino');
}, 60 * MINUTES);
afterAll(async () => {
  await lake.close();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'a day of very many events has the verdicts, counts and findings that it has on disk',
  async () => {
    expect({ status: ran.answer.status, failures: failuresOf(ran) }).toEqual({ status: 'published', failures: [] });
    for (const table of [attributions, dayCounts, findings]) {
      const { rows, different } = await differences(lake, cloud, table);
      process.stderr.write(`${table.name}: ${rows} rows, ${different.length} different\n`);
      expect({ table: table.name, different }).toEqual({ table: table.name, different: [] });
    }
    process.stderr.write(`${EVENTS} events: ${ran.state.statements} statements, ${ran.seconds.toFixed(0)} s\n`);
  },
  30 * MINUTES,
);

test(
  "count and bytes by action of one user's day read a twentieth of the logs at most",
  async () => {
    const [one] = await lake.database.rows<{ user_id: string }>(
      'SELECT user_id FROM attributions WHERE user_id IS NOT NULL GROUP BY user_id ORDER BY count(*) DESC, user_id LIMIT 1',
    );
    const id = await execute(
      cloud,
      `SELECT action, count(*) AS calls, sum(bytes_in) AS bytes_in, sum(bytes_out) AS bytes_out FROM "${cloud.database}"."attributions"
       WHERE dt = '${manifest.from.slice(0, 10)}' AND user_id = '${one?.user_id}' GROUP BY action`,
    );
    const { QueryExecution } = await cloud.athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const read = QueryExecution?.Statistics?.DataScannedInBytes ?? Number.NaN;
    process.stderr.write(`read ${read} of ${manifest.packedBytes} bytes: ${((100 * read) / manifest.packedBytes).toFixed(2)} %\n`);
    expect(read).toBeGreaterThan(0);
    expect(read / manifest.packedBytes).toBeLessThanOrEqual(MOST_READ);
  },
  5 * MINUTES,
);
