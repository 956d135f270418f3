/** Bytes into numbered lines, with bounded memory whatever the input holds. */
import { isUtf8 } from 'node:buffer';
import { InputError } from '../errors.ts';
import type { ReadLimits } from './reader.ts';

export interface Line {
  /** Place in the input, from 1. */
  readonly number: number;
  /** The line without its ending; empty when it has a flaw. */
  readonly text: string;
  /** How it ended: `\n`, `\r\n`; the last line also with nothing, or with half an ending (`\r`). */
  readonly ending: string;
  /** Why the line cannot be used; null when it can. */
  readonly flaw: string | null;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Splits UTF-8 text at line feeds; a carriage return before one is part of the ending, a byte order mark at the start is
 * dropped. Where the first line ends in a carriage return alone (text saved for the Macintosh), all of them end lines. Lines come in batches, one a chunk, because awaiting every line would cost more than reading it.
 *
 * A line longer than `maxRecordBytes` is never held: it comes with a flaw and without text.
 * @throws InputError whatever the bytes end in; the unfinished line comes before it, with a flaw
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>, limits: ReadLimits): AsyncGenerator<Line[]> {
  let number = 1;
  let parts: Uint8Array[] = [];
  let length = 0;

  const hold = (part: Uint8Array) => {
    length += part.length;
    if (length > limits.maxRecordBytes) parts = [];
    else parts.push(part);
  };
  const finish = (terminated: boolean): Line => {
    const line = length > limits.maxRecordBytes ? tooLong(number, limits) : decode(number, parts, terminated);
    number += 1;
    parts = [];
    length = 0;
    return line;
  };

  let failure: InputError | null = null;
  try {
    for await (const chunk of withLineFeeds(bytes)) {
      const lines: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        hold(chunk.subarray(start, end));
        lines.push(finish(true));
        start = end + 1;
      }
      if (start < chunk.length) hold(chunk.subarray(start));
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failure = error;
  }
  if (length > 0) {
    const last = finish(false);
    yield [failure && last.flaw === null ? { ...last, text: '', flaw: 'the input ends in the middle of this line' } : last];
  }
  if (failure) throw failure;
}

/**
 * The bytes with a line feed for every carriage return, where the first line ends in a carriage return alone; else as they are.
 * One that a line feed follows stays.
 */
async function* withLineFeeds(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let endsLines: boolean | null = null;
  let held: Uint8Array | null = null;
  for await (const next of bytes) {
    if (next.length === 0) continue;
    const chunk: Uint8Array = held === null ? next : Buffer.concat([held, next]);
    held = null;
    if (endsLines === null) {
      const feed = chunk.indexOf(LINE_FEED);
      const carriage = chunk.indexOf(CARRIAGE_RETURN);
      if (carriage < 0 || (feed >= 0 && feed < carriage)) endsLines = feed >= 0 ? false : null;
      // what follows it decides
      else if (carriage < chunk.length - 1) endsLines = chunk[carriage + 1] !== LINE_FEED;
    }
    if (endsLines === false) {
      yield chunk;
      continue;
    }
    const last = chunk.at(-1) === CARRIAGE_RETURN ? chunk.length - 1 : chunk.length;
    if (last < chunk.length) held = chunk.subarray(last);
    if (last > 0) yield endsLines === true ? asLineFeeds(chunk.subarray(0, last)) : chunk.subarray(0, last);
  }
  if (held !== null) yield endsLines === true ? asLineFeeds(held) : held;
}

function asLineFeeds(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let at = copy.indexOf(CARRIAGE_RETURN); at >= 0; at = copy.indexOf(CARRIAGE_RETURN, at + 1)) {
    if (copy[at + 1] !== LINE_FEED) copy[at] = LINE_FEED;
  }
  return copy;
}

function tooLong(number: number, limits: ReadLimits): Line {
  return { number, text: '', ending: '\n', flaw: `longer than ${limits.maxRecordBytes} bytes` };
}

function decode(number: number, parts: readonly Uint8Array[], terminated: boolean): Line {
  const joined = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
  const bytes = Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength);
  const carried = bytes.at(-1) === CARRIAGE_RETURN;
  const text = bytes.toString('utf8', 0, carried ? bytes.length - 1 : bytes.length);
  // a damaged byte in a user id would make another user of it; only a text with the replacement character can hold one
  if (text.includes('\ufffd') && !isUtf8(bytes)) return { number, text: '', ending: '\n', flaw: 'not UTF-8 text' };
  return {
    number,
    text: number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text,
    ending: (carried ? '\r' : '') + (terminated ? '\n' : ''),
    flaw: null,
  };
}
