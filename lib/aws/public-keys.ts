/** What only AWS can give for a verification: the public keys of CloudTrail, and signatures, which S3 keeps as metadata. */
import { CloudTrailClient, paginateListPublicKeys } from '@aws-sdk/client-cloudtrail';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { InputError } from '../errors.ts';
import type { SavedKey, SavedSignature } from '../integrity/public-keys.ts';
import { CLIENT_OPTIONS, s3ClientOptions } from './client-options.ts';

/** Asks AWS; one a verification. */
export interface IntegritySource {
  /**
   * The keys of a region that were valid within a span, epoch milliseconds.
   * @param nowMs when they are fetched
   * @throws InputError
   */
  keys(region: string, fromMs: number, toMs: number, nowMs: number): Promise<SavedKey[]>;
  /** The signature of a digest; null when the object is gone or has none. @throws InputError */
  signature(bucket: string, key: string): Promise<SavedSignature | null>;
  close(): void;
}

/** Region, endpoint and credentials are those of the SDK's own settings; keys are asked of the region of the digest. */
export function openIntegritySource(): IntegritySource {
  const s3 = new S3Client(s3ClientOptions());
  const trails = new Map<string, CloudTrailClient>();
  return {
    async keys(region, fromMs, toMs, nowMs) {
      const client = trails.get(region) ?? new CloudTrailClient({ ...CLIENT_OPTIONS, region });
      trails.set(region, client);
      const found: SavedKey[] = [];
      try {
        const span = { StartTime: new Date(fromMs), EndTime: new Date(toMs) };
        for await (const { PublicKeyList = [] } of paginateListPublicKeys({ client }, span)) {
          for (const { Value, Fingerprint, ValidityStartTime, ValidityEndTime } of PublicKeyList) {
            if (Value === undefined || Fingerprint === undefined) continue;
            found.push({
              region,
              fingerprint: Fingerprint,
              value: Buffer.from(Value).toString('base64'),
              validityStart: ValidityStartTime?.toISOString() ?? null,
              validityEnd: ValidityEndTime?.toISOString() ?? null,
              fetchedAt: new Date(nowMs).toISOString(),
              fetchedFrom: `cloudtrail:ListPublicKeys ${region}`,
            });
          }
        }
      } catch (cause) {
        throw new InputError(`the public keys of ${region} cannot be had: ${describe(cause)}`, {
          remedy: 'check the credentials and cloudtrail:ListPublicKeys, or give --keys',
          cause,
        });
      }
      return found;
    },
    async signature(bucket, key) {
      try {
        const { Metadata: metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        const { signature } = metadata;
        if (signature === undefined) return null;
        const made = metadata['backfill-generation-timestamp'];
        return { bucket, key, signature, ...(made === undefined ? {} : { backfillGenerationTimestamp: made }) };
      } catch (cause) {
        if ((cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404) return null;
        throw new InputError(`the metadata of s3://${bucket}/${key} cannot be had: ${describe(cause)}`, {
          remedy: 'check the credentials and s3:GetObject',
          cause,
        });
      }
    },
    close() {
      s3.destroy();
      for (const client of trails.values()) client.destroy();
    },
  };
}

function describe(cause: unknown): string {
  const { name, message } = cause as Error;
  return `${name}: ${message}`;
}
