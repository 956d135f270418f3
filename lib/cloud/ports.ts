/** What the cloud side of ingestion asks of AWS. Adapters: `lib/aws`; tests put servers behind those. */
import type { SourceObject } from '../lake/cloud-layout.ts';

/** An object that somebody said exists. */
export interface ObjectReference {
  readonly bucket: string;
  /** As it is, never URL-encoded. */
  readonly key: string;
  /** Without quotes; null when nobody said. */
  readonly etag: string | null;
  /** Where the source bucket is versioned and the notification said so. */
  readonly versionId: string | null;
}

/** An object that was opened. */
export interface OpenedObject {
  readonly source: SourceObject;
  /** Set when an older version than the present one was opened. */
  readonly versionId: string | null;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
  /** Of a digest of CloudTrail: its signature and what belongs to it, which S3 keeps as metadata; absent for everything else. */
  readonly signed?: Readonly<Record<string, string>>;
  /** The bytes as stored, once. Throws an `ObjectFault` when they end early. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface ObjectStore {
  /**
   * Opens the version that the reference names, or the present one when it names none or when that version is gone.
   * @throws ObjectFault
   */
  open(reference: ObjectReference): Promise<OpenedObject>;
  /** The text of a small object; null when there is none. @throws ObjectFault */
  readText(bucket: string, key: string): Promise<string | null>;
  /** Writes unless the key is taken. @returns whether it wrote. @throws ObjectFault */
  putNew(bucket: string, key: string, body: Uint8Array | string, contentType: string): Promise<boolean>;
  /**
   * Copies an object unchanged unless the key is taken, with `sha256` among its metadata. @returns whether it copied.
   * @throws ObjectFault also when the source is not what was opened any more
   */
  copyNew(opened: OpenedObject, bucket: string, key: string, sha256: string): Promise<boolean>;
  /** Every object below a prefix, in order of keys, page by page. @throws ObjectFault */
  list(bucket: string, prefix: string): AsyncIterable<readonly ListedKey[]>;
  /** What goes on after a prefix up to the next `/`, once each, in order. @throws ObjectFault */
  folders(bucket: string, prefix: string): Promise<string[]>;
}

export interface ListedKey {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
}

/** A queue of messages. */
export interface MessageQueue {
  /** Sends all of them. @throws ObjectFault when some were not taken */
  send(bodies: readonly string[]): Promise<void>;
}
