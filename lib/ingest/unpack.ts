/** From stored bytes to the bytes of the document: packing is undone, layer by layer; what was read is hashed, nothing grows without bound. */
import { createHash, type Hash } from 'node:crypto';
import { type Gunzip, gunzipSync, type ZlibOptions } from 'node:zlib';
import { DamagedInputError, InputError } from '../errors.ts';
import { Inflater, isZero, salvage, TrailingBytes } from './inflater.ts';
import type { ReadLimits } from './reader.ts';
import { isUtf16, utf16ToUtf8 } from './utf16.ts';
import { unpackZstd, ZSTD_MAGIC } from './zstd.ts';

/** Stored bytes handed to the inflater at a time: at most 1,032 times as many come out before the next are handed over. */
const SLICE_BYTES = 32 * 1024;

/** As many stored bytes are kept for a second attempt at a damaged input; of a larger one the slice that fails is lost. */
const RETAINED_BYTES = 16 * 1024 * 1024;

/** Objects up to this size are unpacked in one call: a stream costs more than the work. */
const SMALL_STORED_BYTES = 64 * 1024;
const SMALL_UNPACKED_BYTES = 2 * 1024 * 1024;

/** Layers of packing that are undone: more is no accident. */
const MOST_LAYERS = 4;

/** What was read; complete after `finish`. */
export interface UnpackResult {
  /** Bytes as stored. */
  readonly sizeBytes: number;
  /** Bytes that came out, the limit at most; 0 when damaged. */
  readonly unpackedBytes: number;
  /** Lower-case hex SHA-256 of the bytes as stored, all of them, even when unpacking failed midway. */
  readonly sha256: string;
  /** Packed data contradicts itself or its checksum: nothing that came out is known to be what was written. */
  readonly damaged: boolean;
}

export interface Unpacking {
  /**
   * The unpacked bytes, once. Throws an `InputError` after everything that could be unpacked: what is cut off, damaged or
   * followed by something else, or more than `maxUnpackedBytes` in any layer.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Reads what `bytes` left unread, for the hash, and says what was read. Errors of the source are passed on. */
  finish(): Promise<UnpackResult>;
}

/**
 * Unpacks one input. Gzip, zstd and UTF-16 are recognised by their first bytes, never by a name, also within each other; several
 * gzip members in a row are one document. Anything else is passed through.
 * @param stored the bytes as stored; a chunk may not change after it was handed over
 * @param location names the input in messages
 */
export function unpack(stored: AsyncIterable<Uint8Array>, limits: ReadLimits, location: string): Unpacking {
  const source = new Source(stored, true);
  const state: LayerState = { damaged: false };
  let unpackedBytes = 0;

  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of limited(layers(source, location, limits, state, 0), limits, location)) {
      unpackedBytes += chunk.length;
      yield chunk;
    }
  }

  return {
    bytes: counted(),
    async finish() {
      while ((await source.next()) !== null);
      source.checkSystem();
      return {
        sizeBytes: source.sizeBytes,
        unpackedBytes: state.damaged ? 0 : unpackedBytes,
        sha256: source.sha256(),
        damaged: state.damaged,
      };
    },
  };
}

/** At most `maxUnpackedBytes`, then an error. */
async function* limited(bytes: AsyncIterable<Uint8Array>, limits: ReadLimits, location: string): AsyncGenerator<Uint8Array> {
  let room = limits.maxUnpackedBytes;
  for await (const chunk of bytes) {
    if (chunk.length > room) {
      if (room > 0) yield chunk.subarray(0, room);
      throw new InputError(`${location} unpacks to more than the limit of ${limits.maxUnpackedBytes} bytes`, {
        remedy: 'what came before was read; split the input into smaller files if it is genuine',
      });
    }
    room -= chunk.length;
    yield chunk;
  }
}

/** Bytes of a layer. Those as stored are counted and hashed as they pass. */
class Source {
  sizeBytes = 0;
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #hash: Hash | null;
  #digest: string | null = null;
  #done = false;
  #failure: unknown = null;

  constructor(bytes: AsyncIterable<Uint8Array>, isHashed: boolean) {
    this.#iterator = bytes[Symbol.asyncIterator]();
    this.#hash = isHashed ? createHash('sha256') : null;
  }

  /** The next bytes, at least one; null at the end, also at an early one: `check` tells. */
  async next(): Promise<Buffer | null> {
    while (!this.#done) {
      const step = await this.#iterator.next().catch((error: unknown) => {
        this.#failure = error;
        return { done: true, value: undefined } as const;
      });
      if (step.done) {
        this.#done = true;
        break;
      }
      const { buffer, byteOffset, byteLength } = step.value;
      if (byteLength === 0) continue;
      this.sizeBytes += byteLength;
      this.#hash?.update(step.value);
      return Buffer.from(buffer, byteOffset, byteLength);
    }
    return null;
  }

  /** @throws whatever ended the bytes early */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** @throws what ended them early, unless it is what is wrong with the content: that was told where the bytes were read */
  checkSystem(): void {
    if (!(this.#failure instanceof InputError)) this.check();
  }

  sha256(): string {
    this.#digest ??= this.#hash?.digest('hex') ?? '';
    return this.#digest;
  }
}

/** What all layers of an input share. */
interface LayerState {
  damaged: boolean;
}

/** @param depth layers that were undone already */
async function* layers(source: Source, location: string, limits: ReadLimits, state: LayerState, depth: number): AsyncGenerator<Uint8Array> {
  const head = await readHead(source);
  const inner = openLayer(head, source, location, state);
  if (inner === null) {
    if (head.bytes.length > 0) yield head.bytes;
    for (let chunk = head.whole ? null : await source.next(); chunk !== null; chunk = await source.next()) yield chunk;
    source.check();
    return;
  }
  if (depth === MOST_LAYERS) {
    throw new InputError(`${location} is packed more than ${MOST_LAYERS} times over`, { remedy: 'unpack it yourself and give the result' });
  }
  yield* layers(new Source(limited(inner, limits, location), false), location, limits, state, depth + 1);
}

/** The bytes below the layer that the first bytes tell of; null when they tell of none. */
function openLayer(head: Head, source: Source, location: string, state: LayerState): AsyncIterable<Uint8Array> | null {
  const { bytes } = head;
  if (bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const small = head.whole ? unpackSmall(bytes) : null;
    return small === null ? inflate(head, source, location, state) : only(small);
  }
  if (bytes.length >= 4 && bytes.readUInt32LE(0) === ZSTD_MAGIC) {
    return noting(unpackZstd(remaining(head, source), location), state);
  }
  return isUtf16(bytes) ? utf16ToUtf8(remaining(head, source), location) : null;
}

async function* only(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** All bytes of a layer, its head included. */
async function* remaining(head: Head, source: Source): AsyncGenerator<Buffer> {
  yield head.bytes;
  for (let chunk = head.whole ? null : await source.next(); chunk !== null; chunk = await source.next()) yield chunk;
  source.check();
}

/** Notes in the state when the bytes turn out damaged. */
async function* noting(bytes: AsyncIterable<Uint8Array>, state: LayerState): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    state.damaged ||= error instanceof DamagedInputError;
    throw error;
  }
}

interface Head {
  readonly bytes: Buffer;
  /** True when there are no more. */
  readonly whole: boolean;
}

/** The first bytes: more than a small input has, or all of it. */
async function readHead(source: Source): Promise<Head> {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size <= SMALL_STORED_BYTES) {
    const chunk = await source.next();
    if (chunk === null) return { bytes: joined(chunks), whole: true };
    chunks.push(chunk);
    size += chunk.length;
  }
  return { bytes: joined(chunks), whole: false };
}

function joined(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** One call for a small, sound input. @returns null when it is neither: the stream then says what is wrong. */
function unpackSmall(stored: Buffer): Buffer | null {
  // the last four bytes of gzip are the size of the (last) member: a hint, not a promise
  const hint = stored.length >= 18 ? stored.readUInt32LE(stored.length - 4) : 0;
  if (hint > SMALL_UNPACKED_BYTES) return null;
  try {
    const options = { chunkSize: Math.max(hint + 1, 1024), maxOutputLength: SMALL_UNPACKED_BYTES, info: true };
    // with `info` Node returns the engine too, which the types do not know
    const { buffer, engine } = gunzipSync(stored, options as ZlibOptions) as unknown as { buffer: Buffer; engine: Gunzip };
    return isZero(stored, engine.bytesWritten) ? buffer : null;
  } catch {
    return null;
  }
}

async function* inflate(head: Head, source: Source, location: string, state: LayerState): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater();
  let slices: Buffer[] | null = [];
  let retained = 0;
  try {
    for (let chunk: Buffer | null = head.bytes; chunk !== null; chunk = head.whole ? null : await source.next()) {
      retained += chunk.length;
      if (retained > RETAINED_BYTES) slices = null;
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        const slice = chunk.subarray(at, at + SLICE_BYTES);
        slices?.push(slice);
        const written = inflater.write(slice);
        // what the previous slice gave is used while the thread pool inflates this one
        yield* inflater.take();
        await written();
      }
    }
    source.check();
    const ended = inflater.end();
    yield* inflater.take();
    await ended();
    yield* inflater.take();
  } catch (error) {
    yield* inflater.take();
    const told = explain(error, location);
    // what was cut off is sound as far as it goes; what contradicts its checksum is evidence of nothing
    const damaged = told instanceof DamagedInputError;
    state.damaged ||= damaged;
    if (!damaged && slices !== null) yield* salvage(slices, inflater.taken);
    throw told;
  } finally {
    inflater.destroy();
  }
}

function explain(error: unknown, location: string): unknown {
  // the first header was seen to be one: only a later one can be wrong
  if (error instanceof TrailingBytes || (error as Error).message === 'incorrect header check') {
    return new InputError(`${location} has bytes after its gzip data that are not gzip`, {
      remedy: 'the gzip data was read; fetch the file again, or unpack it yourself and give the result',
    });
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'Z_BUF_ERROR') {
    return new InputError(`${location} is cut off: its gzip data ends early`, {
      remedy: 'what could be unpacked was read; fetch the file again',
      cause: error,
    });
  }
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new DamagedInputError(`${location} is damaged: its gzip data cannot be unpacked (${message})`, {
      remedy: 'nothing of it was kept, because nothing shows which of it is what was written; fetch the file again',
      cause: error,
    });
  }
  return error;
}
