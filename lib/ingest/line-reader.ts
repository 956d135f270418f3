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
 * dropped. Lines come in batches, one a chunk, because awaiting every line would cost more than reading it.
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
    for await (const chunk of bytes) {
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
