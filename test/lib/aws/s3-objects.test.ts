/** Inputs in a bucket, against a real S3 API server in this process. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFauxqs } from 'fauxqs';
import type { Lake } from '../../../lib/engine/lake.ts';
import { listInputs } from '../../../lib/local/input-listing.ts';
import { ingestInto, logText, removeFolder, reportText, someRecords, temporaryFolder, writeInput } from '../../helpers/input-files.ts';

const SETTINGS = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

let server: Awaited<ReturnType<typeof startFauxqs>>;
let aws: typeof import('@aws-sdk/client-s3');
let writer: InstanceType<typeof aws.S3Client>;
let s3: typeof import('../../../lib/aws/s3-objects.ts');
let folder: string;
let lake: Lake;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  Object.assign(process.env, SETTINGS, { AWS_ENDPOINT_URL_S3: server.address });
  aws = await import('@aws-sdk/client-s3');
  s3 = await import('../../../lib/aws/s3-objects.ts');
  writer = new aws.S3Client({ forcePathStyle: true });
  server.createBucket('logs');
  server.createBucket('many');
  const { openLake } = await import('../../../lib/engine/lake.ts');
  folder = temporaryFolder('s3');
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
});

afterAll(async () => {
  await lake.close();
  writer.destroy();
  s3.closeS3();
  await server.stop();
  removeFolder(folder);
});

async function put(key: string, body: string | Uint8Array, bucket = 'logs'): Promise<void> {
  await writer.send(new aws.PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body) }));
}

const remove = (key: string) => writer.send(new aws.DeleteObjectCommand({ Bucket: 'logs', Key: key }));
const countEvents = () => lake.database.count('SELECT count(*) FROM events');

describe('listing', () => {
  test('finds every object beyond the first page of a thousand', async () => {
    for (let n = 0; n < 1005; n += 67) {
      await Promise.all(Array.from({ length: 67 }, (_, m) => put(`p/${String(n + m).padStart(4, '0')}.json`, 'x', 'many')));
    }
    const listed = await listInputs('cloudtrail', ['s3://many/p/']);
    expect(listed).toHaveLength(1005);
    expect(listed[1004]).toEqual({
      location: 's3://many/p/1004.json',
      kind: 'cloudtrail',
      sizeBytes: 1,
      modifiedMs: expect.any(Number),
      etag: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test('leaves folder markers out and takes a key with blanks, signs and letters of any script as it is', async () => {
    await put('odd/', '');
    await put('odd/ä b+c%20d?.json', logText(...someRecords('odd', 1)));
    expect((await s3.listS3Objects('s3://logs/odd/')).map((object) => object.location)).toEqual(['s3://logs/odd/ä b+c%20d?.json']);
    const { inputs } = await ingestInto(lake, { cloudtrail: ['s3://logs/odd/'] });
    expect([inputs.found, inputs.ingested]).toEqual([1, 1]);
  });

  test('a bucket that is not there is named with what to check', async () => {
    await expect(listInputs('cloudtrail', ['s3://no-such-bucket/x'])).rejects.toThrow(
      /s3:\/\/no-such-bucket\/x cannot be listed: NoSuchBucket.*; check the bucket name, the region, the credentials and s3:ListBucket/,
    );
  });

  test('a prefix that names nothing is a usage error', async () => {
    await expect(listInputs('cloudtrail', ['s3://logs/nothing/'])).rejects.toThrow('s3://logs/nothing/ names no input; check the path');
  });

  test('a location without a bucket is a usage error', async () => {
    await expect(listInputs('cloudtrail', ['s3:///key'])).rejects.toThrow('s3:///key is not an S3 location; write s3://bucket/prefix');
  });
});

describe('ingesting', () => {
  test('takes objects in, skips them by their ETag the next time, and reads one that was overwritten again', async () => {
    const before = await countEvents();
    await put('trail/a.json.gz', gzipSync(logText(...someRecords('a', 3))));
    await put('trail/b.json', logText(...someRecords('b', 2)));
    await put('reports/sessions/daily-session-report-2026-03-02.csv', reportText({}));
    const sources = { cloudtrail: ['s3://logs/trail/'], usageReports: ['s3://logs/reports/'] };
    const first = await ingestInto(lake, sources);
    expect([first.inputs.ingested, first.problems]).toEqual([3, []]);
    expect(await countEvents()).toBe(before + 5);
    const second = await ingestInto(lake, sources);
    expect([second.inputs.ingested, second.inputs.skipped]).toEqual([0, 3]);
    await put('trail/b.json', logText(...someRecords('c', 2)));
    const third = await ingestInto(lake, sources);
    expect([third.inputs.ingested, third.inputs.skipped]).toEqual([1, 2]);
    expect(await countEvents()).toBe(before + 7);
    const { rows } = await lake.query("SELECT count(*), count(DISTINCT etag) FROM inputs WHERE location = 's3://logs/trail/b.json'");
    expect(rows).toEqual([[2, 2]]);
  });

  test('an object that vanishes between listing and reading is named and the others are read', async () => {
    await put('gone/a.json', logText(...someRecords('gone-a', 1)));
    await put('gone/b.json', logText(...someRecords('gone-b', 1)));
    const listed = await listInputs('cloudtrail', ['s3://logs/gone/']);
    await remove('gone/a.json');
    const { stageBatch } = await import('../../../lib/local/stage-batch.ts');
    const { DEFAULT_LIMITS } = await import('../../../lib/ingest/reader.ts');
    const request = { folder: join(folder, 'staging'), inputs: listed, nowMs: 0, limits: DEFAULT_LIMITS };
    const batch = await stageBatch(request, () => undefined);
    expect(batch.failed).toEqual([
      expect.objectContaining({
        location: 's3://logs/gone/a.json',
        reason: 's3://logs/gone/a.json vanished before it could be read; the next run reads it if it is back',
      }),
    ]);
    expect(batch.inputs.map((input) => input.kept)).toEqual([1]);
  });

  test('files and objects are ingested together', async () => {
    const path = writeInput(folder, 'logs/local.json', logText(...someRecords('local', 1)));
    await put('more/remote.json', logText(...someRecords('remote', 1)));
    const { inputs } = await ingestInto(lake, { cloudtrail: [path, 's3://logs/more'] });
    expect(inputs.ingested).toBe(2);
  });
});
