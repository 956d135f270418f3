/** The demo day on Trino: every answer table, every ready question and every finding as on disk. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseReadyQuery, resolveParameters } from '../../../lib/answer/ready-query.ts';
import { questionCtes } from '../../../lib/athena/lake-tables.ts';
import { withCtes } from '../../../lib/athena/select-text.ts';
import { generateDemo } from '../../../lib/demo/generate.ts';
import { correlate } from '../../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { listSqlFiles, readSqlFile } from '../../../lib/local/sql-files.ts';
import { fillSql } from '../../../lib/sql-template.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { stageTables } from '../../../schemas/stage-tables.ts';
import { attributionChanges, attributions, dayCounts, findings, runs } from '../../../schemas/tables.ts';
import { type CloudLake, differences, makeCloudLake, select, uploadLake } from './cloud-lake.ts';
import { failuresOf, type Ran, runCloud } from './cloud-run.ts';

const MINUTES = 60_000;
const FIRST = Date.parse('2026-03-04T09:00:00Z');

describe('the demo day on Trino', () => {
  let folder: string;
  let lake: Lake;
  let cloud: CloudLake;
  let configuration: ReturnType<typeof configurationSchema.parse>;
  let first: Ran;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'demo-'));
    for (const { path, bytes } of generateDemo()) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
      if (path === 'configuration.yaml') configuration = configurationSchema.parse(parse(Buffer.from(bytes).toString('utf8')));
    }
    lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
    cloud = await makeCloudLake('demo');
    const at = (name: string) => [join(folder, name)];
    const sources = {
      cloudtrail: at('cloudtrail'),
      usageReports: at('usage-reports'),
      snapshots: at('snapshots'),
      flowLogs: at('flow-logs'),
    };
    await ingest(lake, sources, { nowMs: Date.now() });
    await uploadLake(lake, cloud);
    await correlate(lake, configuration, { asOfMs: FIRST, nowMs: FIRST, toolVersion: 'test' });
    first = await runCloud(cloud, configuration, { asOfMs: FIRST });
  }, 20 * MINUTES);
  afterAll(async () => {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    'gives the rows that it gives on disk, in every table of answers',
    async () => {
      expect({ status: first.answer.status, failures: failuresOf(first) }).toEqual({ status: 'published', failures: [] });
      expect((await differences(lake, cloud, attributions)).rows).toBeGreaterThan(10_000);
      for (const table of [attributions, attributionChanges, findings, dayCounts, runs, ...stageTables]) {
        const { different } = await differences(lake, cloud, table);
        expect({ table: table.name, different }).toEqual({ table: table.name, different: [] });
      }
      process.stderr.write(`demo day: ${first.state.statements} statements, ${first.seconds.toFixed(1)} s\n`);
    },
    15 * MINUTES,
  );

  test.each(listSqlFiles('queries'))(
    'answers %s as on disk',
    async (name) => {
      const query = parseReadyQuery(name, readSqlFile(`queries/${name}.sql`));
      const [event] = await lake.database.rows<Record<string, string>>(
        'SELECT * FROM attributions WHERE user_id IS NOT NULL AND object_key IS NOT NULL ORDER BY event_time_ms, event_id LIMIT 1',
      );
      const known: Record<string, unknown> = {
        user: event?.['user_id'],
        bucket: event?.['bucket'],
        key: event?.['object_key'],
        prefix: String(event?.['object_key']).slice(0, 4),
        address: event?.['source_address'],
        session: event?.['session_id'],
        event_id: event?.['event_id'],
        access_key_id: event?.['access_key_id'],
        since: '2026-03-02',
        day: '2026-03-02',
      };
      const asked = query.parameters.filter((parameter) => parameter.default === undefined);
      const values = resolveParameters(
        query,
        Object.fromEntries(asked.map((parameter) => [parameter.name, String(known[parameter.name])])),
        FIRST,
      );
      const filled = fillSql(query.sql, values);
      const ours = await lake.database.query(filled);
      const spans = first.state.listing?.spans ?? {};
      const tables = {
        database: cloud.database,
        spanOf: async (table: string) => spans[table] ?? null,
        sql: readSqlFile,
        absent: new Set<string>(),
      };
      const theirs = await select(cloud, withCtes(filled, await questionCtes(filled, tables)).sql);
      expect(theirs.map((row) => Object.values(row).map(plain)).sort()).toEqual(ours.rows.map((row) => row.map(plain)).sort());
    },
    5 * MINUTES,
  );
});

/** A value as text in the form of both engines. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return '∅';
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  return String(value).replace(
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{3})\d*)?Z?$/,
    (_, day, time, ms) => `${day} ${time}${ms && ms !== '000' ? `.${ms}` : ''}`,
  );
}
