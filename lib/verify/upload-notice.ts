/** Messages that say that somebody wrote a session.json, with what S3 knows of the writer (F§5.6). */
import type { NoticedObject } from '../cloud/notice.ts';
import { openMessage, readNotice } from '../cloud/notice.ts';
import { isObject, type JsonObject } from '../ingest/json-value.ts';
import { parseTime } from '../time.ts';

/** An object that was written, and by whom, as its bucket tells it. */
export interface NoticedUpload extends NoticedObject {
  /** RFC 3339; null when the message does not say. */
  readonly uploadedAt: string | null;
  readonly sourceAddress: string | null;
  /** An account (EventBridge) or a principal (S3 notification). */
  readonly uploader: string | null;
}

/**
 * The uploads that a message names; none for a test message, or for one that says that an object went.
 * @throws MessageFault naming nothing of the content
 */
export function readUploadNotice(body: string): NoticedUpload[] {
  const message = openMessage(body);
  if (Array.isArray(message['Records'])) return message['Records'].flatMap(readRecord);
  const detail = objectIn(message, 'detail');
  const told = {
    uploadedAt: timeIn(message['time']),
    sourceAddress: textIn(detail['source-ip-address']),
    uploader: textIn(detail['requester']),
  };
  return readNotice(JSON.stringify(message)).map((object) => ({ ...object, ...told }));
}

function readRecord(record: unknown): NoticedUpload[] {
  const objects = readNotice(JSON.stringify({ Records: [record] }));
  const known = isObject(record) ? record : {};
  const told = {
    uploadedAt: timeIn(known['eventTime']),
    sourceAddress: textIn(objectIn(known, 'requestParameters')['sourceIPAddress']),
    uploader: textIn(objectIn(known, 'userIdentity')['principalId']),
  };
  return objects.map((object) => ({ ...object, ...told }));
}

function objectIn(message: JsonObject, name: string): JsonObject {
  const value = message[name];
  return isObject(value) ? value : {};
}

/** Text of a length that can be one: it is recorded. */
function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 1024 ? value : null;
}

function timeIn(value: unknown): string | null {
  return typeof value === 'string' && parseTime(value) !== null ? value : null;
}
