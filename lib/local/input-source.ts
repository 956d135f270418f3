/** Opens one input wherever it lies. */
import { createReadStream } from 'node:fs';
import { openS3Object } from '../aws/s3-objects.ts';

/** The stored bytes of an input. Throws what the file system or S3 throws: gone, forbidden, interrupted. */
export function openInput(location: string): AsyncIterable<Uint8Array> {
  if (location.startsWith('s3://')) return openS3Object(location);
  return readFile(location);
}

/** Opens the file when the first bytes are asked for, so that nothing is left open, or fails unheard, when nobody asks. */
async function* readFile(location: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(location, { highWaterMark: 256 * 1024 });
}
