/** What the `resources` of a CloudTrail record say: bucket, key and owner. Their order differs by year (F§5.2). */
import { objectOf, textOf } from './json-value.ts';

export interface EventResources {
  readonly bucket: string | null;
  /** Account that owns the bucket, else the first resource that says. */
  readonly accountId: string | null;
  /** True when an object, or a prefix of objects, is among them. */
  readonly hasObject: boolean;
}

const NONE: EventResources = { bucket: null, accountId: null, hasObject: false };

export function readResources(resources: unknown): EventResources {
  if (!Array.isArray(resources) || resources.length === 0) return NONE;
  let bucket: string | null = null;
  let objectBucket: string | null = null;
  let owner: string | null = null;
  let bucketOwner: string | null = null;
  let hasObject = false;
  for (const entry of resources) {
    const resource = objectOf(entry);
    const type = textOf(resource['type']);
    const arn = textOf(resource['ARN']);
    const account = textOf(resource['accountId'])?.trim() || accountOfArn(arn);
    owner ??= account;
    if (type === null) continue;
    if (type.endsWith('Bucket')) {
      bucketOwner ??= account;
      bucket ??= bucketOfArn(arn);
    } else if (type.endsWith('::Object')) {
      hasObject = true;
      objectBucket ??= bucketOfArn(arn ?? textOf(resource['ARNPrefix']));
    }
  }
  return { bucket: bucket ?? objectBucket, accountId: bucketOwner ?? owner, hasObject };
}

/** Fifth field of an ARN; null where it is empty, as in those of S3. Some documents print a blank before it. */
export function accountOfArn(arn: string | null): string | null {
  if (arn === null || !arn.startsWith('arn:')) return null;
  const start = fieldOfArn(arn, 4);
  const end = arn.indexOf(':', start);
  return start < 0 || end < 0 ? null : arn.slice(start, end).trim() || null;
}

/** Where a field of an ARN begins, counted from 0 and parted by colons; -1 when it has fewer. */
function fieldOfArn(arn: string, field: number): number {
  let at = 0;
  for (let colons = 0; colons < field; colons++) {
    at = arn.indexOf(':', at) + 1;
    if (at === 0) return -1;
  }
  return at;
}

/** `bucket/key` of the ARN of a bucket or object: of S3 `arn:aws:s3:::name…`, of others `arn:aws:s3express:…:bucket/name…`. */
function pathOfArn(arn: string): string {
  const start = fieldOfArn(arn, 5);
  if (start < 0) return '';
  // in S3 itself a bucket may be called "bucket"; its ARN has no account
  return arn.startsWith('bucket/', start) && accountOfArn(arn) !== null ? arn.slice(start + 7) : arn.slice(start);
}

function bucketOfArn(arn: string | null): string | null {
  if (arn === null) return null;
  const path = pathOfArn(arn);
  const slash = path.indexOf('/');
  return (slash < 0 ? path : path.slice(0, slash)) || null;
}

/**
 * Key of the one object of a bucket among the resources.
 * @param copySource source of a copy, `bucket/key` possibly with a leading `/`: it is among the objects, too
 * @returns null for a prefix, for none, and when several could be meant
 */
export function objectKeyOf(resources: unknown, bucket: string | null, copySource: string | null): string | null {
  if (!Array.isArray(resources) || bucket === null) return null;
  const source = copySource?.replace(/^\//, '').replace(/\?versionId=.*$/, '') ?? null;
  const keys = new Set<string>();
  for (const entry of resources) {
    const resource = objectOf(entry);
    const arn = textOf(resource['ARN']);
    if (arn === null || !textOf(resource['type'])?.endsWith('::Object')) continue;
    const path = pathOfArn(arn);
    if (!path.startsWith(`${bucket}/`) || (source !== null && isSource(path, source))) continue;
    if (path.length > bucket.length + 1) keys.add(path.slice(bucket.length + 1));
  }
  const [key = null] = keys;
  return keys.size === 1 ? key : null;
}

/** The source of a copy is URL-encoded in the header that names it; in the ARN it is not. */
function isSource(path: string, source: string): boolean {
  if (path === source) return true;
  try {
    return path === decodeURIComponent(source);
  } catch {
    return false;
  }
}
