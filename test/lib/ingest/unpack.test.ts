import { createHash, randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { DamagedInputError, InputError } from '../../../lib/errors.ts';
import { DEFAULT_LIMITS } from '../../../lib/ingest/reader.ts';
import { type UnpackResult, unpack } from '../../../lib/ingest/unpack.ts';

interface Unpacked {
  readonly text: string;
  readonly bytes: Buffer;
  readonly error: unknown;
  readonly result: UnpackResult;
  readonly largest: number;
}

async function run(stored: Uint8Array, { chunk = 65_536, max = DEFAULT_LIMITS.maxUnpackedBytes } = {}): Promise<Unpacked> {
  async function* source() {
    for (let at = 0; at < stored.length; at += chunk) yield stored.subarray(at, at + chunk);
  }
  const unpacking = unpack(source(), { ...DEFAULT_LIMITS, maxUnpackedBytes: max }, '/in/x.json');
  const parts: Uint8Array[] = [];
  let error: unknown = null;
  try {
    for await (const part of unpacking.bytes) parts.push(Buffer.from(part));
  } catch (thrown) {
    error = thrown;
  }
  const bytes = Buffer.concat(parts);
  const largest = Math.max(0, ...parts.map((part) => part.length));
  return { bytes, text: bytes.toString(), error, largest, result: await unpacking.finish() };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Some megabytes that gzip can do little with, so that the stream, not the one call for small inputs, unpacks them. */
const LARGE = Buffer.from(randomBytes(1_500_000).toString('base64'));

describe('unpack', () => {
  test.each([1, 3, 1000, 65_536])('passes text through, whatever its name, in chunks of %d', async (chunk) => {
    const stored = Buffer.from('{"Records":[]}');
    const { text, error, result } = await run(stored, { chunk });
    expect({ text, error }).toEqual({ text: '{"Records":[]}', error: null });
    expect(result).toEqual({ sizeBytes: 14, unpackedBytes: 14, sha256: sha256(stored), damaged: false });
  });

  test('takes an empty input', async () => {
    const { text, error, result } = await run(Buffer.alloc(0));
    expect({ text, error }).toEqual({ text: '', error: null });
    expect(result).toEqual({ sizeBytes: 0, unpackedBytes: 0, sha256: sha256(Buffer.alloc(0)), damaged: false });
  });

  test.each([
    ['small', Buffer.from('a small text')],
    ['large', LARGE],
  ])('unpacks %s gzip, the hash being that of the stored bytes', async (_, plain) => {
    const stored = gzipSync(plain);
    const { bytes, error, result } = await run(stored);
    expect(error).toBeNull();
    expect(bytes.equals(plain)).toBe(true);
    expect(result).toEqual({ sizeBytes: stored.length, unpackedBytes: plain.length, sha256: sha256(stored), damaged: false });
  });

  test('recognises gzip when its first bytes come one by one', async () => {
    expect((await run(gzipSync('abc'), { chunk: 1 })).text).toBe('abc');
  });

  test.each([
    ['small', 'one ', 'two'],
    ['large', LARGE.toString(), LARGE.toString()],
  ])('reads several %s gzip members as one document', async (_, first, second) => {
    const { text, error } = await run(Buffer.concat([gzipSync(first), gzipSync(second)]));
    expect(error).toBeNull();
    expect(text === first + second).toBe(true);
  });

  test.each([
    ['small', Buffer.from('text')],
    ['large', LARGE],
  ])('allows zero padding after %s gzip, also in chunks of its own', async (_, plain) => {
    for (const padding of [1, 511, 200_000]) {
      const { bytes, error } = await run(Buffer.concat([gzipSync(plain), Buffer.alloc(padding)]));
      expect(error).toBeNull();
      expect(bytes.equals(plain)).toBe(true);
    }
  });

  test.each([
    ['small', Buffer.from('text')],
    ['large', LARGE],
  ])('reports what follows %s gzip and is no gzip, after giving the data', async (_, plain) => {
    for (const trailing of [
      Buffer.from('xyz'),
      Buffer.from('{"Records":[]}'),
      Buffer.from('\0\0y'),
      Buffer.concat([Buffer.alloc(100_000), Buffer.from('y')]),
    ]) {
      const stored = Buffer.concat([gzipSync(plain), trailing]);
      const { bytes, error, result } = await run(stored);
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toContain('/in/x.json has bytes after its gzip data');
      expect(bytes.equals(plain)).toBe(true);
      expect(result.sha256).toBe(sha256(stored));
    }
  });

  test('gives what a truncated gzip holds, then says that it is cut off', async () => {
    const stored = gzipSync(LARGE);
    const { bytes, error, result } = await run(stored.subarray(0, 500_000));
    expect((error as Error).message).toMatch(/^\/in\/x\.json is cut off: .*fetch the file again$/);
    expect(result.damaged).toBe(false);
    expect(error).toBeInstanceOf(InputError);
    expect(bytes.length).toBeGreaterThan(LARGE.length * 0.3);
    expect(LARGE.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(result.sizeBytes).toBe(500_000);
  });

  test.each([2, 10, 17])('says of the first %d bytes of a gzip that they are cut off', async (length) => {
    const { error, text } = await run(gzipSync('abc').subarray(0, length));
    expect((error as Error).message).toContain('is cut off');
    expect(text.length).toBeLessThanOrEqual(3);
  });

  test('calls a damaged gzip damaged, says how much came out of it to nobody, and hashes it to its end', async () => {
    const stored = gzipSync(LARGE);
    stored.fill(0xff, 800_000, 800_200);
    const runs = await Promise.all([1, 2, 3].map(() => run(stored)));
    for (const { error, result } of runs) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toContain('/in/x.json is damaged');
      expect(error).toBeInstanceOf(DamagedInputError);
      expect(result).toEqual({ sizeBytes: stored.length, unpackedBytes: 0, sha256: sha256(stored), damaged: true });
    }
  });

  test('notices a wrong checksum of a small gzip', async () => {
    const stored = gzipSync('abc');
    stored[stored.length - 8] = (stored[stored.length - 8] as number) ^ 1;
    const { error } = await run(stored);
    expect((error as Error).message).toContain('is damaged');
  });

  test('stops at the limit, names it, and goes on hashing', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const { bytes, error, result, largest } = await run(bomb, { max: 3_000_000 });
    expect((error as Error).message).toBe(
      '/in/x.json unpacks to more than the limit of 3000000 bytes; what came before was read; split the input into smaller files if it is genuine',
    );
    expect(bytes.length).toBe(3_000_000);
    expect(largest).toBeLessThan(2_000_000);
    expect(result).toEqual({ sizeBytes: bomb.length, unpackedBytes: 3_000_000, sha256: sha256(bomb), damaged: false });
  });

  test('takes an input of exactly the limit, and holds plain text to it, too', async () => {
    expect((await run(Buffer.from('abc'), { max: 3 })).error).toBeNull();
    expect((await run(gzipSync('abc'), { max: 3 })).error).toBeNull();
    expect((await run(Buffer.from('abcd'), { max: 3 })).error).toBeInstanceOf(InputError);
    expect((await run(gzipSync('abcd'), { max: 3 })).text).toBe('abc');
  });

  test('takes other compressions for plain bytes', async () => {
    const stored = deflateSync('abc');
    expect((await run(stored)).bytes.equals(stored)).toBe(true);
  });

  test('is finished, hash included, when nobody reads the bytes or the reader stops early', async () => {
    const stored = gzipSync(LARGE);
    async function* source() {
      yield stored.subarray(0, 100_000);
      yield stored.subarray(100_000);
    }
    const unread = unpack(source(), DEFAULT_LIMITS, 'x');
    expect((await unread.finish()).sha256).toBe(sha256(stored));
    const stopped = unpack(source(), DEFAULT_LIMITS, 'x');
    for await (const _ of stopped.bytes) break;
    expect((await stopped.finish()).sha256).toBe(sha256(stored));
  });

  test('passes on an error of the source', async () => {
    // biome-ignore lint/correctness/useYield: it fails before the first chunk
    async function* source(): AsyncGenerator<Uint8Array> {
      throw new InputError('x vanished');
    }
    const unpacking = unpack(source(), DEFAULT_LIMITS, 'x');
    await expect(unpacking.bytes[Symbol.asyncIterator]().next()).rejects.toThrow('x vanished');
  });
});
