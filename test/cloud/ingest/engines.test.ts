/** What the cloud's ingestion writes, read by Trino and by DuckDB: the same values in every column. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { CreateTableCommand, GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newAcceptance } from '../../../lib/answer/acceptance.ts';
import { glueLandingTables, glueTable } from '../../../lib/athena/table-ddl.ts';
import { S3Store } from '../../../lib/aws/s3-store.ts';
import { putAcceptances } from '../../../lib/cloud/acceptance.ts';
import { noteFailure } from '../../../lib/cloud/failed-input.ts';
import { ingestObject } from '../../../lib/cloud/ingest-object.ts';
import { ObjectFault } from '../../../lib/cloud/object-fault.ts';
import { generateDemo } from '../../../lib/demo/generate.ts';
import { FOLDERS } from '../../../lib/demo/manifest.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import type { InputKind } from '../../../lib/ingest/reader.ts';
import { locationOf } from '../../../lib/lake/cloud-layout.ts';
import { ParquetFile } from '../../../lib/lake/parquet-file.ts';
import { digests, logChecks } from '../../../schemas/integrity-tables.ts';
import { storedColumns, type Table } from '../../../schemas/table.ts';
import { logText, removeFolder, someRecords, temporaryFolder } from '../../helpers/input-files.ts';
import { type QueryPlace, query } from '../helpers/athena-query.ts';
import { makeBucket, makeDatabase, removeBucket, removeDatabase, s3Client, useLocalCloud } from '../helpers/local-cloud.ts';

useLocalCloud();
const s3 = s3Client();
const glue = new GlueClient({});
const store = new S3Store(s3);
const KINDS: Readonly<Record<string, InputKind>> = {
  [FOLDERS.cloudtrail]: 'cloudtrail',
  [FOLDERS.usageReports]: 'usage_report',
  [FOLDERS.snapshots]: 'snapshot',
  [FOLDERS.sessionChecks]: 'session_check',
  [FOLDERS.flowLogs]: 'flow_log',
};

let bucket: string;
let place: QueryPlace;
let folder: string;
let lake: Lake;

beforeAll(async () => {
  bucket = await makeBucket(s3, 'ingest-dev-engines');
  const database = await makeDatabase(glue, 'ingest_dev_engines', `s3://${bucket}/database/`);
  place = { client: new AthenaClient({}), database, output: `s3://${bucket}/athena-results/` };
  for (const table of glueLandingTables) {
    const TableInput = glueTable(table, (path) => `s3://${bucket}/${path}`) as TableInput;
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  }
  folder = temporaryFolder('engines');
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
  for (const [kind, key, bytes] of everything()) {
    await store.putNew(bucket, `in/${key}`, bytes, 'application/octet-stream');
    await ingestObject(kind, { bucket, key: `in/${key}`, etag: null, versionId: null }, { store, bucket, now: () => Date.now() });
  }
  await leaveUnread();
  // nothing in the cloud writes what digests say yet; its tables are there to be read
  for (const table of [digests, logChecks]) await putOneRow(table);
  for (const table of glueLandingTables) await download(table);
});

afterAll(async () => {
  await lake.close();
  removeFolder(folder);
  await removeDatabase(glue, place.database);
  await removeBucket(s3, bucket);
});

/** A report that could not be opened, and that somebody accepted. */
async function leaveUnread(): Promise<void> {
  const key = `in/${FOLDERS.usageReports}/year=2026/month=03/day=02/daily-session-report-2026-03-02.csv`;
  const reference = { bucket, key, etag: 'e', versionId: null };
  const fault = new ObjectFault('denied', 'access to "ä, 鍵" is refused');
  await noteFailure('usage_report', reference, fault, { store, bucket, now: () => Date.now() });
  const unreadable = { location: locationOf(reference), version: null, line: null, accountId: null, region: null, reportDay: '2026-03-02' };
  await putAcceptances(store, bucket, [newAcceptance({ ...unreadable, reason: fault.message }, 'lost "in", a fire', 'ä', Date.now())]);
}

/** A row with a value in every column that is stored, the texts no easy ones. */
async function putOneRow(table: Table): Promise<void> {
  const anyValue = { text: 'ä "quoted", 鍵', bigint: 1_772_409_600_123, boolean: true, timestamp: null, 'text[]': ['a', 'ä'] };
  const row = Object.fromEntries(storedColumns(table).map((name) => [name, anyValue[table.columns[name]?.type as keyof typeof anyValue]]));
  const file = new ParquetFile(table);
  file.append(row);
  await store.putNew(bucket, `${table.name}/dt=2026-03-02/one.parquet`, file.finish(), 'application/vnd.apache.parquet');
}

function* everything(): Generator<[InputKind, string, Uint8Array]> {
  for (const { path, bytes } of generateDemo({ events: 1000, filesize: 1, sweeps: 2 })) {
    const kind = KINDS[path.split('/')[0] ?? ''];
    if (kind !== undefined) yield [kind, path, bytes];
  }
  const [odd] = someRecords('odd', 1);
  const text = 'ä "quoted", 鍵 🙂 \\ \n\r\t end';
  const notebook = {
    ...{ eventID: 'odd-3', eventSource: 'sagemaker.amazonaws.com', eventName: 'CreateNotebookInstance', readOnly: false },
    ...{
      eventCategory: 'Management',
      managementEvent: true,
      requestParameters: { notebookInstanceName: 'n', instanceType: 'ml.t3.medium' },
    },
  };
  const records = [{ ...odd, userAgent: text }, { ...odd, eventID: 'odd-2', userAgent: '' }, { ...odd, ...notebook }, {}];
  yield ['cloudtrail', 'odd.json', Buffer.from(logText(...records))];
}

async function download(table: Table): Promise<void> {
  for await (const page of store.list(bucket, `${table.name}/`)) {
    for (const { key } of page) {
      const path = join(folder, 'cloud', key);
      mkdirSync(dirname(path), { recursive: true });
      const { bytes } = await store.open({ bucket, key, etag: null, versionId: null });
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      writeFileSync(path, Buffer.concat(chunks));
    }
  }
}

/** Columns as text that both engines write alike; a time by way of its milliseconds. */
function asText(table: Table, time: (name: string) => string, list: (name: string) => string): string {
  const columns = Object.entries(table.columns).map(([name, { type }]) => {
    if (type === 'timestamp') return `CAST(${time(name)} AS VARCHAR)`;
    if (type === 'text[]') return list(name);
    return type === 'text' ? name : `CAST(${name} AS VARCHAR)`;
  });
  return [...columns, 'dt'].join(', ');
}

const sorted = (rows: readonly (readonly unknown[])[]) => rows.map((row) => JSON.stringify(row)).sort();

test.each(glueLandingTables.map((table): [string, Table] => [table.name, table]))('%s', async (name, table) => {
  const select = asText(
    table,
    (column) => `CAST(to_unixtime(${column}) * 1000 AS BIGINT)`,
    (column) => `array_join(${column}, '|', '?')`,
  );
  const trino = await query(place, `SELECT ${select} FROM ${name} WHERE dt BETWEEN '2026-01-01' AND '2030-01-01'`);
  const here = asText(
    table,
    (column) => `epoch_ms(${column})`,
    (column) => `array_to_string(${column}, '|')`,
  );
  const files = `read_parquet('${join(folder, 'cloud', name)}/*/*.parquet', hive_partitioning = true, hive_types = {dt: VARCHAR})`;
  const duckdb = await lake.database.rows<Record<string, unknown>>(`SELECT ${here} FROM ${files}`);
  expect(trino.length).toBeGreaterThan(0);
  expect(sorted(trino)).toEqual(sorted(duckdb.map((row) => Object.values(row))));
});
