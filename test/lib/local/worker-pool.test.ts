/** Threads that die: they are replaced, their batch is read again, and only the input that kills them fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DiskFullError } from '../../../lib/errors.ts';
import { DEFAULT_LIMITS } from '../../../lib/ingest/reader.ts';
import type { InputObject } from '../../../lib/lake/batch.ts';
import { ThreadStager } from '../../../lib/local/worker-pool.ts';

/**
 * Stands in for `ingest-worker.ts`, which runs only when it is built: goes through the inputs like `stageBatch`, tells each,
 * and does what the name of one says. `lives` counts the threads that were started.
 */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const life = Atomics.add(workerData.lives, 0, 1);
if (workerData.born === 'dead') process.exit(9);
parentPort.on('message', ({ inputs, reading }) => {
  const kept = [];
  for (const [place, { location }] of inputs.entries()) {
    if (reading) Atomics.store(reading, 0, place);
    if (location === 'exits') process.exit(3);
    if (location === 'exits once' && life === 0) process.exit(3);
    if (location === 'throws') throw new SyntaxError('secret is no JSON');
    if (location === 'full disk') return parentPort.postMessage({ type: 'failed', name: 'DiskFullError', message: 'no space', stack: '' });
    if (location === 'eats memory') for (const heap = []; ; ) heap.push(new Array(10000).fill(String(heap.length)));
    if (location === 'never ends') for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    kept.push({ location });
    parentPort.postMessage({ type: 'progress', inputs: 1, bytes: 10, records: 2 });
  }
  parentPort.postMessage({ type: 'staged', batch: { files: [], inputs: kept, rejected: [], failed: [], marks: [] } });
  if (inputs.at(-1).location === 'dies when done') setTimeout(() => process.exit(4), 5);
});
`;

let stager: ThreadStager;
afterEach(() => stager.close());

function pool(born = 'alive') {
  const lives = new Int32Array(new SharedArrayBuffer(4));
  const resourceLimits = { maxOldGenerationSizeMb: 24 };
  stager = new ThreadStager(() => new Worker(WORKER, { eval: true, workerData: { lives, born }, resourceLimits }));
  const progress = { inputs: 0, bytes: 0, records: 0 };
  const stage = async (...locations: string[]) => {
    const inputs = locations.map((location): InputObject => ({ location, kind: 'cloudtrail', sizeBytes: 10, modifiedMs: 0, etag: null }));
    const batch = await stager.stage({ folder: '', inputs, nowMs: 0, limits: DEFAULT_LIMITS }, (count, bytes, records) => {
      progress.inputs += count;
      progress.bytes += bytes;
      progress.records += records;
    });
    return { kept: batch.inputs.map((input) => input.location), failed: batch.failed };
  };
  return { stage, progress, lives: () => Atomics.load(lives, 0) };
}

describe('a thread that dies', () => {
  test.each([
    ['exits', /^exits could not be read: a reader thread died: it ended with 3; run the same command again$/],
    ['eats memory', /^eats memory could not be read: a reader thread died: .*memory.*; run the same command again$/],
    ['throws', /^throws could not be read: a reader thread died: SyntaxError at .*; run the same command again$/],
  ])('because of an input (%s) fails that input after a second try, and the others are read', async (culprit, reason) => {
    const { stage, lives, progress } = pool();
    expect(await stage('a', culprit, 'b')).toMatchObject({
      kept: ['a', 'b'],
      failed: [{ location: culprit, reason: expect.stringMatching(reason) }],
    });
    expect(lives()).toBe(3);
    expect(progress).toEqual({ inputs: 3, bytes: 30, records: 4 });
  });

  test('never tells the message of an error: it may quote the input', async () => {
    const { failed } = await pool().stage('throws');
    expect(JSON.stringify(failed)).not.toContain('secret');
  });

  test('for a reason that passes costs nothing but time', async () => {
    const { stage, progress } = pool();
    expect(await stage('a', 'exits once', 'b')).toEqual({ kept: ['a', 'exits once', 'b'], failed: [] });
    expect(progress).toEqual({ inputs: 3, bytes: 30, records: 6 });
  });

  test('is not given another batch', async () => {
    const { stage, lives } = pool();
    await stage('a', 'exits once');
    expect(await stage('b')).toEqual({ kept: ['b'], failed: [] });
    expect(lives()).toBe(2);
  });

  test('while it is idle is replaced', async () => {
    const { stage, lives } = pool();
    await stage('dies when done');
    await sleep(200);
    expect(await stage('a')).toEqual({ kept: ['a'], failed: [] });
    expect(lives()).toBe(2);
  });

  test('before it reads anything ends the work with a reason, for no input is to blame', async () => {
    await expect(pool('dead').stage('a')).rejects.toThrow(/a reader thread died: it ended with 9; run the same command again/);
  });

  test('because the work was given up is not replaced', async () => {
    const { stage, lives } = pool();
    const staged = stage('never ends');
    while (lives() === 0) await sleep(10);
    await stager.close();
    await expect(staged).rejects.toThrow(/a reader thread died/);
    expect(lives()).toBe(1);
  });
});

describe('a thread that lives', () => {
  test('is used again', async () => {
    const { stage, lives } = pool();
    await stage('a');
    await stage('b');
    expect(lives()).toBe(1);
  });

  test('and says that the disk is full ends the work as such', async () => {
    await expect(pool().stage('a', 'full disk')).rejects.toBeInstanceOf(DiskFullError);
  });
});
