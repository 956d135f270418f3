/** The lake of a deployment, opened for questions. */
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { landingTables } from '../../schemas/tables.ts';
import { AthenaReader } from '../athena/athena-reader.ts';
import { CLOUD_PREFIXES, parseLandingKey, partitionPrefix } from '../lake/cloud-layout.ts';
import type { LakeReader, QueryResult } from '../lake/ports.ts';
import { readSqlFile } from '../local/sql-files.ts';
import { CLIENT_OPTIONS, s3ClientOptions } from './client-options.ts';
import type { CloudSettings } from './cloud-settings.ts';
import { S3Store } from './s3-store.ts';

/** Folders listed at once. */
const LISTED_AT_ONCE = 16;

export interface CloudLake extends LakeReader {
  /** What `LISTED_FILES` of the local status asks of its ledger: here the bucket itself knows it, sizes included. */
  listedFiles(): Promise<QueryResult>;
}

export function openCloudLake(
  { bucket, database, workgroup }: CloudSettings<'bucket' | 'database' | 'workgroup'>,
  signal?: AbortSignal,
): CloudLake {
  const store = new S3Store(new S3Client(s3ClientOptions()));
  const listDays = async (table: string): Promise<string[]> => {
    const folders = await store.folders(bucket, `${table}/`);
    return folders.flatMap((folder) => /\/dt=(\d{4}-\d{2}-\d{2})\/$/.exec(folder)?.[1] ?? []).sort();
  };
  const reader = new AthenaReader(new AthenaClient(CLIENT_OPTIONS), {
    bucket,
    database,
    workgroup,
    outputLocation: `s3://${bucket}/${CLOUD_PREFIXES.athenaResults}`,
    listDays,
    sql: readSqlFile,
    ...(signal === undefined ? {} : { signal }),
  });
  const listedFiles = async (): Promise<QueryResult> => {
    const rows: QueryResult['rows'][number][] = [];
    for (const { name } of [...landingTables].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const days = await listDays(name);
      const totals = { rows: 0, files: 0, bytes: 0 };
      await eachOf(days, async (dt) => {
        for await (const page of store.list(bucket, partitionPrefix(name, dt))) {
          for (const object of page) {
            const parsed = parseLandingKey(object.key);
            if (parsed === null) continue;
            totals.rows += parsed.rows;
            totals.files += 1;
            totals.bytes += object.sizeBytes;
          }
        }
      });
      if (totals.files > 0) rows.push([name, totals.rows, totals.files, totals.bytes, days.length, days[0] ?? null, days.at(-1) ?? null]);
    }
    const columns = ['table_name', 'row_count', 'files', 'size_bytes', 'days', 'first_day', 'last_day'];
    return { columns: columns.map((name) => ({ name, type: /_name|_day$/.test(name) ? 'VARCHAR' : 'BIGINT' })), rows };
  };
  return {
    directory: reader.directory,
    query: (...given) => reader.query(...given),
    stream: (...given) => reader.stream(...given),
    close: () => reader.close(),
    listedFiles,
  };
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(LISTED_AT_ONCE, items.length) }, lane));
}
