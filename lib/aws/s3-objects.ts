/** Objects of S3 as inputs. Region, endpoint and credentials are those of the AWS SDK's own settings. */

import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { InputError } from '../errors.ts';
import { parseLocation } from '../lake/cloud-layout.ts';

export interface ListedObject {
  readonly location: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly etag: string | null;
}

let shared: S3Client | undefined;

/** One client a process. A custom endpoint (a test server, an S3-compatible store) is addressed by path. */
function client(): S3Client {
  shared ??= new S3Client({ forcePathStyle: Boolean(process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL']) });
  return shared;
}

/** Ends the client's connections. */
export function closeS3(): void {
  shared?.destroy();
  shared = undefined;
}

/** Lists every object below a prefix (or the one object of that name); folder markers are left out. @throws InputError */
export async function listS3Objects(location: string): Promise<ListedObject[]> {
  const { bucket, key } = parseLocation(location);
  const objects: ListedObject[] = [];
  try {
    for await (const page of paginateListObjectsV2({ client: client() }, { Bucket: bucket, Prefix: key })) {
      for (const object of page.Contents ?? []) {
        if (object.Key === undefined || object.Key.endsWith('/')) continue;
        objects.push({
          location: `s3://${bucket}/${object.Key}`,
          sizeBytes: object.Size ?? 0,
          modifiedMs: object.LastModified?.getTime() ?? 0,
          etag: object.ETag?.replaceAll('"', '') ?? null,
        });
      }
    }
  } catch (cause) {
    throw new InputError(`${location} cannot be listed: ${describe(cause)}`, {
      remedy: 'check the bucket name, the region, the credentials and s3:ListBucket',
      cause,
    });
  }
  return objects;
}

/** The bytes of one object. @throws an error with the `code` ENOENT when it is gone, S3 when it cannot be read for another reason */
export async function* openS3Object(location: string): AsyncGenerator<Uint8Array> {
  const { bucket, key } = parseLocation(location);
  try {
    const { Body } = await client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body) yield* Body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const gone = ['NoSuchKey', 'NotFound', 'NoSuchBucket'].includes((cause as Error).name);
    throw Object.assign(new Error(describe(cause), { cause }), { code: gone ? 'ENOENT' : 'S3' });
  }
}

function describe(cause: unknown): string {
  const error = cause as { name?: string; message?: string };
  return `${error.name ?? 'Error'}: ${error.message ?? String(cause)}`;
}
