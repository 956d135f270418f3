/** What is read of an input is what lies there, in a reader thread (all of a small file at once) as in the main one. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openInput } from '../../../lib/local/input-source.ts';
import { packageRoot } from '../../../lib/local/package-root.ts';
import { ensureBuilt } from '../../cli/build.ts';
import { removeFolder, temporaryFolder, writeInput } from '../../helpers/input-files.ts';

const folder = temporaryFolder('input-source');
beforeAll(() => ensureBuilt());
afterAll(() => removeFolder(folder));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function readHere(location: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of openInput(location)) chunks.push(chunk);
  return sha256(Buffer.concat(chunks));
}

/** Of the built program: a reader thread runs nothing else. */
function readInThread(location: string): Promise<string> {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { createHash } = require('node:crypto');
    (async () => {
      const { openInput } = await import(workerData.module);
      const hash = createHash('sha256');
      for await (const chunk of openInput(workerData.location)) hash.update(chunk);
      parentPort.postMessage(hash.digest('hex'));
    })().catch((error) => parentPort.postMessage(error.code));`;
  const module = pathToFileURL(join(packageRoot(), 'dist/lib/local/input-source.js')).href;
  return new Promise((resolve, reject) => {
    new Worker(source, { eval: true, workerData: { module, location } }).on('message', resolve).on('error', reject);
  });
}

describe.each([
  ['the main thread', readHere],
  ['a reader thread', readInThread],
])('an input that is read in %s', (name, read) => {
  test.each([0, 1, 1000, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 1_000_000])('gives all of %i bytes', async (size) => {
    const bytes = randomBytes(size);
    expect(await read(writeInput(folder, String(size), bytes))).toBe(sha256(bytes));
  });

  test('may be a pipe, of which nothing is lost', async () => {
    const path = join(folder, `pipe of ${name}`);
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const writer = spawn('sh', ['-c', `printf 'half a line' > '${path}'`]);
    expect(await read(path)).toBe(sha256(Buffer.from('half a line')));
    writer.kill();
  });
});

test('an input that is gone is told by its code', async () => {
  expect(await readInThread(join(folder, 'gone'))).toBe('ENOENT');
  await expect(readHere(join(folder, 'gone'))).rejects.toMatchObject({ code: 'ENOENT' });
});
