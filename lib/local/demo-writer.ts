/** Writes a demo into a directory: the files of `generateDemo`, the logs made by several threads. */
import { open, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { addCounts } from '../demo/collector.ts';
import { evidenceFiles, noTotals, pack } from '../demo/generate.ts';
import { type DemoManifest, demoManifest } from '../demo/manifest.ts';
import { type DemoOptions, demoWindow } from '../demo/options.ts';
import { type DemoWorld, planDemo } from '../demo/world.ts';
import { AuditError } from '../errors.ts';
import { type WrittenLog, writeDemoFile, writeDemoLog } from './demo-log.ts';

export interface DemoWriteOptions {
  /** Threads that make log files (default 1: none but the caller's). From the sources, without a build, always 1. */
  readonly threads?: number;
  /** Told after each log file. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Writes everything; files that are there already are overwritten. @returns the manifest, which is also written */
export async function writeDemo(
  directory: string,
  options: DemoOptions = {},
  { threads = 1, onProgress }: DemoWriteOptions = {},
): Promise<DemoManifest> {
  const world = planDemo(options);
  const totals = noTotals();
  // threads begin first: they need a moment to decide the same world
  const logs = fromSources() || threads <= 1 ? null : inThreads(directory, world, threads, onProgress);
  for (const file of evidenceFiles(world, totals)) await writeDemoFile(directory, file);
  const written = logs ? await logs : await inThisThread(directory, world, onProgress);
  for (const log of written) {
    addCounts(totals.counts, log.counts);
    totals.unpackedBytes += log.unpackedBytes;
    totals.packedBytes += log.packedBytes;
    totals.files.cloudtrail++;
  }
  const modifiedMs = demoWindow(world.options).end;
  if (world.options.truth) await writeTruth(directory, written, modifiedMs);
  const manifest = demoManifest(world, totals);
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8');
  await writeDemoFile(directory, { path: 'manifest.json', bytes, modifiedMs });
  return manifest;
}

async function inThisThread(directory: string, world: DemoWorld, onProgress: DemoWriteOptions['onProgress']): Promise<WrittenLog[]> {
  const written: WrittenLog[] = [];
  for (const place of world.logs.keys()) {
    written.push(await writeDemoLog(directory, world, place));
    onProgress?.(written.length, world.logs.length);
  }
  return written;
}

/** Each thread decides the world anew and takes the next file that nobody has taken. @returns in the order of the plan */
async function inThreads(
  directory: string,
  world: DemoWorld,
  threads: number,
  onProgress: DemoWriteOptions['onProgress'],
): Promise<WrittenLog[]> {
  const next = new Int32Array(new SharedArrayBuffer(4));
  const written: WrittenLog[] = [];
  const run = () =>
    new Promise<void>((resolve, reject) => {
      const workerData = { directory, options: world.options, next };
      // records are short-lived text: a young generation that holds many of them is emptied seldom
      const worker = new Worker(new URL('./demo-worker.js', import.meta.url), {
        workerData,
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      });
      worker.on('message', (log: WrittenLog) => {
        written.push(log);
        onProgress?.(written.length, world.logs.length);
      });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        code === 0 ? resolve() : reject(new AuditError(`a thread that makes demo logs ended with code ${code}`)),
      );
    });
  await Promise.all(Array.from({ length: Math.min(threads, Math.max(1, world.logs.length)) }, run));
  return written.sort((a, b) => a.place - b.place);
}

/** One gzip member a log file, in the order of the plan: threads pack, this one only joins. */
async function writeTruth(directory: string, written: readonly WrittenLog[], modifiedMs: number): Promise<void> {
  const path = join(directory, 'truth.ndjson.gz');
  const file = await open(path, 'w');
  try {
    // no bytes at all are no gzip
    if (written.length === 0) await file.write(pack(new Uint8Array()));
    for (const { truth } of written) await file.write(truth ?? pack(new Uint8Array()));
  } finally {
    await file.close();
  }
  await utimes(path, modifiedMs / 1000, modifiedMs / 1000);
}

/** True under a test runner that loads TypeScript: a worker could not load it. */
function fromSources(): boolean {
  return import.meta.url.endsWith('.ts');
}
