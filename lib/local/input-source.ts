/** Opens one input wherever it lies. */
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { openS3Object } from '../aws/s3-objects.ts';

/** Read at a time. A file that has no more is read without a stream: opening one costs more than the reading. */
const CHUNK_BYTES = 256 * 1024;

/** The stored bytes of an input. Throws what the file system or S3 throws: gone, forbidden, interrupted. */
export function openInput(location: string): AsyncIterable<Uint8Array> {
  if (location.startsWith('s3://')) return openS3Object(location);
  return readFile(location);
}

/** Opens the file when the first bytes are asked for, so that nothing is left open, or fails unheard, when nobody asks. */
async function* readFile(location: string): AsyncGenerator<Uint8Array> {
  // the main thread has others to answer to: a signal, the progress
  const whole = isMainThread ? null : readSmall(location);
  if (whole === null) yield* createReadStream(location, { highWaterMark: CHUNK_BYTES });
  else yield whole;
}

/** All of a small file. @returns null when it is large, growing, or none (a pipe) */
function readSmall(location: string): Buffer | null {
  // a pipe that is opened to look at it loses what its writer writes
  const found = statSync(location);
  if (!found.isFile() || found.size > CHUNK_BYTES) return null;
  const file = openSync(location, 'r');
  try {
    const bytes = Buffer.allocUnsafeSlow(found.size + 1);
    let size = 0;
    for (;;) {
      const read = readSync(file, bytes, size, bytes.length - size, size);
      if (read === 0) return bytes.subarray(0, size);
      size += read;
      if (size === bytes.length) return null;
    }
  } finally {
    closeSync(file);
  }
}
