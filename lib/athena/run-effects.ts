/** The world as a run meets it: Athena, the central bucket, the clock. */
import { randomBytes } from 'node:crypto';
import type { AthenaClient } from '@aws-sdk/client-athena';
import { type ListObjectsV2CommandInput, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { failureId } from '../cloud/failed-input.ts';
import type { AnswerTables } from '../cloud/run-context.ts';
import type { EventFile, Metric, RunEffects } from '../cloud/run-ports.ts';
import { CLOUD_PREFIXES, parseLandingKey, partitionPrefix } from '../lake/cloud-layout.ts';
import { sqlLiteral } from '../sql-template.ts';
import { S3StateStore } from './state-store.ts';
import { AthenaStatements } from './statements.ts';
import { icebergDdl, icebergTables, icebergUpgrade, type RunListName } from './table-ddl.ts';

export interface CloudPlace {
  readonly bucket: string;
  readonly database: string;
  readonly workgroup: string;
}

export interface Clients {
  readonly athena: AthenaClient;
  readonly s3: S3Client;
}

/** Where the program writes what it measures and does. */
export interface Reporting {
  metric(name: Metric, value: number): void;
  log(message: string, facts: Readonly<Record<string, unknown>>): void;
}

/** Folders listed at once. */
const LISTINGS_AT_ONCE = 16;

export function cloudEffects(place: CloudPlace, { athena, s3 }: Clients, reporting: Reporting): RunEffects {
  const outputLocation = `s3://${place.bucket}/${CLOUD_PREFIXES.work}`;
  const statements = new AthenaStatements(athena, { database: place.database, workgroup: place.workgroup, outputLocation });
  const store = new S3StateStore(s3, place.bucket);
  const list = (input: Omit<ListObjectsV2CommandInput, 'Bucket'>) =>
    paginateListObjectsV2({ client: s3 }, { Bucket: place.bucket, ...input });

  async function* keysOf(prefix: string): AsyncGenerator<{ readonly key: string; readonly modifiedMs: number }> {
    for await (const page of list({ Prefix: prefix })) {
      for (const object of page.Contents ?? []) yield { key: object.Key ?? '', modifiedMs: object.LastModified?.getTime() ?? 0 };
    }
  }

  async function putList(name: RunListName, part: string, columns: Parameters<typeof parquetWriteBuffer>[0]['columnData']): Promise<void> {
    const body = new Uint8Array(parquetWriteBuffer({ columnData: columns }));
    await s3.send(new PutObjectCommand({ Bucket: place.bucket, Key: `${CLOUD_PREFIXES.work}${name}/${part}/list.parquet`, Body: body }));
  }

  return {
    nowMs: () => Date.now(),
    chance: () => randomBytes(4).toString('hex'),
    start: (sql, token) => statements.start(sql, token),
    check: (executionIds) => statements.check(executionIds),
    rows: (executionId) => statements.rows(executionId),
    readWatermark: () => store.readWatermark(),
    writeWatermark: (watermark) => store.writeWatermark(watermark),
    metric: reporting.metric,
    log: reporting.log,

    async listDays(table) {
      const days: string[] = [];
      for await (const page of list({ Prefix: `${table}/`, Delimiter: '/' })) {
        for (const { Prefix } of page.CommonPrefixes ?? []) {
          const dt = /\/dt=(\d{4}-\d{2}-\d{2})\/$/.exec(Prefix ?? '')?.[1];
          if (dt !== undefined) days.push(dt);
        }
      }
      return days.sort();
    },

    async countEvents(dts) {
      const counts = await eachOf(dts, async (dt) => {
        let rows = 0;
        for await (const { key } of keysOf(partitionPrefix('events', dt))) rows += parseLandingKey(key)?.rows ?? 0;
        return [dt, rows] as const;
      });
      return new Map(counts);
    },

    async listEventFiles(dts, untilMs) {
      const found = await eachOf(dts, async (dt) => {
        const files: EventFile[] = [];
        for await (const { key, modifiedMs } of keysOf(partitionPrefix('events', dt))) {
          const parsed = parseLandingKey(key);
          if (parsed !== null && modifiedMs <= untilMs) files.push({ location: `s3://${place.bucket}/${key}`, dt, rows: parsed.rows });
        }
        return files;
      });
      return found.flat();
    },

    async listNewInputs(sinceMs, days) {
      const found = await eachOf(days, async (dt) => {
        const inputs: { id: string; dt: string }[] = [];
        for (const table of MARKING_TABLES) {
          for await (const { key, modifiedMs } of keysOf(partitionPrefix(table, dt))) {
            const id = /\/([0-9a-f]{32})\.parquet$/.exec(key)?.[1];
            if (id === undefined || modifiedMs < sinceMs) continue;
            inputs.push({ id: table === 'failed_inputs' ? failureId(id) : id, dt });
          }
        }
        return inputs;
      });
      return found.flat();
    },

    putRunFiles: (part, files) =>
      putList('run_files', part, [
        { name: 'path', data: files.map((file) => file.location), type: 'STRING' },
        { name: 'number', data: files.map((file) => BigInt(file.number)), type: 'INT64' },
      ]),

    putRunInputs: (part, ids) => putList('run_inputs', part, [{ name: 'batch_id', data: [...ids], type: 'STRING' }]),
  };
}

/** Tables with a file for whatever put marks into the lake: it comes after its marks. */
const MARKING_TABLES = ['inputs', 'failed_inputs', 'acceptances'] as const;

/** Does something for each, some at a time; the results in the order of what they are of. */
async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += LISTINGS_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + LISTINGS_AT_ONCE).map(work))));
  }
  return results;
}

/** Days that one OPTIMIZE may rewrite. */
const MOST_DAYS = 90;

/** The Iceberg tables below `answers/`. */
export function answerTables({ bucket, database }: Pick<CloudPlace, 'bucket' | 'database'>): AnswerTables {
  const tableOf = (name: string) => {
    const table = icebergTables.find((each) => each.name === name);
    if (table === undefined) throw new RangeError(`no answer table is named ${name}`);
    return table;
  };
  return {
    names: icebergTables.map((table) => table.name),
    create: (name) => icebergDdl(tableOf(name), database, `s3://${bucket}/${CLOUD_PREFIXES.answers}${name}/`),
    upgrade: (name, columns) => icebergUpgrade(tableOf(name), database, columns),
    maintain: (name, days) => {
      const target = `${database}.${name}`;
      const optimize: string[] = [];
      if (name !== 'attributions') optimize.push(`OPTIMIZE ${target} REWRITE DATA USING BIN_PACK`);
      else {
        for (let at = 0; at < days.length; at += MOST_DAYS) {
          const some = days.slice(at, at + MOST_DAYS).map((dt) => sqlLiteral(dt));
          optimize.push(`OPTIMIZE ${target} REWRITE DATA USING BIN_PACK WHERE dt IN (${some.join(', ')})`);
        }
      }
      return [...optimize, `VACUUM ${target}`];
    },
  };
}
