/** The floor: Node's own gunzip of all logs in two threads. `node gunzip.js <directory>` prints the bytes that came out. */
import { readFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { logFiles } from './data.ts';

const THREADS = 2;

interface Work {
  readonly files: readonly string[];
  /** Place of the next file that nobody has taken. */
  readonly next: Int32Array;
}

/** @returns unpacked bytes of a file; gzip's trailer tells how much room they need, so that they are not copied as they grow */
function unpackedSize(path: string): number {
  const packed = readFileSync(path);
  return gunzipSync(packed, { chunkSize: Math.max(1024, packed.readUInt32LE(packed.length - 4)) }).length;
}

function unpackInThread(work: Work): Promise<number> {
  return new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url), { workerData: work }).on('message', resolve).on('error', reject);
  });
}

if (isMainThread) {
  const work: Work = { files: await logFiles(process.argv[2] ?? '.'), next: new Int32Array(new SharedArrayBuffer(4)) };
  const bytes = await Promise.all(Array.from({ length: THREADS }, () => unpackInThread(work)));
  console.log(JSON.stringify({ bytes: bytes.reduce((sum, each) => sum + each, 0) }));
} else {
  const { files, next } = workerData as Work;
  let bytes = 0;
  for (let place = Atomics.add(next, 0, 1); place < files.length; place = Atomics.add(next, 0, 1))
    bytes += unpackedSize(files[place] ?? '');
  parentPort?.postMessage(bytes);
}
