/** Node's gunzip so that nothing it unpacked is lost: what can be read of a damaged input depends on its bytes alone. */
import { createGunzip } from 'node:zlib';

/**
 * Size of the buffers that unpacked bytes come in. When a slice does not fit into what is left of one, the inflater waits
 * for the main thread before it goes on: measured, larger buffers than a slice usually fills save a tenth of the time.
 */
const CHUNK_BYTES = 1024 * 1024;

/** Something follows the gzip data that is neither gzip nor padding. */
export class TrailingBytes extends Error {}

/**
 * Gunzip, one slice at a time. Node's stream would drop what it has unpacked but not yet handed over when an error comes;
 * here everything is handed over first.
 */
export class Inflater {
  /** Bytes that were taken. */
  taken = 0;
  readonly #gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  #out: Uint8Array[] = [];
  #error: Error | null = null;
  #ended = false;
  #settle: (() => void) | null = null;
  #written = 0;
  /** The slice that was written last: the gzip data may end inside it. */
  #last: Buffer = Buffer.alloc(0);

  constructor() {
    this.#gunzip.on('data', (chunk: Uint8Array) => this.#out.push(chunk));
    this.#gunzip.on('error', (error) => {
      this.#error ??= error;
      this.#settle?.();
    });
    // also when something follows the gzip data: the stream then takes no more
    this.#gunzip.on('end', () => {
      this.#ended = true;
      this.#settle?.();
    });
  }

  /** What came out since the last call. */
  take(): Uint8Array[] {
    const out = this.#out;
    this.#out = [];
    for (const chunk of out) this.taken += chunk.length;
    return out;
  }

  /** Begins to inflate a slice. @returns to be called next: waits until all that the slice gives can be taken, or throws */
  write(slice: Buffer): () => Promise<void> {
    if (this.#ended) {
      return async () => {
        if (!isZero(slice, 0)) throw new TrailingBytes();
      };
    }
    this.#written += slice.length;
    this.#last = slice;
    return this.#after((done) => this.#gunzip.write(slice, done));
  }

  /** Says that there is no more, in the manner of `write`. */
  end(): () => Promise<void> {
    return this.#ended ? async () => {} : this.#after(() => this.#gunzip.end());
  }

  destroy(): void {
    this.#gunzip.destroy();
  }

  #after(start: (done: () => void) => void): () => Promise<void> {
    const settled = new Promise<void>((resolve) => {
      this.#settle = resolve;
      start(() => resolve());
    });
    return async () => {
      await settled;
      if (this.#error !== null) throw this.#error;
      const unused = this.#written - this.#gunzip.bytesWritten;
      if (unused === 0) return;
      this.#ended = true;
      if (!isZero(this.#last, this.#last.length - unused)) throw new TrailingBytes();
    };
  }
}

/** Steps in which a slice that failed is taken apart. */
const SALVAGE_STEPS = [256, 1] as const;

/**
 * What can be unpacked of the slice that failed, the last one: Node throws away what a call gave before it failed. So all of
 * it is unpacked again, the failing part in ever smaller steps.
 * @param slices all that was written, from the first byte
 * @param taken bytes that were handed over already: they are left out
 */
export async function* salvage(slices: readonly Buffer[], taken: number): AsyncGenerator<Uint8Array> {
  const sound = slices.slice(0, -1);
  let failing = slices[slices.length - 1] as Buffer;
  let skip = taken;
  for (const step of SALVAGE_STEPS) {
    const attempt = { steps: 0, taken: skip };
    yield* inflateUntilError([...sound, ...pieces(failing, step)], attempt);
    const good = Math.max(0, attempt.steps - sound.length) * step;
    sound.push(failing.subarray(0, good));
    failing = failing.subarray(good, good + step);
    skip = attempt.taken;
  }
}

function pieces(slice: Buffer, step: number): Buffer[] {
  return Array.from({ length: Math.ceil(slice.length / step) }, (_, n) => slice.subarray(n * step, (n + 1) * step));
}

/** @param attempt is told how many slices went well and how many bytes were handed over, those left out included */
async function* inflateUntilError(slices: readonly Buffer[], attempt: { steps: number; taken: number }): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater();
  let skip = attempt.taken;
  try {
    for (const slice of slices) {
      await inflater.write(slice)();
      attempt.steps++;
      for (const out of inflater.take()) {
        if (out.length > skip) yield out.subarray(skip);
        skip = Math.max(0, skip - out.length);
      }
      attempt.taken = Math.max(attempt.taken, inflater.taken);
    }
  } catch {
    // the error is known: the first attempt met it
  } finally {
    inflater.destroy();
  }
}

/** Whether all bytes from there on are zero. */
export function isZero(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}
