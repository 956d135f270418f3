/** Many trail files at once through the local cloud: how long until the last is in the lake. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { writeDemo } from '../../lib/local/demo-writer.ts';
import { putTrail } from './demo-inputs.ts';
import { readEnvironment } from './environment-file.ts';
import type { Settings } from './settings.ts';
import { clientOptions } from './sources.ts';

/** Bytes of a record of the generator, about: fewer would make too few files. */
const RECORD_BYTES = 1_900;
/** Between two looks. */
const LOOK_MS = 500;
const PATIENCE_SECONDS = 1800;

/**
 * Prints seconds: of putting, and from the first put until the ledger lists the last object.
 * @throws Error when the stack is not deployed, too few files could be made, or they do not arrive
 */
export async function measureLoad(settings: Settings, objects: number, megabytes: number): Promise<void> {
  const lake = readEnvironment(settings)?.['APPSTREAM_AUDIT_BUCKET'];
  if (lake === undefined) throw new Error('nothing is deployed; run npm run local-cloud -- up');
  const logs = join(settings.folder, 'load');
  rmSync(logs, { recursive: true, force: true });
  // other files than the last time: what is known is passed over
  const seed = Date.now() % 2 ** 31;
  const events = Math.ceil((objects * megabytes * 1e6) / RECORD_BYTES);
  const manifest = await writeDemo(logs, { seed, events, filesize: megabytes, story: false, truth: false });
  const listed = await listedInputs(settings, lake);
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  const put = await putTrail(settings, logs, objects);
  const putSeconds = since();
  if (put < objects) throw new Error(`only ${put} files could be made`);
  for (let arrived = 0; arrived < objects; arrived = (await listedInputs(settings, lake)) - listed) {
    if (since() > PATIENCE_SECONDS) throw new Error(`${arrived} of ${objects} objects were in the lake after ${PATIENCE_SECONDS} s`);
    await sleep(LOOK_MS);
  }
  const seconds = since();
  const unpacked = (manifest.unpackedBytes / manifest.inputs.cloudtrail.files) * put;
  console.log(
    `${put} objects, ${(unpacked / 1e6).toFixed(0)} MB unpacked: put in ${putSeconds.toFixed(1)} s, all in the lake ${seconds.toFixed(1)} s after the first put (${(put / seconds).toFixed(1)} a second)`,
  );
  rmSync(logs, { recursive: true, force: true });
}

/** Inputs that the ledger of the lake lists. */
async function listedInputs(settings: Settings, bucket: string): Promise<number> {
  const s3 = new S3Client({ ...clientOptions(settings), forcePathStyle: true });
  let count = 0;
  for await (const { KeyCount = 0 } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: 'inputs/' })) count += KeyCount;
  s3.destroy();
  return count;
}
