/** The wrappings that a CloudTrail record comes in outside of log files, undone. */
import { isObject, type JsonObject } from './json-value.ts';

/** A record and the bytes that are its own, for its hash. */
export interface Unwrapped {
  readonly record: JsonObject;
  readonly bytes: Uint8Array;
}

/**
 * Undoes the wrapping, if there is one: that of EventBridge (`{"detail-type":…,"detail":{record}}`) and that of
 * `lookup-events` (`{"EventId":…,"CloudTrailEvent":"<record as text>"}`).
 * @param bytes the text of `value`
 * @returns why there is no record in a wrapping, as text
 */
export function unwrap(value: JsonObject, bytes: Buffer): Unwrapped | string {
  if (value['detail-type'] !== undefined && value['eventID'] === undefined) {
    const detail = value['detail'];
    if (!isObject(detail)) return 'an EventBridge event without detail';
    return { record: detail, bytes: memberBytes(bytes, 'detail') };
  }
  if (typeof value['CloudTrailEvent'] === 'string') {
    const text = value['CloudTrailEvent'];
    const record = parse(text);
    return isObject(record) ? { record, bytes: Buffer.from(text, 'utf8') } : 'CloudTrailEvent is not a JSON object';
  }
  return { record: value, bytes };
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
