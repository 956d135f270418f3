/** A folder as `aws s3 sync` leaves it: log files and their digests, and a file of keys beside them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { MadeDigest } from '../../lib/demo/digest-chain.ts';
import type { KeyFile } from '../../lib/integrity/public-keys.ts';
import { REGION, SIGNER } from './digests.ts';

/** A log file with one event. */
export function logBytes(eventId: string, eventTime: string): Buffer {
  const record = {
    ...{ eventVersion: '1.11', eventTime, eventID: eventId, eventSource: 's3.amazonaws.com', eventName: 'GetObject' },
    ...{ awsRegion: REGION, eventCategory: 'Data', eventType: 'AwsApiCall', recipientAccountId: '111122223333' },
    ...{ sourceIPAddress: '10.0.1.25', requestParameters: { bucketName: 'data', key: 'a.csv' } },
  };
  return Buffer.from(JSON.stringify({ Records: [record] }), 'utf8');
}

export function put(folder: string, key: string, bytes: Uint8Array): string {
  const path = join(folder, key);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

export function putDigests(folder: string, digests: readonly MadeDigest[]): void {
  for (const { key, bytes } of digests) put(folder, key, gzipSync(bytes));
}

/** Writes the key of {@link SIGNER} and the signature of the newest digest. @returns its path */
export function putKeys(path: string, digests: readonly MadeDigest[], signer = SIGNER): string {
  const { fingerprint, value } = signer;
  const last = digests.at(-1);
  const keys: KeyFile = {
    keys: [{ region: REGION, fingerprint, value, validityStart: null, validityEnd: null, fetchedAt: null, fetchedFrom: null }],
    signatures: last === undefined ? [] : [{ bucket: last.bucket, key: last.key, signature: last.signature }],
  };
  writeFileSync(path, JSON.stringify(keys));
  return path;
}
