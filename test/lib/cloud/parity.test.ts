/** The same inputs through the command line's way and the cloud's: the rows are the same, column by column. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ingestObject } from '../../../lib/cloud/ingest-object.ts';
import { generateDemo } from '../../../lib/demo/generate.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import type { InputKind } from '../../../lib/ingest/reader.ts';
import { checkIdOf, judgeClaims } from '../../../lib/verify/verify-session.ts';
import type { Table } from '../../../schemas/table.ts';
import { inputs, landingTables, rejectedRecords } from '../../../schemas/tables.ts';
import { goldenNames, loadGolden } from '../../helpers/golden.ts';
import { ingestInto, logText, MODIFIED, removeFolder, someRecords, temporaryFolder, writeInput } from '../../helpers/input-files.ts';
import { ALICE, AT, CLAIMS, MALLORY, searchOf, UPLOAD } from '../verify/evidence.ts';
import { MemoryStore } from './memory-store.ts';

const NOW_MS = Date.parse('2026-11-22T00:00:00Z');
const TABLES = [...landingTables, inputs, rejectedRecords].map((table): [string, Table] => [table.name, table]);

const store = new MemoryStore();
let lake: Lake;
let folder: string;
let read = 0;

beforeAll(async () => {
  folder = temporaryFolder('parity');
  for (const [kind, name, bytes, modified] of everything()) {
    writeInput(join(folder, 'logs', kind), name, bytes, modified);
    const key = `${kind}/${name}`;
    const etag = store.put('logs', key, bytes, Date.parse(modified));
    await ingestObject(kind, { bucket: 'logs', key, etag, versionId: null }, { store, bucket: 'central', now: () => NOW_MS });
    read++;
  }
  for (const [name] of TABLES) {
    for (const key of store.keys('central', `${name}/`)) {
      const path = join(folder, 'cloud', key);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, store.bytes('central', key) ?? '');
    }
  }
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
  const logs = (kind: InputKind) => [join(folder, 'logs', kind)];
  const sources = {
    cloudtrail: logs('cloudtrail'),
    usageReports: logs('usage_report'),
    snapshots: logs('snapshot'),
    sessionChecks: logs('session_check'),
    flowLogs: logs('flow_log'),
  };
  await ingestInto(lake, sources, { nowMs: NOW_MS, threads: 1 });
});

afterAll(async () => {
  await lake?.close();
  removeFolder(folder);
});

/** Every golden input, a demo, and what is bad or odd, with the time it was modified. */
function* everything(): Generator<[InputKind, string, Uint8Array, string]> {
  for (const name of goldenNames()) {
    for (const { kind, name: within, path, modifiedMs } of loadGolden(name).inputs)
      yield [kind, `${name}/${within}`, readFileSync(path), new Date(modifiedMs).toISOString()];
  }
  for (const { path, bytes, modifiedMs } of generateDemo({ events: 2500, filesize: 1, sweeps: 2 })) {
    const kind = {
      cloudtrail: 'cloudtrail',
      'usage-reports': 'usage_report',
      snapshots: 'snapshot',
      'session-checks': 'session_check',
      'flow-logs': 'flow_log',
    }[path.split('/')[0] ?? ''];
    if (kind !== undefined) yield [kind as InputKind, `demo/${path}`, bytes, new Date(modifiedMs).toISOString()];
  }
  const [odd] = someRecords('odd', 1);
  const text = 'ä "quoted", 鍵 🙂 \\ \n\r\t \ud800 end';
  const records = [{ ...odd, userAgent: text }, { ...odd, eventID: 'odd-2', userAgent: '' }, { eventID: 'malformed' }, 1];
  yield ['cloudtrail', 'odd.json', Buffer.from(logText(...(records as never[]))), MODIFIED];
  // the demo changes no stack: calls whose parameters are kept
  const changes = someRecords('stack', 25).map((record) => ({
    ...record,
    ...{ eventSource: 'appstream.amazonaws.com', eventName: 'UpdateStack', eventCategory: 'Management', resources: [] },
    requestParameters: { name: 'analytics', userSettings: [{ action: 'FILE_DOWNLOAD', permission: 'ENABLED' }] },
  }));
  yield ['cloudtrail', 'stacks.json', Buffer.from(logText(...(changes as never[]))), MODIFIED];
  yield ['session_check', 'checks.jsonl', Buffer.from(someChecks(25)), MODIFIED];
  yield ['flow_log', 'no-flow-log.log', Buffer.from('a b\n1 2\n'), MODIFIED];
  yield ['usage_report', 'no-report.csv', Buffer.from('a,b\n1,2\n'), MODIFIED];
}

/** Checks that were refused for different reasons, as JSON lines. */
function someChecks(count: number): string {
  return Array.from({ length: count }, (_, n) => {
    const claims = { ...CLAIMS, userId: n % 2 === 0 ? 'ä "x", 鍵' : CLAIMS.userId, stack: n % 3 === 0 ? null : CLAIMS.stack };
    const request = {
      checkId: checkIdOf(String(n)),
      origin: 'home-folder',
      claims,
      upload: n % 5 === 0 ? null : UPLOAD,
      homeFolder: null,
    } as const;
    return `${JSON.stringify(judgeClaims(request, claims, searchOf(n % 7 === 0 ? [] : [ALICE, MALLORY]), AT + n))}\n`;
  }).join('');
}

/** A table as the cloud wrote it. */
const cloudRows = (table: Table) =>
  `read_parquet('${join(folder, 'cloud', table.name)}/*/*.parquet', hive_partitioning = true, hive_types = {dt: VARCHAR})`;

/** The columns that can be the same: an input has another location, another batch, and for files no ETag. */
function comparable(table: Table): string {
  const names = Object.keys(table.columns).filter((name) => name !== 'batch_id' && name !== 'etag');
  const paths = (name: string) =>
    /^(location|source_file|reason)$/.test(name) ? `replace(${name}, '${folder}/logs/', 's3://logs/') AS ${name}` : name;
  return [...names.map(paths), ...(table.dt === undefined ? [] : ['dt'])].join(', ');
}

async function differences(table: Table, left: string, right: string): Promise<unknown[]> {
  const columns = comparable(table);
  return lake.database.rows(`SELECT ${columns} FROM ${left} EXCEPT ALL SELECT ${columns} FROM ${right} LIMIT 3`);
}

const typesOf = async (from: string): Promise<string[]> =>
  (await lake.database.rows<{ column_name: string; column_type: string }>(`DESCRIBE SELECT * FROM ${from}`)).map(
    ({ column_name, column_type }) => `${column_name} ${column_type}`,
  );

describe('the cloud and the command line', () => {
  test('read many inputs of every kind', async () => {
    expect(read).toBeGreaterThan(100);
    for (const table of landingTables) expect(await lake.database.count(`SELECT count(*) FROM ${table.name}`)).toBeGreaterThan(20);
    expect(await lake.database.count('SELECT count(*) FROM rejected_records')).toBeGreaterThanOrEqual(2);
  });

  test.each(TABLES)('have the same rows of %s in every column', async (name, table) => {
    expect(await differences(table, cloudRows(table), name)).toEqual([]);
    expect(await differences(table, name, cloudRows(table))).toEqual([]);
  });

  test.each(landingTables.map((table): [string, Table] => [table.name, table]))('have the same types in %s', async (name, table) => {
    expect(await typesOf(cloudRows(table))).toEqual(await typesOf(name));
  });

  test('write files that one view shows together', async () => {
    const both = `read_parquet(['${lake.path('events')}/*/*.parquet', '${join(folder, 'cloud', 'events')}/*/*.parquet'], hive_partitioning = true)`;
    const here = await lake.database.count('SELECT count(*) FROM events');
    expect(await lake.database.count(`SELECT count(*) FROM ${both} WHERE event_time = epoch_ms(event_time_ms)`)).toBe(2 * here);
  });
});
