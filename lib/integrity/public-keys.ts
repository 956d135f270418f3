/** The public keys of CloudTrail, and signatures that were saved with them. A key is known by its fingerprint, which it bears out. */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { InputError } from '../errors.ts';
import type { Digest } from './digest-file.ts';

/** A key as it is saved. */
export interface SavedKey {
  /** Null where a file of the AWS CLI did not say. */
  readonly region: string | null;
  /** MD5 of the DER bytes, 32 hex digits. */
  readonly fingerprint: string;
  /** DER, base64: PKCS #1, or SubjectPublicKeyInfo. */
  readonly value: string;
  /** RFC 3339. */
  readonly validityStart: string | null;
  readonly validityEnd: string | null;
  readonly fetchedAt: string | null;
  readonly fetchedFrom: string | null;
}

/** The signature of a digest, which S3 keeps as metadata and a copy on disk has lost. */
export interface SavedSignature {
  readonly bucket: string;
  readonly key: string;
  /** Hex. */
  readonly signature: string;
  /** RFC 3339: when a backfill was made. */
  readonly backfillGenerationTimestamp?: string | undefined;
}

/** What `--save-keys` writes. */
export interface KeyFile {
  readonly keys: readonly SavedKey[];
  readonly signatures: readonly SavedSignature[];
}

const nullable = z
  .string()
  .nullish()
  .transform((text) => text ?? null);

const ownFile = z.object({
  keys: z.array(
    z.object({
      region: nullable,
      fingerprint: z.string(),
      value: z.string(),
      validityStart: nullable,
      validityEnd: nullable,
      fetchedAt: nullable,
      fetchedFrom: nullable,
    }),
  ),
  signatures: z
    .array(
      z.object({
        bucket: z.string(),
        key: z.string(),
        signature: z.string(),
        backfillGenerationTimestamp: z
          .string()
          .nullish()
          .transform((text) => text ?? undefined),
      }),
    )
    .default([]),
});

/** `aws cloudtrail list-public-keys`: times as epoch seconds or as text. */
const cliTime = z.union([z.string(), z.number()]).nullish();
const cliFile = z.object({
  PublicKeyList: z.array(z.object({ Value: z.string(), Fingerprint: z.string(), ValidityStartTime: cliTime, ValidityEndTime: cliTime })),
});

/**
 * Reads a file of keys: ours, or the output of `aws cloudtrail list-public-keys`.
 * @param name of the file, for messages
 * @param region whose keys a file of the AWS CLI holds
 * @throws InputError when it is neither
 */
export function parseKeyFile(text: string, name: string, region: string | null = null): KeyFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${name} is not JSON`, { remedy: REMEDY, cause });
  }
  const own = ownFile.safeParse(json);
  if (own.success) return own.data;
  const cli = cliFile.safeParse(json);
  if (!cli.success) throw new InputError(`${name} is no file of public keys`, { remedy: REMEDY, cause: own.error });
  const keys = cli.data.PublicKeyList.map((key) => ({
    region,
    fingerprint: key.Fingerprint,
    value: key.Value,
    validityStart: timeText(key.ValidityStartTime),
    validityEnd: timeText(key.ValidityEndTime),
    fetchedAt: null,
    fetchedFrom: null,
  }));
  return { keys, signatures: [] };
}

const REMEDY = 'give what verify-logs --save-keys wrote, or the output of aws cloudtrail list-public-keys';

function timeText(time: string | number | null | undefined): string | null {
  return typeof time === 'number' ? new Date(time * 1000).toISOString() : (time ?? null);
}

interface LoadedKey {
  readonly key: KeyObject;
  /** In words: from where we have it. Whoever can forge digests could hand us keys, too. */
  readonly source: string;
}

/** Keys by fingerprint. */
export class KeyBook {
  readonly #keys = new Map<string, LoadedKey>();

  /**
   * Takes a key in. A fingerprint that is known keeps its first key: both bear it out, so they are the same.
   * @param source where it came from, in words
   * @returns why it is refused; null when it is taken
   */
  add({ fingerprint, value }: Pick<SavedKey, 'fingerprint' | 'value'>, source: string): string | null {
    const der = Buffer.from(value, 'base64');
    const named = fingerprint.toLowerCase();
    if (hash('md5', der, 'hex') !== named) return `the public key ${named} is not the one of its fingerprint`;
    if (this.#keys.has(named)) return null;
    const key = loadKey(der);
    if (key === null) return `the public key ${named} is no RSA key`;
    this.#keys.set(named, { key, source });
    return null;
  }

  get size(): number {
    return this.#keys.size;
  }

  has(fingerprint: string): boolean {
    return this.#keys.has(fingerprint.toLowerCase());
  }

  sourceOf(fingerprint: string): string | null {
    return this.#keys.get(fingerprint.toLowerCase())?.source ?? null;
  }

  /** Whether a signature is that of the digest. @returns null when its key is not known */
  verify(digest: Digest, signature: string): boolean | null {
    const loaded = this.#keys.get(digest.fingerprint.toLowerCase());
    if (loaded === undefined) return null;
    if (!/^(?:[0-9a-f]{2})+$/i.test(signature)) return false;
    return verify('RSA-SHA256', Buffer.from(signedText(digest), 'utf8'), loaded.key, Buffer.from(signature, 'hex'));
  }
}

/** What CloudTrail signs of a digest: RSASSA-PKCS1-v1_5 with SHA-256 over this text, in UTF-8. */
export function signedText({ endText, bucket, key, sha256, previous }: Digest): string {
  return `${endText}\n${bucket}/${key}\n${sha256}\n${previous?.signature ?? 'null'}`;
}

/** ListPublicKeys gives PKCS #1; a sample of AWS has SubjectPublicKeyInfo. */
function loadKey(der: Buffer): KeyObject | null {
  for (const type of ['pkcs1', 'spki'] as const) {
    try {
      const key = createPublicKey({ key: der, format: 'der', type });
      if (key.asymmetricKeyType === 'rsa') return key;
    } catch {
      // the other form, or none
    }
  }
  return null;
}
