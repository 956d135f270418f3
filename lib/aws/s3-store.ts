/** Objects of S3 as the ingestion asks for them (`lib/cloud/ports.ts`). */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CopyObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { ObjectFault } from '../cloud/object-fault.ts';
import type { ListedKey, ObjectReference, ObjectStore, OpenedObject } from '../cloud/ports.ts';
import type { SourceObject } from '../lake/cloud-layout.ts';
import { awsFault } from './aws-fault.ts';
import { s3ClientOptions } from './client-options.ts';

/** Two writers of one key at the same instant: S3 answers 409 to one of them, who has to ask again. */
const CONFLICT_ATTEMPTS = 6;

export class S3Store implements ObjectStore {
  readonly #client: S3Client;

  constructor(client: S3Client = new S3Client(s3ClientOptions())) {
    this.#client = client;
  }

  async open(reference: ObjectReference): Promise<OpenedObject> {
    const { bucket, key, etag, versionId } = reference;
    const present = { Bucket: bucket, Key: key };
    try {
      return await this.#open(etag === null ? present : { ...present, IfMatch: `"${etag}"` }, null);
    } catch (fault) {
      const gone = fault instanceof ObjectFault && (fault.fault === 'changed' || fault.fault === 'absent');
      if (!gone || (versionId === null && etag === null)) throw fault;
      if (versionId === null) {
        if (fault.fault === 'absent') throw fault;
        return this.#open(present, null);
      }
      try {
        return await this.#open({ ...present, VersionId: versionId }, versionId);
      } catch (older) {
        // expired meanwhile; the present one, if there is one, has a notification of its own and is as good
        if (older instanceof ObjectFault && older.fault === 'absent') return this.#open(present, null);
        throw older;
      }
    }
  }

  async readText(bucket: string, key: string): Promise<string | null> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    } catch (cause) {
      const fault = awsFault(cause, `s3://${bucket}/${key}`, 'be read');
      if (fault.fault === 'absent') return null;
      throw fault;
    }
  }

  async putNew(bucket: string, key: string, body: Uint8Array | string, contentType: string): Promise<boolean> {
    const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: '*' });
    return this.#once(`s3://${bucket}/${key}`, 'be written', () => this.#client.send(put));
  }

  async copyNew(opened: OpenedObject, bucket: string, key: string, sha256: string): Promise<boolean> {
    const { source, versionId } = opened;
    const from = `${source.bucket}/${source.key.split('/').map(encodeURIComponent).join('/')}`;
    const copy = new CopyObjectCommand({
      Bucket: bucket,
      Key: key,
      CopySource: versionId === null ? from : `${from}?versionId=${encodeURIComponent(versionId)}`,
      CopySourceIfMatch: `"${source.etag}"`,
      IfNoneMatch: '*',
      // tags stay behind: reading them is a right of its own
      TaggingDirective: 'REPLACE',
      MetadataDirective: 'REPLACE',
      Metadata: { ...opened.signed, sha256, etag: source.etag, modified: new Date(opened.modifiedMs).toISOString() },
    });
    const location = `s3://${bucket}/${key}`;
    if (await this.#once(location, 'be copied to', () => this.#client.send(copy))) return true;
    // the service says "precondition failed" of the source and of the target alike; the source is what may be read
    if (await this.#isStill(source, versionId)) return false;
    throw new ObjectFault('changed', `s3://${source.bucket}/${source.key} changed while it was read`, { remedy: 'it is read again' });
  }

  async *list(bucket: string, prefix: string): AsyncGenerator<readonly ListedKey[]> {
    try {
      for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: bucket, Prefix: prefix })) {
        yield (page.Contents ?? []).map((object) => ({
          key: object.Key ?? '',
          etag: (object.ETag ?? '').replaceAll('"', ''),
          sizeBytes: object.Size ?? 0,
          modifiedMs: object.LastModified?.getTime() ?? 0,
        }));
      }
    } catch (cause) {
      throw awsFault(cause, `s3://${bucket}/${prefix}`, 'be listed');
    }
  }

  async folders(bucket: string, prefix: string): Promise<string[]> {
    const folders: string[] = [];
    try {
      for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: bucket, Prefix: prefix, Delimiter: '/' })) {
        for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) folders.push(Prefix);
      }
      return folders;
    } catch (cause) {
      throw awsFault(cause, `s3://${bucket}/${prefix}`, 'be listed');
    }
  }

  async #open(input: GetObjectCommandInput, versionId: string | null): Promise<OpenedObject> {
    const location = `s3://${input.Bucket}/${input.Key}`;
    try {
      const answer = await this.#client.send(new GetObjectCommand(input));
      return {
        source: { bucket: input.Bucket ?? '', key: input.Key ?? '', etag: (answer.ETag ?? '').replaceAll('"', '') },
        versionId,
        sizeBytes: answer.ContentLength ?? 0,
        modifiedMs: answer.LastModified?.getTime() ?? 0,
        ...signedOf(answer.Metadata),
        bytes: bytesOf(answer.Body as AsyncIterable<Uint8Array> | undefined, location),
      };
    } catch (cause) {
      throw awsFault(cause, location, 'be read');
    }
  }

  /** @returns false when the key was taken; of a copy also when the source is another by now */
  async #once(location: string, what: string, send: () => Promise<unknown>): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await send();
        return true;
      } catch (cause) {
        const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
        if (status === 412) return false;
        if (status !== 409 || attempt === CONFLICT_ATTEMPTS) throw awsFault(cause, location, what);
        await sleep(50 * 2 ** attempt);
      }
    }
  }

  async #isStill({ bucket, key, etag }: SourceObject, versionId: string | null): Promise<boolean> {
    const version = versionId === null ? {} : { VersionId: versionId };
    try {
      await this.#client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, IfMatch: `"${etag}"`, ...version }));
      return true;
    } catch (cause) {
      const fault = awsFault(cause, `s3://${bucket}/${key}`, 'be looked at');
      if (fault.fault === 'absent' || fault.fault === 'changed') return false;
      throw fault;
    }
  }
}

/** What proves a digest and is not among its bytes (F§5.5): a copy without it cannot be verified by itself. */
const SIGNED = ['signature', 'signature-algorithm', 'backfill-generation-timestamp'] as const;

function signedOf(metadata: Readonly<Record<string, string>> = {}): Pick<OpenedObject, 'signed'> {
  if (metadata['signature'] === undefined) return {};
  return { signed: Object.fromEntries(SIGNED.flatMap((name) => (metadata[name] === undefined ? [] : [[name, metadata[name]]]))) };
}

/** A connection that breaks in the middle is a fault of the network, never of the content. */
async function* bytesOf(body: AsyncIterable<Uint8Array> | undefined, location: string): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  try {
    yield* body;
  } catch (cause) {
    throw awsFault(cause, location, 'be read to its end');
  }
}
