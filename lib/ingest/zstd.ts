/** Zstandard undone, piece by piece. */
import { Decompress, ZstdErrorCode } from 'fzstd';
import { DamagedInputError, InputError } from '../errors.ts';

/** The first four bytes of a frame, little-endian. */
export const ZSTD_MAGIC = 0xfd2fb528;

/** Stored bytes handed over at a time: four of them may stand for 128 KiB. */
const SLICE_BYTES = 2048;

/**
 * The bytes that were packed. The content checksum, which is optional in this format, is not compared.
 * @param location names the input in messages
 * @throws InputError when the data ends early, DamagedInputError when it contradicts itself, after what could be unpacked
 */
export async function* unpackZstd(stored: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Uint8Array> {
  let out: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => {
    // the window is used again
    if (chunk.length > 0) out.push(Uint8Array.from(chunk));
  });
  const taken = () => {
    const ready = out;
    out = [];
    return ready;
  };
  try {
    for await (const chunk of stored) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        decompress.push(chunk.subarray(at, at + SLICE_BYTES));
        yield* taken();
      }
    }
    decompress.push(new Uint8Array(), true);
    yield* taken();
  } catch (error) {
    yield* taken();
    throw explain(error, location);
  }
}

function explain(error: unknown, location: string): unknown {
  if (error instanceof InputError) return error;
  const { code, message, name } = error as { code?: unknown; message?: string; name?: string };
  if (code === ZstdErrorCode.UnexpectedEOF) {
    return new InputError(`${location} is cut off: its zstd data ends early`, {
      remedy: 'what could be unpacked was read; fetch the file again',
      cause: error,
    });
  }
  if (typeof code === 'string') return error;
  return new DamagedInputError(`${location} is damaged: its zstd data cannot be unpacked (${message ?? name})`, {
    remedy: 'nothing of it was kept, because nothing shows which of it is what was written; fetch the file again',
    cause: error,
  });
}
