/** Messages that name objects, in every form they come in. */
import { isObject, type JsonObject } from '../ingest/json-value.ts';
import { MessageFault } from './object-fault.ts';
import type { ObjectReference } from './ports.ts';

/** An object as a message names it. */
export interface NoticedObject extends ObjectReference {
  /** As stored; null when the message does not say. */
  readonly sizeBytes: number | null;
}

/** SNS between S3 and the queue, once or (a topic that feeds a topic) twice. */
const MOST_ENVELOPES = 3;

const REMEDY = 'send an EventBridge "Object Created" event, an S3 notification or {"bucket": …, "key": …}';

/**
 * The objects that a message names; none for a test message, or for one that says that an object went.
 * @throws MessageFault naming nothing of the content
 */
export function readNotice(body: string): NoticedObject[] {
  const message = openMessage(body);
  if (message['detail-type'] !== undefined) return readEventBridge(message);
  if (Array.isArray(message['Records'])) return message['Records'].flatMap(readRecord);
  if (message['Event'] === 's3:TestEvent') return [];
  if (typeof message['s3Bucket'] === 'string') return readTrailNotice(message);
  if (message['bucket'] !== undefined)
    return [reference(message['bucket'], message['key'], message['etag'], message['versionId'], message['size'])];
  throw new MessageFault('a message names no object', { remedy: REMEDY });
}

/** A message without the envelopes of SNS. @throws MessageFault when it is no JSON object */
export function openMessage(body: string): JsonObject {
  let message = parse(body);
  for (let envelopes = 0; typeof message['Message'] === 'string' && envelopes < MOST_ENVELOPES; envelopes++)
    message = parse(message['Message']);
  return message;
}

/** The body of a message of our own: what `reconcile` and `backfill` send. */
export function writeNotice(object: { readonly bucket: string; readonly key: string; readonly etag: string | null }): string {
  const { bucket, key, etag } = object;
  return JSON.stringify(etag === null ? { bucket, key } : { bucket, key, etag });
}

function parse(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // the parser's own message quotes the text
    throw new MessageFault('a message is not JSON', { remedy: REMEDY });
  }
  if (!isObject(value)) throw new MessageFault('a message is not a JSON object', { remedy: REMEDY });
  return value;
}

/** Keys are as they are: EventBridge does not URL-encode them. */
function readEventBridge(event: JsonObject): NoticedObject[] {
  const detail = isObject(event['detail']) ? event['detail'] : {};
  if (event['source'] !== 'aws.s3') throw new MessageFault('an event of EventBridge is not from S3', { remedy: REMEDY });
  // restored from an archive: it can be read now
  if (event['detail-type'] !== 'Object Created' && event['detail-type'] !== 'Object Restore Completed') return [];
  const bucket = isObject(detail['bucket']) ? detail['bucket'] : {};
  const object = isObject(detail['object']) ? detail['object'] : {};
  return [reference(bucket['name'], object['key'], object['etag'], object['version-id'], object['size'])];
}

/** One record of an S3 notification, whose keys are URL-encoded, blanks as plus signs. */
function readRecord(record: unknown): NoticedObject[] {
  const s3 = isObject(record) && isObject(record['s3']) ? record['s3'] : null;
  if (s3 === null) throw new MessageFault('a record of a notification is not from S3', { remedy: REMEDY });
  const name = (record as JsonObject)['eventName'];
  if (typeof name === 'string' && !/^(s3:)?Object(Created|Restore:Completed)/.test(name)) return [];
  const bucket = isObject(s3['bucket']) ? s3['bucket'] : {};
  const object = isObject(s3['object']) ? s3['object'] : {};
  return [reference(bucket['name'], decodeKey(object['key']), object['eTag'], object['versionId'], object['size'])];
}

/** What CloudTrail itself tells a topic: the files it has just written. */
function readTrailNotice(message: JsonObject): NoticedObject[] {
  const keys = Array.isArray(message['s3ObjectKey']) ? message['s3ObjectKey'] : [message['s3ObjectKey']];
  return keys.map((key) => reference(message['s3Bucket'], key, null, null, null));
}

function decodeKey(key: unknown): unknown {
  if (typeof key !== 'string') return key;
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw new MessageFault('a notification has a key that is not URL-encoded', { remedy: REMEDY });
  }
}

function reference(bucket: unknown, key: unknown, etag: unknown, versionId: unknown, size: unknown): NoticedObject {
  if (!isFilled(bucket) || !isFilled(key)) throw new MessageFault('a message names no bucket or no key', { remedy: REMEDY });
  return {
    bucket,
    key,
    etag: isFilled(etag) ? etag.replaceAll('"', '') : null,
    // what an unversioned bucket calls its versions
    versionId: isFilled(versionId) && versionId !== 'null' ? versionId : null,
    sizeBytes: typeof size === 'number' && size >= 0 ? size : null,
  };
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
