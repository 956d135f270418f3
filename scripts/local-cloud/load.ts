/** Many trail files at once through the local cloud: how long until the last is in the lake. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDemo } from '../../lib/local/demo-writer.ts';
import { tell } from './demo.ts';
import { putTrail } from './demo-inputs.ts';
import { readEnvironment } from './environment-file.ts';
import type { Settings } from './settings.ts';

/** Bytes of a record of the generator, about: fewer would make too few files. */
const RECORD_BYTES = 1_900;

/**
 * Prints seconds: of putting, and from the first put until the queues are empty.
 * @throws Error when the stack is not deployed, or too few files could be made
 */
export async function measureLoad(settings: Settings, objects: number, megabytes: number): Promise<void> {
  const environment = readEnvironment(settings);
  if (environment === undefined) throw new Error('nothing is deployed; run npm run local-cloud -- up');
  const logs = join(settings.folder, 'load');
  rmSync(logs, { recursive: true, force: true });
  // other files than the last time: what is known is passed over
  const seed = Date.now() % 2 ** 31;
  const events = Math.ceil((objects * megabytes * 1e6) / RECORD_BYTES);
  const manifest = await writeDemo(logs, { seed, events, filesize: megabytes, story: false, truth: false });
  const began = performance.now();
  const put = await putTrail(settings, logs, objects);
  const putSeconds = (performance.now() - began) / 1000;
  if (put < objects) throw new Error(`only ${put} files could be made`);
  await tell(environment, ['cloud', 'status', '--wait']);
  const seconds = (performance.now() - began) / 1000;
  const unpacked = (manifest.unpackedBytes / manifest.inputs.cloudtrail.files) * put;
  console.log(
    `\n${put} objects, ${(unpacked / 1e6).toFixed(0)} MB unpacked: put in ${putSeconds.toFixed(1)} s, all in the lake ${seconds.toFixed(1)} s after the first put (${(put / seconds).toFixed(1)} a second)`,
  );
  rmSync(logs, { recursive: true, force: true });
}
