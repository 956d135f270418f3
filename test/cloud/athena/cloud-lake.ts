/** A lake in the local cloud: its own bucket and database, filled from a lake on disk, and read back for comparison. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { CreateTableCommand, GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { AthenaStatements } from '../../../lib/athena/statements.ts';
import { glueTables } from '../../../lib/athena/table-ddl.ts';
import { createTableAs } from '../../../lib/cloud/run-sql.ts';
import type { Lake } from '../../../lib/engine/lake.ts';
import { landingKey, partitionPrefix } from '../../../lib/lake/cloud-layout.ts';
import { formatDt } from '../../../lib/time.ts';
import type { Table } from '../../../schemas/table.ts';
import {
  acceptances,
  digests,
  evidenceMarks,
  failedInputs,
  inputs,
  logChecks,
  rejectedRecords,
  tableNamed,
} from '../../../schemas/tables.ts';
import { makeBucket, makeDatabase, s3Client, useLocalCloud } from '../helpers/local-cloud.ts';

export interface CloudLake {
  readonly bucket: string;
  readonly database: string;
  readonly workgroup: string;
  readonly s3: S3Client;
  readonly athena: AthenaClient;
  readonly statements: AthenaStatements;
  /** Batches of the lake on disk that were put into the bucket. */
  readonly uploaded: Set<string>;
}

/** A bucket and a database that nobody else has, with the landing tables of the deployment. */
export async function makeCloudLake(name: string): Promise<CloudLake> {
  useLocalCloud();
  const s3 = s3Client();
  const glue = new GlueClient({});
  const athena = new AthenaClient({});
  const bucket = await makeBucket(s3, `athena-dev-${name}`);
  const database = await makeDatabase(glue, `athena_dev_${name}`, `s3://${bucket}/database/`);
  for (const TableInput of glueTables((path) => `s3://${bucket}/${path}`)) {
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: TableInput as TableInput }));
  }
  const place = { database, workgroup: 'primary', outputLocation: `s3://${bucket}/athena-results/` };
  return { bucket, database, workgroup: 'primary', s3, athena, statements: new AthenaStatements(athena, place), uploaded: new Set() };
}

/**
 * Puts what a lake on disk has listed and the bucket has not: landing files one an input, as the cloud's ingestion makes them.
 * @param asOf a landing table as it was when its files were written, default as it is
 */
export async function uploadLake(lake: Lake, cloud: CloudLake, asOf: (table: Table) => Table = (table) => table): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-lake-'));
  try {
    const files = await lake.database.rows<{ path: string; table_name: string; dt: string; batch_id: string }>(
      "SELECT path, table_name, dt, batch_id FROM files WHERE table_name <> 'attributions' ORDER BY path",
    );
    const fresh = files.filter((file) => !cloud.uploaded.has(file.batch_id));
    const puts: (() => Promise<unknown>)[] = [];
    const put = (Key: string, path: string) =>
      puts.push(() => cloud.s3.send(new PutObjectCommand({ Bucket: cloud.bucket, Key, Body: readFileSync(path) })));
    for (const [at, file] of fresh.entries()) {
      const out = join(folder, String(at));
      // numbers within a file are those of the records of one input: a file of several inputs has to be parted
      const part = file.table_name === 'events' ? 'dense_rank() OVER (ORDER BY source_file)' : '1';
      await lake.database.run(
        `COPY (SELECT ${timesInMilliseconds(asOf(tableNamed(file.table_name)))}, ${part} AS part FROM read_parquet('${lake.path(file.path)}', hive_partitioning = false)) ` +
          `TO '${out}' (FORMAT parquet, PARTITION_BY (part), COMPRESSION snappy)`,
      );
      const written = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet'));
      for (const name of written.sort()) {
        const rows = await lake.database.count(`SELECT num_rows FROM parquet_file_metadata('${join(out, name)}')`);
        const id = createHash('sha256').update(`${file.path} ${name}`).digest('hex').slice(0, 32);
        put(landingKey(file.table_name, file.dt, id, rows), join(out, name));
      }
    }
    await ledgerFiles(lake, cloud, folder, put);
    await wholeLedgerTables(lake, folder, put);
    while (puts.length > 0) await Promise.all(puts.splice(0, 16).map((each) => each()));
    for (const file of fresh) cloud.uploaded.add(file.batch_id);
    return fresh.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Times as the cloud's ingestion writes them. */
function timesInMilliseconds(table: Table): string {
  return Object.entries(table.columns)
    .map(([name, column]) => (column.type === 'timestamp' ? `CAST(${name} AS TIMESTAMP_MS) AS ${name}` : name))
    .join(', ');
}

async function ledgerFiles(lake: Lake, cloud: CloudLake, folder: string, put: (key: string, path: string) => void): Promise<void> {
  const batches = await lake.database.rows<{ batch_id: string; at: number }>(
    'SELECT batch_id, min(ingested_at_ms) AS at FROM inputs GROUP BY batch_id',
  );
  for (const { batch_id: id, at } of batches.filter((batch) => !cloud.uploaded.has(batch.batch_id))) {
    const dt = formatDt(at);
    mkdirSync(join(folder, id), { recursive: true });
    const write = async (name: string, select: string) => {
      const path = join(folder, id, `${name}.parquet`);
      await lake.database.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
      put(`${partitionPrefix(name, dt)}${id}.parquet`, path);
    };
    const days = `SELECT DISTINCT dt FROM files WHERE table_name = 'events' AND batch_id = '${id}'`;
    const columns = Object.keys(evidenceMarks.columns);
    const eventMarks = columns.map((name) =>
      name === 'batch_id' ? `'${id}'` : name === 'kind' ? "'events'" : name === 'report_day' ? 'dt' : 'NULL',
    );
    await write('inputs', `SELECT ${timesInMilliseconds(inputs)} FROM inputs WHERE batch_id = '${id}'`);
    const rejected = Object.keys(rejectedRecords.columns).map((name) => `r.${name}`);
    await write(
      'rejected_records',
      `SELECT ${rejected.join(', ')} FROM rejected_records r JOIN inputs i ON i.location = r.location AND i.version = r.version WHERE i.batch_id = '${id}'`,
    );
    await write(
      'evidence_marks',
      `SELECT ${columns.join(', ')} FROM evidence_marks WHERE batch_id = '${id}' UNION ALL SELECT ${eventMarks.join(', ')} FROM (${days})`,
    );
  }
}

/** What the ledger says of no batch; put again it takes the place of what was there. */
async function wholeLedgerTables(lake: Lake, folder: string, put: (key: string, path: string) => void): Promise<void> {
  for (const table of [failedInputs, acceptances, digests, logChecks]) {
    if ((await lake.database.count(`SELECT count(*) FROM ${table.name}`)) === 0) continue;
    const path = join(folder, `${table.name}.parquet`);
    await lake.database.run(`COPY (SELECT ${timesInMilliseconds(table)} FROM ${table.name}) TO '${path}' (FORMAT parquet)`);
    put(`${partitionPrefix(table.name, '2026-03-01')}all.parquet`, path);
  }
}

/** Runs one statement to its end. @throws Error with Athena's reason */
export async function execute(cloud: CloudLake, sql: string): Promise<string> {
  const started = await cloud.statements.start(sql, createHash('sha256').update(`${Math.random()}${sql}`).digest('hex'));
  if (!('executionId' in started)) throw new Error(started.reason);
  for (;;) {
    const status = (await cloud.statements.check([started.executionId])).get(started.executionId);
    if (status?.state === 'succeeded') return started.executionId;
    if (status?.state !== 'running') throw new Error(`${status?.reason}\n${sql.slice(0, 3000)}`);
    await sleep(50);
  }
}

export async function select(cloud: CloudLake, sql: string): Promise<Readonly<Record<string, string | null>>[]> {
  return cloud.statements.rows(await execute(cloud, sql));
}

let exports = 0;

/** Copies the answer of a SELECT into Parquet files on disk, by way of a table; returns their folder. */
export async function download(cloud: CloudLake, sql: string, folder: string): Promise<string> {
  const id = await execute(cloud, createTableAs(cloud.database, `export_${++exports}`, sql));
  const out = join(folder, id);
  mkdirSync(out, { recursive: true });
  const prefix = `athena-results/tables/${id}/`;
  let token: string | undefined;
  do {
    const page = await cloud.s3.send(new ListObjectsV2Command({ Bucket: cloud.bucket, Prefix: prefix, ContinuationToken: token }));
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await cloud.s3.send(new GetObjectCommand({ Bucket: cloud.bucket, Key }));
      writeFileSync(
        join(out, `${Key.slice(prefix.length).replaceAll('/', '_')}.parquet`),
        (await Body?.transformToByteArray()) ?? new Uint8Array(),
      );
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return out;
}

/**
 * The rows in which a table of the cloud differs from the same SELECT's on disk, both ways; none when the answers are equal.
 * @param columns compared; names of runs never are
 */
export async function differences(
  lake: Lake,
  cloud: CloudLake,
  table: Table,
  where = 'true',
): Promise<{ rows: number; different: unknown[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-rows-'));
  try {
    const columns = Object.entries(table.columns).filter(
      ([name]) => !/run_id$|^duration_ms$|^(started|finished)_at|^engine$|^tool_version$/.test(name),
    );
    if (table.dt !== undefined) columns.push(['dt', { type: 'text', doc: '' }]);
    const names = columns.map(([name, column]) => (column.type === 'timestamp' ? `CAST(${name} AS timestamp(3)) AS ${name}` : name));
    const out = await download(cloud, `SELECT ${names.join(', ')} FROM "${cloud.database}"."${table.name}" WHERE ${where}`, folder);
    const typed = columns
      .map(([name, column]) => (column.type === 'timestamp' ? `CAST(${name} AS TIMESTAMP) AS ${name}` : name))
      .join(', ');
    const empty = readdirSync(out).length === 0;
    const theirs = empty ? `SELECT ${typed} FROM ${table.name} WHERE false` : `SELECT ${typed} FROM read_parquet('${out}/*.parquet')`;
    const ours = `SELECT ${typed} FROM ${table.name} WHERE ${where}`;
    const side = (a: string, b: string, which: string) => `SELECT '${which}' AS side, x.* FROM (${a} EXCEPT ALL ${b}) x`;
    const { columns: shown, rows } = await lake.database.query(
      `${side(theirs, ours, 'cloud')} UNION ALL ${side(ours, theirs, 'disk')} LIMIT 6`,
    );
    const different = rows.map((row) => Object.fromEntries(shown.map((column, at) => [column.name, row[at]])));
    return { rows: await lake.database.count(`SELECT count(*) FROM (${theirs})`), different };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
