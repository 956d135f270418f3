/** Objects in memory that keep what `ObjectStore` promises, and can stop working at any operation, as a killed function does. */
import { createHash } from 'node:crypto';
import { ObjectFault } from '../../../lib/cloud/object-fault.ts';
import type { ListedKey, ObjectReference, ObjectStore, OpenedObject } from '../../../lib/cloud/ports.ts';

interface Version {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly versionId: string;
  readonly modifiedMs: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export const MODIFIED_MS = Date.parse('2026-03-03T06:00:00Z');

export class MemoryStore implements ObjectStore {
  /** Every write that took place, in order: `bucket/key`. */
  readonly writes: string[] = [];
  /** What was asked for, in order. */
  readonly calls: string[] = [];
  /** Called before an operation; may throw. */
  before: (call: string) => void = () => undefined;
  /** Called after an operation took place; may throw, as when the answer is lost. */
  after: (call: string) => void = () => undefined;
  /** Bytes given before a read breaks off without an error. */
  cutAt: number | null = null;
  readonly #objects = new Map<string, Version[]>();

  /** Puts whatever is there. @returns the ETag */
  put(bucket: string, key: string, content: string | Uint8Array, modifiedMs = MODIFIED_MS): string {
    const bytes = Buffer.from(content as Uint8Array);
    const etag = createHash('md5').update(bytes).digest('hex');
    const path = `${bucket}/${key}`;
    const versions = this.#objects.get(path) ?? [];
    versions.push({ bytes, etag, versionId: `v${versions.length + 1}`, modifiedMs, metadata: {} });
    this.#objects.set(path, versions);
    return etag;
  }

  remove(bucket: string, key: string): void {
    this.#objects.delete(`${bucket}/${key}`);
  }

  /** Keys of a bucket, in order. */
  keys(bucket: string, prefix = ''): string[] {
    const start = `${bucket}/${prefix}`;
    return [...this.#objects.keys()]
      .filter((path) => path.startsWith(start))
      .map((path) => path.slice(bucket.length + 1))
      .sort();
  }

  bytes(bucket: string, key: string): Buffer | undefined {
    return this.#objects.get(`${bucket}/${key}`)?.at(-1)?.bytes;
  }

  metadata(bucket: string, key: string): Readonly<Record<string, string>> | undefined {
    return this.#objects.get(`${bucket}/${key}`)?.at(-1)?.metadata;
  }

  async open({ bucket, key, etag, versionId }: ObjectReference): Promise<OpenedObject> {
    this.#call('open', bucket, key);
    const versions = this.#objects.get(`${bucket}/${key}`) ?? [];
    const version = versions.find((each) => each.etag === etag || each.versionId === versionId) ?? versions.at(-1);
    if (version === undefined) throw new ObjectFault('absent', `s3://${bucket}/${key} is not there`);
    const bytes = this.cutAt === null ? version.bytes : version.bytes.subarray(0, this.cutAt);
    return {
      source: { bucket, key, etag: version.etag },
      versionId: version === versions.at(-1) ? null : version.versionId,
      sizeBytes: version.bytes.length,
      modifiedMs: version.modifiedMs,
      bytes: chunksOf(bytes),
    };
  }

  async readText(bucket: string, key: string): Promise<string | null> {
    this.#call('readText', bucket, key);
    return this.bytes(bucket, key)?.toString() ?? null;
  }

  async putNew(bucket: string, key: string, body: Uint8Array | string): Promise<boolean> {
    const call = this.#call('putNew', bucket, key);
    const free = this.bytes(bucket, key) === undefined;
    // a copy: the caller's buffer is the caller's
    if (free) this.#write(bucket, key, Buffer.from(body as Uint8Array));
    this.after(call);
    return free;
  }

  async copyNew(opened: OpenedObject, bucket: string, key: string, sha256: string): Promise<boolean> {
    const call = this.#call('copyNew', bucket, key);
    const { source } = opened;
    const from = this.#objects.get(`${source.bucket}/${source.key}`)?.find((each) => each.etag === source.etag);
    const free = this.bytes(bucket, key) === undefined;
    if (free && from === undefined) throw new ObjectFault('changed', `s3://${source.bucket}/${source.key} changed`);
    if (free && from !== undefined) this.#write(bucket, key, from.bytes, { sha256 });
    this.after(call);
    return free;
  }

  async *list(bucket: string, prefix: string): AsyncGenerator<readonly ListedKey[]> {
    this.#call('list', bucket, prefix);
    const keys = this.keys(bucket, prefix);
    for (let at = 0; at < keys.length; at += 3) {
      yield keys.slice(at, at + 3).flatMap((key) => {
        const version = this.#objects.get(`${bucket}/${key}`)?.at(-1);
        return version === undefined ? [] : [{ key, etag: version.etag, sizeBytes: version.bytes.length, modifiedMs: version.modifiedMs }];
      });
    }
  }

  async folders(bucket: string, prefix: string): Promise<string[]> {
    this.#call('folders', bucket, prefix);
    const ends = this.keys(bucket, prefix).map((key) => [key, key.indexOf('/', prefix.length)] as const);
    return [...new Set(ends.filter(([, end]) => end >= 0).map(([key, end]) => key.slice(0, end + 1)))];
  }

  #call(name: string, bucket: string, key: string): string {
    const call = `${name} ${bucket}/${key}`;
    this.calls.push(call);
    this.before(call);
    return call;
  }

  #write(bucket: string, key: string, bytes: Buffer, metadata: Readonly<Record<string, string>> = {}): void {
    const etag = createHash('md5').update(bytes).digest('hex');
    this.#objects.set(`${bucket}/${key}`, [{ bytes, etag, versionId: 'v1', modifiedMs: MODIFIED_MS, metadata }]);
    this.writes.push(`${bucket}/${key}`);
  }
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
}
