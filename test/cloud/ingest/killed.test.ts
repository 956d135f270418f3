/** A function that is killed at any moment of a batch, as the platform does it: what is delivered again completes the very same bytes. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SQSBatchResponse } from 'aws-lambda';
import { build } from 'esbuild';
import { S3Store } from '../../../lib/aws/s3-store.ts';
import { batch, created } from '../../functions/function-world.ts';
import { logText, removeFolder, someRecords, temporaryFolder } from '../../helpers/input-files.ts';
import { makeBucket, removeBucket, s3Client, useLocalCloud } from '../helpers/local-cloud.ts';

const OBJECTS = 8;

useLocalCloud();
const s3 = s3Client();
const store = new S3Store(s3);
const buckets: string[] = [];
let trail: string;
let folder: string;
const messages: string[] = [];

/** Calls the handler in a process of its own, told what to do by its arguments. */
const CALLER = `
const [file, event] = process.argv.slice(2);
const { handler } = await import(file);
const response = await handler(JSON.parse(event), { functionName: 'f', memoryLimitInMB: '1769', invokedFunctionArn: 'arn', awsRequestId: 'r', getRemainingTimeInMillis: () => 60000 });
process.stdout.write('\\nRESPONSE ' + JSON.stringify(response) + '\\n', () => process.exit(0));
`;

beforeAll(async () => {
  folder = temporaryFolder('killed');
  const common = { bundle: true, platform: 'node', format: 'esm', logLevel: 'error' } as const;
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({ ...common, banner, entryPoints: ['functions/ingest-cloudtrail.ts'], outfile: join(folder, 'function.mjs') });
  await build({ ...common, stdin: { contents: CALLER }, outfile: join(folder, 'caller.mjs') });
  trail = await bucket('killed-trail');
  for (let n = 0; n < OBJECTS; n++) {
    const key = `log-${n}.json.gz`;
    const days = someRecords(`k${n}`, 400).map((record, at) => ({ ...record, eventTime: `2026-03-0${1 + (at % 3)}T10:00:00Z` }));
    const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: trail, Key: key, Body: gzipSync(logText(...days)) }));
    messages.push(created(trail, key, ETag.replaceAll('"', '')));
  }
});

afterAll(async () => {
  removeFolder(folder);
  for (const each of buckets) await removeBucket(s3, each);
});

async function bucket(name: string): Promise<string> {
  const made = await makeBucket(s3, `ingest-dev-${name}`);
  buckets.push(made);
  return made;
}

/** @param afterMs when the process is killed; undefined: never @returns what it answered; null when it was killed before */
async function call(central: string, afterMs?: number): Promise<SQSBatchResponse | null> {
  const argv = [join(folder, 'caller.mjs'), join(folder, 'function.mjs'), JSON.stringify(batch(...messages))];
  const environment = { ...process.env, APPSTREAM_AUDIT_BUCKET: central, POWERTOOLS_METRICS_NAMESPACE: 'AppstreamAudit' };
  const child = spawn(process.execPath, argv, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let begun: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    // from its first sign of work on: how long a start takes depends on the machine
    if (afterMs !== undefined) begun ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  await new Promise((closed) => child.on('close', closed));
  clearTimeout(begun);
  const answer = /^RESPONSE (.*)$/m.exec(out)?.[1];
  return answer === undefined ? null : (JSON.parse(answer) as SQSBatchResponse);
}

/** Keys and digests of a bucket, but for claims, which hold a time, and what follows from it. */
async function landed(central: string): Promise<string[]> {
  const found: string[] = [];
  for (const prefix of ['events/', 'raw/']) {
    for await (const page of store.list(central, prefix)) {
      for (const { key } of page) {
        const { bytes } = await store.open({ bucket: central, key, etag: null, versionId: null });
        const hash = createHash('md5');
        for await (const chunk of bytes) hash.update(chunk);
        found.push(prefix === 'raw/' ? `${key} ${hash.digest('hex')}` : key);
      }
    }
  }
  return found;
}

async function count(central: string, prefix: string): Promise<number> {
  let n = 0;
  for await (const page of store.list(central, prefix)) n += page.length;
  return n;
}

test('kill after kill, and nothing is lost, nothing double', async () => {
  const [calm, stormy] = [await bucket('killed-calm'), await bucket('killed-stormy')];
  expect(await call(calm)).toEqual({ batchItemFailures: [] });
  let kills = 0;
  for (const afterMs of [0, 5, 15, 30, 60, 120, 240]) if ((await call(stormy, afterMs)) === null) kills++;
  expect(kills).toBeGreaterThan(2);
  expect(await call(stormy)).toEqual({ batchItemFailures: [] });
  expect(await landed(stormy)).toEqual(await landed(calm));
  for (const prefix of ['control/claims/', 'control/inputs/', 'inputs/', 'evidence_marks/'])
    expect(await count(stormy, prefix)).toBe(OBJECTS);
  expect(await count(stormy, 'events/')).toBe(3 * OBJECTS);
});
