/** What kind of call an event is: category, read or write, action, step of a multipart upload. */

/** Services whose objects are S3 objects: `s3`, `s3express`, `s3-outposts`, `s3tables`, `s3-object-lambda`. */
export function isS3Source(eventSource: string): boolean {
  return eventSource.startsWith('s3') && eventSource.endsWith('.amazonaws.com');
}

/** Object-level calls of S3 that a record older than version 1.07 does not call `Data` (F§5.1). */
const S3_DATA_NAMES = new Set([
  ...['AbortMultipartUpload', 'CompleteMultipartUpload', 'CreateMultipartUpload', 'ListParts', 'UploadPart', 'UploadPartCopy'],
  ...['CopyObject', 'CreateSession', 'DeleteObject', 'DeleteObjects', 'GetObject', 'HeadBucket', 'HeadObject', 'PostObject', 'PutObject'],
  ...['ListObjects', 'ListObjectsV2', 'ListObjectVersions', 'RenameObject', 'RestoreObject', 'SelectObjectContent'],
  ...['GetObjectAcl', 'GetObjectAttributes', 'GetObjectLegalHold', 'GetObjectRetention', 'GetObjectTagging', 'GetObjectTorrent'],
  ...['PutObjectAcl', 'PutObjectLegalHold', 'PutObjectRetention', 'PutObjectTagging', 'DeleteObjectTagging', 'UpdateObjectEncryption'],
]);

/**
 * Category of an event: what AWS wrote; for older records the management flag, else an S3 object-level name or an object
 * among the resources makes it `Data`.
 */
export function categoryOf(
  written: string | null,
  managementEvent: boolean | null,
  eventSource: string,
  eventName: string,
  hasObject: boolean,
): string {
  if (written !== null) return written;
  if (managementEvent !== null) return managementEvent ? 'Management' : 'Data';
  return hasObject || (isS3Source(eventSource) && S3_DATA_NAMES.has(eventName)) ? 'Data' : 'Management';
}

/** `AssumeRole…` is read-only to AWS: it changes nothing in the account. */
const READ_NAME =
  /^(?:Get|Head|List|Describe|Select|BatchGet|BatchDescribe|Lookup|Query|Scan|Search|Check|Filter|Estimate|Simulate|Preview|AssumeRole)/;

/** Whether a call that the record does not say it of is read-only, by its name. */
export function isReadName(eventName: string): boolean {
  return READ_NAME.test(eventName);
}

export type Action = 'read' | 'list' | 'write' | 'delete' | 'admin';

/**
 * The action of an event. A read-only call is `list` when its name begins with List, else `read` (HeadBucket asks about a
 * bucket, it lists nothing). S3 calls that are not read-only are `delete` or `write`, also those on buckets and policies.
 */
export function actionOf(eventSource: string, eventName: string, readOnly: boolean, category: string): Action {
  if (readOnly) return eventName.startsWith('List') ? 'list' : 'read';
  if (isS3Source(eventSource)) return eventName.startsWith('Delete') ? 'delete' : 'write';
  return category === 'Management' ? 'admin' : 'write';
}

const MULTIPART_STEPS: ReadonlyMap<string, string> = new Map([
  ['CreateMultipartUpload', 'create'],
  ['InitiateMultipartUpload', 'create'],
  ['UploadPart', 'part'],
  ['UploadPartCopy', 'part'],
  ['CompleteMultipartUpload', 'complete'],
  ['AbortMultipartUpload', 'abort'],
  ['ListParts', 'list'],
]);

/** Step of a multipart upload; null for any other call, also for ListMultipartUploads, which is about a bucket. */
export function multipartStepOf(eventSource: string, eventName: string): string | null {
  return isS3Source(eventSource) ? (MULTIPART_STEPS.get(eventName) ?? null) : null;
}
