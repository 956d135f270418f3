/** The wrappings that a CloudTrail record comes in outside of log files, undone. */
import { gunzipSync } from 'node:zlib';
import { isObject, type JsonObject, objectOf } from './json-value.ts';

/** A record and the bytes that are its own, for its hash. */
export interface Unwrapped {
  readonly record: JsonObject;
  readonly bytes: Uint8Array;
}

/** Texts in a wrapping, each of which may hold any number of records, or wrappings again. */
export interface Wrapped {
  readonly texts: readonly Buffer[];
}

/** Bytes that a text in a wrapping may unpack to. */
export const MOST_INNER_BYTES = 64 * 1024 * 1024;

/** Well-formed, and no record: a message by which a service only says that it is there. */
export const NO_RECORD = 'no record';

const FILES = 'give the files of the trail: aws s3 sync s3://TRAIL-BUCKET/AWSLogs/ trail/';

/** Where wrappings have the text of a record: SNS, SQS, CloudWatch Logs, Lake, Splunk, Elastic, shippers of logs. */
const TEXT_KEYS = [
  ...['CloudTrailEvent', 'eventJson', '_raw', 'Message', 'Body', 'body', 'message', '@message', 'original', 'event.original'],
  ...['raw', 'log', 'line', 'event', 'record', 'data', 'Data', 'payload', 'textPayload', 'raw_data', 'rawData'],
] as const;

/** Where wrappings have a record, or another wrapping, as an object. */
const OBJECT_KEYS = [
  ...['detail', '_source', 'result', 'event', 'Sns', 'kinesis', 'awslogs', 'record', 'data', 'message', 'fields', 'payload', 'jsonPayload'],
  ...['cloudtrail', 'raw', 'log', 'json', 'dynamodb', 'content'],
] as const;

/** Lists of wrappings or records that a wrapping may have inside itself. */
const LISTS = ['logEvents', 'Records', 'records', 'events', 'hits', 'Messages'] as const;

/**
 * Undoes one wrapping, if there is one.
 * @param bytes the text of `value`
 * @returns the record; the texts in which records are to be looked for; `NO_RECORD`; or why there is no record, as text
 */
export function unwrap(value: JsonObject, bytes: Buffer): Unwrapped | Wrapped | string {
  if (isRecord(value)) return { record: value, bytes };
  if (value['detail-type'] !== undefined && !isObject(value['detail'])) return 'an EventBridge event without detail';
  if (isControlMessage(value)) return NO_RECORD;
  const lost = lossOf(value);
  if (lost !== null) return lost;
  // the splitter knows lists, where nothing lies around them
  if (LISTS.some((key) => typeof value[key] === 'object' && value[key] !== null)) return { texts: [bytes] };
  for (const key of TEXT_KEYS) {
    const text = textIn(value[key]);
    if (text !== null) {
      const inner = innerBytes(text);
      if (key === 'CloudTrailEvent' && !isObject(parse(text))) return 'CloudTrailEvent is not a JSON object';
      if (inner !== null) return { texts: [inner] };
    }
  }
  for (const key of OBJECT_KEYS) {
    const object = value[key];
    if (!isObject(object)) continue;
    const inner = memberBytes(bytes, key);
    return isRecord(object) ? { record: object, bytes: inner } : { texts: [Buffer.from(inner)] };
  }
  return { record: value, bytes };
}

/** Whether CloudTrail has written it, however incomplete: then nothing in it is a wrapping. */
function isRecord(value: JsonObject): boolean {
  if (value['eventVersion'] !== undefined) return value['s3'] === undefined;
  if (value['digestStartTime'] !== undefined) return true;
  if (value['detail-type'] !== undefined) return value['eventID'] !== undefined;
  return value['eventID'] !== undefined && (value['eventSource'] !== undefined || value['eventName'] !== undefined);
}

/** What CloudWatch Logs sends to see whether a subscription is listened to. */
function isControlMessage({ messageType, message }: JsonObject): boolean {
  return messageType === 'CONTROL_MESSAGE' || (typeof message === 'string' && message.startsWith('CWL CONTROL MESSAGE'));
}

/**
 * A row of a result of CloudTrail Lake: a list of objects of one column each.
 * @returns null for other lists
 */
export function unwrapRow(row: readonly unknown[]): Wrapped | string | null {
  const columns = row.filter(isObject);
  if (columns.length === 0 || columns.length < row.length) return null;
  const text = columns.map((column) => textIn(column['eventJson'])).find((each) => each !== null);
  if (text !== undefined && text !== null) return { texts: [Buffer.from(text, 'utf8')] };
  return columns.some((column) => column['eventID'] !== undefined || column['eventTime'] !== undefined)
    ? 'a row of CloudTrail Lake without eventJson: it holds parts of the record; run the query with SELECT eventJson'
    : null;
}

/** What lost the record on its way, by its name; null for what may have it. */
function lossOf(value: JsonObject): string | null {
  if (isObject(value['metadata']) && (value['class_uid'] !== undefined || value['class_name'] !== undefined)) {
    return `an OCSF event, as Security Lake writes them: it holds parts of the record; ${FILES}`;
  }
  if (value['eventversion'] !== undefined || (value['eventid'] !== undefined && value['eventtime'] !== undefined)) {
    return `a row of an Athena table with lower-case columns: it holds parts of the record; ${FILES}`;
  }
  if (value['s3ObjectKey'] !== undefined || (isObject(value['s3']) && value['eventName'] !== undefined)) {
    return `a notice that a file was delivered, not the file; ${FILES}`;
  }
  const aws = objectOf(value['aws']);
  if (isObject(aws['cloudtrail']) && textIn(objectOf(value['event'])['original']) === null && value['message'] === undefined) {
    return `an Elastic document without event.original: it holds parts of the record; switch on preserve_original_event, or ${FILES}`;
  }
  return null;
}

/** A text, or the only text of a list, as Elastic gives fields. */
function textIn(value: unknown): string | null {
  const text = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof text === 'string' && text !== '' ? text : null;
}

const BASE64 = /^[A-Za-z0-9+/]{16,}={0,2}$/;

/** The bytes that a text stands for: itself where it is JSON, or what Base64 and gzip hide; null for other texts. */
function innerBytes(text: string): Buffer | null {
  if (/^\s*[{[]/.test(text)) return Buffer.from(text, 'utf8');
  if (!BASE64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return /^\s*[{[]/.test(bytes.toString('latin1', 0, 64)) ? bytes : null;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_INNER_BYTES });
  } catch {
    return null;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The bytes of one member's value in the text of an object.
 * @param bytes valid JSON that has the member with an object as its value; of several the last counts, as for `JSON.parse`
 */
function memberBytes(bytes: Buffer, name: string): Uint8Array {
  let found: Uint8Array = bytes;
  let depth = 0;
  let key = '';
  let valueStart = -1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) {
      const end = textEnd(bytes, at);
      // the text before a colon is the key: a text that is a value is overwritten by the next key
      if (depth === 1) key = String(parse(bytes.toString('utf8', at, end)));
      at = end - 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth === 2 && byte === 0x7b && key === name) valueStart = at;
    } else if (byte === 0x7d || byte === 0x5d) {
      if (--depth === 1 && valueStart >= 0) {
        found = bytes.subarray(valueStart, at + 1);
        valueStart = -1;
      }
    }
  }
  return found;
}

/** Behind the quote that ends the text that begins at `at`. */
function textEnd(bytes: Buffer, at: number): number {
  let end = at + 1;
  while (end < bytes.length && bytes[end] !== 0x22) end += bytes[end] === 0x5c ? 2 : 1;
  return end + 1;
}
