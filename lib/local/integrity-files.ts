/** Reads log files and digests for verification: hashed as stored and unpacked, and nothing kept but hashes and digests. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { DamagedInputError, InputError } from '../errors.ts';
import type { ReadLimits } from '../ingest/reader.ts';
import { unpack } from '../ingest/unpack.ts';
import { type Digest, looksLikeDigest, type MalformedDigest, parseDigest } from '../integrity/digest-file.ts';
import { describeFailure } from './failure-text.ts';
import { openInput } from './input-source.ts';

/** Files of this size are read in one go: a stream costs more than the reading. */
const SMALL_BYTES = 4 * 1024 * 1024;
/** A digest lists at most so much; what is larger is not read as one. */
const MOST_DIGEST_BYTES = 256 * 1024 * 1024;
/** So much of a file shows whether it is a digest. */
const HEAD_BYTES = 4096;

/** A file as it was read. */
export interface ReadFile {
  readonly location: string;
  /** SHA-256 of the bytes as stored; null when they could not be read. */
  readonly version: string | null;
  /** SHA-256 of all that unpacks; null when that could not be had. */
  readonly contentSha256: string | null;
  /** True when bytes follow the gzip stream, or a second stream does. */
  readonly hasTail: boolean;
  readonly isDamaged: boolean;
  /** Why there are no hashes. */
  readonly problem: string | null;
  /** What it says, when it is a digest. */
  readonly digest: Digest | MalformedDigest | null;
}

/** @param isDigest true when it is known to be one; else its content decides */
export async function readForVerification(location: string, limits: ReadLimits, isDigest: boolean): Promise<ReadFile> {
  const tail = new LastBytes(bytesOf(location));
  const hash = createHash('sha256');
  const kept: Uint8Array[] = [];
  let size = 0;
  let keep = true;
  let problem: InputError | null = null;
  try {
    const unpacking = unpack(tail, limits, location);
    try {
      for await (const chunk of unpacking.bytes) {
        hash.update(chunk);
        size += chunk.length;
        if (keep) kept.push(chunk);
        const decided = isDigest || isDigestName(location);
        if (!decided && keep && size >= HEAD_BYTES) keep = looksLikeDigest(headOf(kept));
        if (size > MOST_DIGEST_BYTES) keep = false;
        if (!keep) kept.length = 0;
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problem = error;
    }
    const { sha256: version, damaged } = await unpacking.finish();
    const isDamaged = damaged || problem instanceof DamagedInputError;
    const wanted = keep && !isDamaged && (isDigest || isDigestName(location) || looksLikeDigest(headOf(kept)));
    return {
      location,
      version,
      contentSha256: isDamaged ? null : hash.digest('hex'),
      hasTail: problem !== null || (tail.isGzip && tail.lastNumber !== size % 2 ** 32),
      isDamaged,
      problem: problem?.message ?? null,
      digest: wanted ? parseDigest(kept.length === 1 ? (kept[0] as Uint8Array) : Buffer.concat(kept)) : null,
    };
  } catch (cause) {
    const said = describeFailure(location, cause);
    return { location, version: null, contentSha256: null, hasTail: false, isDamaged: false, problem: said, digest: null };
  }
}

export function isDigestName(location: string): boolean {
  return /_CloudTrail-Digest_[^/]*$/.test(location);
}

function headOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES).toString('latin1');
}

async function* bytesOf(location: string): AsyncGenerator<Uint8Array> {
  const stat = location.startsWith('s3://') ? null : statSync(location);
  if (stat?.isFile() && stat.size <= SMALL_BYTES) yield readFileSync(location);
  else yield* openInput(location);
}

/**
 * Passes bytes on and remembers the last four: of gzip, they are the size of the last stream. Where that is not the size of all that
 * came out, something follows the first stream: another one, or padding.
 */
class LastBytes implements AsyncIterable<Uint8Array> {
  isGzip = false;
  readonly #source: AsyncIterable<Uint8Array>;
  #last: Buffer = Buffer.alloc(0);
  #size = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  /** Little-endian, unsigned. */
  get lastNumber(): number {
    return this.#last.length < 4 ? Number.NaN : this.#last.readUInt32LE(this.#last.length - 4);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source) {
      const before = this.#size < 2 ? Buffer.concat([this.#last, chunk.subarray(0, 2)]) : null;
      if (before !== null && before.length >= 2) this.isGzip = before[0] === 0x1f && before[1] === 0x8b;
      this.#size += chunk.length;
      this.#last = chunk.length >= 4 ? Buffer.from(chunk.subarray(-4)) : Buffer.from(Buffer.concat([this.#last, chunk]).subarray(-4));
      yield chunk;
    }
  }
}
