/** What an S3 call asked for and got, beyond bucket and key: the source of a copy, the prefix of a listing, versions, ACL, encryption. */
import { type JsonObject, objectOf, textOf } from './json-value.ts';

/** Source of a copy, taken apart. */
export interface CopySource {
  /** Bucket name; the whole ARN of an access point, whose bucket the header does not tell. */
  readonly bucket: string | null;
  /** Key, decoded. */
  readonly key: string | null;
  readonly versionId: string | null;
}

const NO_SOURCE: CopySource = { bucket: null, key: null, versionId: null };

/** `arn:aws:s3:…:accesspoint/NAME/object/KEY`, and those of Outposts. */
const ACCESS_POINT = /^(arn:[^/]+\/(?:[^/]+\/)*?[^/]+)\/object\/(.+)$/s;

/**
 * Takes `x-amz-copy-source` apart: `[/]bucket/key[?versionId=…]` or the ARN of an access point, URL-encoded, the slashes too in what
 * some programs send. A plus stands for a blank, as S3 reads it.
 */
export function readCopySource(header: string | null): CopySource {
  if (header === null) return NO_SOURCE;
  const mark = header.indexOf('?versionId=');
  const versionId = mark < 0 ? null : decoded(header.slice(mark + '?versionId='.length).split('&')[0] ?? '') || null;
  const path = decoded(mark < 0 ? header : header.slice(0, mark)).replace(/^\//, '');
  const point = ACCESS_POINT.exec(path);
  if (point !== null) return { bucket: point[1] ?? null, key: point[2] ?? null, versionId };
  const slash = path.indexOf('/');
  if (slash <= 0 || slash === path.length - 1) return { ...NO_SOURCE, versionId };
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1), versionId };
}

/** What is not URL-encoded stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Names under which a request does not say its bucket: an ARN, the alias of an access point, what AWS hides. */
const NO_BUCKET = /^arn:|-(?:s3alias|ext-s3alias|-ol-s3|-op-s3)$|--(?:ol|op|xa|table)-s3$|^HIDDEN_DUE_TO_SECURITY_REASONS$/;

/** Last part of the path of an ARN: the name of an access point. */
const LAST_PART = /[/:]([^/:]+)$/;

/**
 * The one name of a bucket, however it was called.
 * @param requested `requestParameters.bucketName`
 * @param owned the bucket among the resources: it is what AWS found behind an access point
 */
export function bucketName(requested: string | null, owned: string | null): string | null {
  if (requested === null || !NO_BUCKET.test(requested)) return requested ?? owned;
  if (owned !== null) return owned;
  return requested.startsWith('arn:') ? (LAST_PART.exec(requested)?.[1] ?? requested) : requested;
}

/** The access point of a call: among the resources, or in the request in place of a bucket; its ARN or alias. */
export function accessPointOf(requested: string | null, resources: unknown): string | null {
  if (Array.isArray(resources)) {
    for (const entry of resources) {
      const resource = objectOf(entry);
      if (textOf(resource['type'])?.endsWith('AccessPoint')) return textOf(resource['ARN']);
    }
  }
  return requested !== null && NO_BUCKET.test(requested) && !requested.startsWith('HIDDEN_') ? requested : null;
}

/** What columns of `events` say of one S3 call. */
export interface S3Request {
  readonly list_prefix: string | null;
  readonly version_id: string | null;
  readonly delete_effect: string | null;
  readonly acl: string | null;
  readonly encryption: string | null;
  readonly kms_key_id: string | null;
}

const NOTHING: S3Request = {
  list_prefix: null,
  version_id: null,
  delete_effect: null,
  acl: null,
  encryption: null,
  kms_key_id: null,
};

/** Headers by which a request grants rights to others. */
const GRANTS = [
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
] as const;

/**
 * Reads the parameters of one S3 call. Headers are as CloudTrail writes them, in lower case; one that comes as a list counts by its
 * first text.
 */
export function readS3Request(eventName: string, request: JsonObject, response: JsonObject, extra: JsonObject): S3Request {
  const header = (name: string) => first(request[name]) ?? first(response[name]);
  const asked = first(request['versionId']) ?? first(request['x-amz-version-id']);
  const version = asked ?? first(response['x-amz-version-id']);
  const isDelete = eventName === 'DeleteObject';
  const marker = first(response['x-amz-delete-marker']) === 'true' || response['x-amz-delete-marker'] === true;
  const grants = GRANTS.filter((name) => request[name] !== undefined);
  const customer =
    header('x-amz-server-side-encryption-customer-algorithm') !== null || textOf(extra['SSEApplied'])?.toUpperCase() === 'SSE_C';
  const encryption = customer ? 'SSE-C' : (header('x-amz-server-side-encryption') ?? textOf(extra['SSEApplied']));
  const acl = first(request['x-amz-acl']) ?? (grants.length > 0 ? grants.join(' ') : null);
  const prefix = eventName.startsWith('List') ? first(request['prefix']) : null;
  if (!isDelete && prefix === null && version === null && acl === null && encryption === null) return NOTHING;
  return {
    list_prefix: prefix,
    version_id: version,
    delete_effect: !isDelete ? null : asked !== null ? 'version' : marker ? 'marker' : null,
    acl,
    encryption,
    kms_key_id: header('x-amz-server-side-encryption-aws-kms-key-id'),
  };
}

function first(value: unknown): string | null {
  return textOf(Array.isArray(value) ? value[0] : value);
}
