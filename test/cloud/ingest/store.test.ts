/** Objects of S3 as the ingestion asks for them, against the server of AWS's APIs: conditions, versions, odd keys. */
import { CopyObjectCommand, DeleteObjectCommand, HeadObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { S3Store } from '../../../lib/aws/s3-store.ts';
import type { OpenedObject } from '../../../lib/cloud/ports.ts';
import { makeBucket, removeBucket, s3Client, useLocalCloud } from '../helpers/local-cloud.ts';

useLocalCloud();
const s3 = s3Client();
const store = new S3Store(s3);
let bucket: string;
let versioned: string;

beforeAll(async () => {
  bucket = await makeBucket(s3, 'ingest-dev-store');
  versioned = await makeBucket(s3, 'ingest-dev-versions', { versioned: true });
});

afterAll(async () => {
  await removeBucket(s3, bucket);
  await removeBucket(s3, versioned);
  s3.destroy();
});

async function put(key: string, body: string, into = bucket): Promise<{ etag: string; versionId: string | null }> {
  const { ETag = '', VersionId = null } = await s3.send(new PutObjectCommand({ Bucket: into, Key: key, Body: body }));
  return { etag: ETag.replaceAll('"', ''), versionId: VersionId };
}

async function textOf({ bytes }: OpenedObject): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const open = (key: string, etag: string | null = null, versionId: string | null = null, from = bucket) =>
  store.open({ bucket: from, key, etag, versionId });

describe('a put', () => {
  test('writes an absent key, and leaves one that is taken as it is', async () => {
    expect(await store.putNew(bucket, 'once', 'first', 'text/plain')).toBe(true);
    expect(await store.putNew(bucket, 'once', 'second', 'text/plain')).toBe(false);
    expect(await store.readText(bucket, 'once')).toBe('first');
  });

  test('of twenty at the same instant writes one', async () => {
    const puts = Array.from({ length: 20 }, (_, n) => store.putNew(versioned, 'race', `body ${n}`, 'text/plain'));
    expect((await Promise.all(puts)).filter(Boolean)).toHaveLength(1);
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: versioned, Prefix: 'race' }));
    expect(Versions).toHaveLength(1);
  });
});

describe('an object', () => {
  test('is opened in the version that was named, even after another took its place, and after it was removed', async () => {
    const first = await put('doc', 'one', versioned);
    const second = await put('doc', 'two!', versioned);
    const old = await open('doc', first.etag, first.versionId, versioned);
    expect(old).toMatchObject({ source: { etag: first.etag }, sizeBytes: 3, versionId: first.versionId });
    expect(await textOf(old)).toBe('one');
    expect(await textOf(await open('doc', second.etag, second.versionId, versioned))).toBe('two!');
    await s3.send(new DeleteObjectCommand({ Bucket: versioned, Key: 'doc' }));
    expect(await textOf(await open('doc', first.etag, first.versionId, versioned))).toBe('one');
    await expect(open('doc', first.etag, null, versioned)).rejects.toMatchObject({ fault: 'absent' });
  });

  test('is opened as it is now when the version that was named is gone', async () => {
    const { etag } = await put('now', 'old');
    await put('now', 'new');
    expect(await textOf(await open('now', etag))).toBe('new');
    expect(await textOf(await open('now', etag, 'gone'))).toBe('new');
  });

  test('that is not there, in a bucket that is not there, is a fault that says so', async () => {
    await expect(open('no')).rejects.toMatchObject({
      fault: 'absent',
      message: expect.stringMatching(/^s3:\/\/ingest-dev-store-\w+\/no cannot be read/),
    });
    await expect(store.open({ bucket: 'ingest-dev-no-such', key: 'x', etag: null, versionId: null })).rejects.toMatchObject({
      fault: 'absent',
    });
    expect(await store.readText(bucket, 'no')).toBeNull();
  });
});

describe('a copy', () => {
  test.each(['a b+c%20ä?&=.json', 'ключ/鍵 🙂.json', `it's (1)*!;:@,$.json`])('of %s has its bytes, and says their digest', async (key) => {
    await put(key, 'content');
    expect(await store.copyNew(await open(key), versioned, `raw/${key}`, 'digest')).toBe(true);
    expect(await store.readText(versioned, `raw/${key}`)).toBe('content');
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: versioned, Key: `raw/${key}` }));
    expect(Metadata).toMatchObject({ sha256: 'digest', etag: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  test('of what is another by now is a fault, and copies nothing', async () => {
    await put('moving', 'one');
    const opened = await open('moving');
    await put('moving', 'two');
    await expect(store.copyNew(opened, bucket, 'raw/moving', 'x')).rejects.toMatchObject({ fault: 'changed' });
    expect(await store.readText(bucket, 'raw/moving')).toBeNull();
  });

  test('of an older version has the bytes of that version', async () => {
    const first = await put('older', 'one', versioned);
    await put('older', 'two', versioned);
    await store.copyNew(await open('older', first.etag, first.versionId, versioned), bucket, 'raw/older', 'x');
    expect(await store.readText(bucket, 'raw/older')).toBe('one');
  });

  // AWS refuses it; where that is not so, a repeated copy is the same bytes again
  test('does not need the stand-in to refuse a taken key', async () => {
    await put('twice', 'same');
    const copy = { Bucket: bucket, Key: 'raw/twice', CopySource: `${bucket}/twice`, IfNoneMatch: '*' };
    await s3.send(new CopyObjectCommand(copy));
    await store.copyNew(await open('twice'), bucket, 'raw/twice', 'x');
    expect(await store.readText(bucket, 'raw/twice')).toBe('same');
  });
});

describe('a listing', () => {
  test('goes on beyond a page, in order, and knows folders', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => put(`list/${n % 2}/${n}`, String(n))));
    const keys: string[] = [];
    for await (const page of store.list(bucket, 'list/')) keys.push(...page.map(({ key }) => key));
    expect(keys).toHaveLength(40);
    expect(keys).toEqual([...keys].sort());
    expect(await store.folders(bucket, 'list/')).toEqual(['list/0/', 'list/1/']);
    expect(await store.folders(bucket, 'li')).toEqual(['list/']);
  });
});
