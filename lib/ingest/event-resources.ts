/** What the `resources` of a CloudTrail record say: bucket, key and owner. Their order differs by year (F§5.2). */
import { type JsonObject, objectOf, textOf } from './json-value.ts';

export interface EventResources {
  readonly bucket: string | null;
  /** Key of the object; null for a prefix and when several objects could be meant. */
  readonly objectKey: string | null;
  /** Account that owns the bucket, else the first resource that says. */
  readonly accountId: string | null;
  /** True when an object, or a prefix of objects, is among them. */
  readonly hasObject: boolean;
}

const NONE: EventResources = { bucket: null, objectKey: null, accountId: null, hasObject: false };

/**
 * @param bucketName what the request says, if it does
 * @param copySource source of a copy, `bucket/key` possibly with a leading `/`: it is among the objects, too
 */
export function readResources(resources: unknown, bucketName: string | null, copySource: string | null): EventResources {
  if (!Array.isArray(resources) || resources.length === 0) return NONE;
  let bucket = bucketName;
  let owner: string | null = null;
  let bucketOwner: string | null = null;
  let hasObject = false;
  for (const entry of resources) {
    const resource = objectOf(entry);
    const type = textOf(resource['type']) ?? '';
    const arn = textOf(resource['ARN']) ?? '';
    const account = textOf(resource['accountId'])?.trim() || accountOfArn(arn);
    owner ??= account;
    if (type.endsWith('Bucket')) {
      bucketOwner ??= account;
      bucket ??= bucketOfArn(arn);
    } else if (type.endsWith('::Object')) {
      hasObject = true;
    }
  }
  if (!hasObject) return { bucket, objectKey: null, accountId: bucketOwner ?? owner, hasObject };
  bucket ??= bucketOfObjects(resources);
  return { bucket, objectKey: objectKeyOf(resources, bucket, copySource), accountId: bucketOwner ?? owner, hasObject };
}

/** Fifth field of an ARN; null where it is empty, as in those of S3. Some documents print a blank before it. */
export function accountOfArn(arn: string | null): string | null {
  if (arn === null || !arn.startsWith('arn:')) return null;
  return arn.split(':', 5)[4]?.trim() || null;
}

/** The resource part of an ARN: behind the fifth colon. */
function resourceOfArn(arn: string): string {
  let at = -1;
  for (let colons = 0; colons < 5; colons++) {
    at = arn.indexOf(':', at + 1);
    if (at < 0) return '';
  }
  return arn.slice(at + 1);
}

/** `arn:aws:s3:::name` or `arn:aws:s3express:…:bucket/name`, also with a key behind it. */
function bucketOfArn(arn: string): string | null {
  const resource = resourceOfArn(arn);
  const name = resource.startsWith('bucket/') ? resource.slice(7) : resource;
  return name.split('/', 1)[0] || null;
}

function bucketOfObjects(resources: readonly unknown[]): string | null {
  for (const resource of objects(resources)) {
    const bucket = bucketOfArn(textOf(resource['ARN']) ?? textOf(resource['ARNPrefix']) ?? '');
    if (bucket !== null) return bucket;
  }
  return null;
}

function objectKeyOf(resources: readonly unknown[], bucket: string | null, copySource: string | null): string | null {
  const source = copySource?.replace(/^\//, '').replace(/\?versionId=.*$/, '') ?? null;
  const keys = new Set<string>();
  for (const resource of objects(resources)) {
    const path = resourceOfArn(textOf(resource['ARN']) ?? '').replace(/^bucket\//, '');
    if (bucket === null || !path.startsWith(`${bucket}/`)) continue;
    const key = path.slice(bucket.length + 1);
    if (key !== '' && !(source !== null && isSource(path, source))) keys.add(key);
  }
  const [key] = keys;
  return keys.size === 1 && key !== undefined ? key : null;
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

function objects(resources: readonly unknown[]): JsonObject[] {
  return resources.map(objectOf).filter((resource) => textOf(resource['type'])?.endsWith('::Object') ?? false);
}
