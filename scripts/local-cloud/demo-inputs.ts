/** Puts the files of the demo day into the source buckets, as CloudTrail and AppStream would. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { FOLDERS } from '../../lib/demo/manifest.ts';
import type { Settings } from './settings.ts';
import { clientOptions, FLOW_LOG_BUCKET, TRAIL_BUCKET } from './sources.ts';

/** How many are on their way at once. */
const AT_ONCE = 8;

/** Puts the trail's files below `AWSLogs/`. @param logs folder that the demo wrote @param most only so many of them @returns how many */
export async function putTrail(settings: Settings, logs: string, most = Number.POSITIVE_INFINITY): Promise<number> {
  const folder = join(logs, FOLDERS.cloudtrail);
  const files = await filesBelow(folder);
  return await putAll(settings, files.slice(0, most), (path) => ({ bucket: TRAIL_BUCKET, key: keyOf(folder, path) }));
}

/** Puts the flow logs below `AWSLogs/`. @returns how many */
export async function putFlowLogs(settings: Settings, logs: string): Promise<number> {
  const folder = join(logs, FOLDERS.flowLogs);
  return await putAll(settings, await filesBelow(folder), (path) => ({ bucket: FLOW_LOG_BUCKET, key: keyOf(folder, path) }));
}

/** Puts reports into the buckets that their folders are named after. @param part those in time, or the late ones @returns how many */
export async function putReports(settings: Settings, logs: string, part: 'usageReports' | 'late'): Promise<number> {
  const folder = join(logs, FOLDERS[part]);
  return await putAll(settings, await filesBelow(folder), (path) => {
    const [bucket = '', ...key] = keyOf(folder, path).split('/');
    return { bucket, key: key.join('/') };
  });
}

async function putAll(
  settings: Settings,
  paths: readonly string[],
  placeOf: (path: string) => { readonly bucket: string; readonly key: string },
): Promise<number> {
  const s3 = new S3Client({ ...clientOptions(settings), forcePathStyle: true });
  const waiting = [...paths];
  const put = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const { bucket, key } = placeOf(path);
      const { size } = await stat(path);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: createReadStream(path), ContentLength: size }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, put));
  s3.destroy();
  return paths.length;
}

/** Sorted, so that a demo goes the same way every time. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function keyOf(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}
