/**
 * Finds the records in a stream of JSON without parsing it and without holding more than one record: a byte scanner that
 * knows strings, escapes and brackets. What it finds goes to a handler as bytes; the handler parses.
 *
 * Understood, in any mixture: `{"Records":[…]}` (and other keys that list records) with other keys before and after, several such
 * documents in a row, a top-level array, values one after the other (JSON lines or not).
 */

import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  IN_TEXT,
  isListKey,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SCALAR_END,
  SEPARATOR,
  STRUCTURE,
} from './json-bytes.ts';
import { RecordGuess } from './record-guess.ts';

export interface RecordHandler {
  /**
   * One value. The bytes are those of its text and are valid during the call only.
   * @returns false when they are not JSON (and nothing was done with them): the splitter then looks for a line to go on at.
   */
  record(bytes: Buffer): boolean;
  /** Something that is no record; the reason carries no content. */
  malformed(reason: string): void;
}

export interface SplitSummary {
  /** Lists of records begun: documents and top-level arrays. */
  readonly lists: number;
  /** True when the input ended inside a document, a list or a record. */
  readonly cutOff: boolean;
  /** True when there was nothing but white space. */
  readonly blank: boolean;
}

/** Where the scanner is. `between`: outside of any value, or between the elements of a list. */
type State = 'between' | 'value' | 'skipping' | 'garbage' | 'scalar' | 'text';

/** What an open value is: handed over at its end, or the part of a document after its list, which is not. */
type ValueKind = 'value' | 'rest';

/** The start of a line that may begin a new value: where to go on after something broken. */
const LINE_START = Buffer.from('\n{');

const NOT_JSON = 'not valid JSON';
const CUT_OFF = 'cut off by the end of the input';

export class RecordSplitter {
  readonly #handler: RecordHandler;
  readonly #maxRecordBytes: number;

  #state: State = 'between';
  #kind: ValueKind = 'value';
  /** Inside the list of a document; inside a top-level array; both when an array holds documents. */
  #inList = false;
  #inArray = false;
  /** After something broken, closing brackets without an opening one are what is left of it. */
  #resumed = false;
  #depth = 0;
  #inText = false;
  /** The open value began in the list of a document, where no further document is looked for. */
  #watched = false;
  #lists = 0;
  /** Objects that are open around the list of the document. */
  #listDepth = 1;
  #blank = true;
  #cutOff = false;
  #garbageLines = 0;

  /** Where records of a list are likely to end. */
  readonly #likely = new RecordGuess();
  /** Where in `#bytes` the last value of a list ended; -1 when elsewhere. */
  #lastEnd = -1;

  /** What is being scanned: the chunk itself, or the window, when a value straddles chunks. */
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  #at = 0;
  #valueStart = 0;
  #window: Buffer = Buffer.alloc(0);
  /** The byte before `#bytes`, while a value is skipped. */
  #lastByte = 0;

  constructor(handler: RecordHandler, maxRecordBytes: number) {
    this.#handler = handler;
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** Scans the next bytes. What it hands over may lie in `chunk`. */
  push(chunk: Uint8Array): void {
    this.#take(chunk);
    this.#lastEnd = -1;
    for (;;) {
      while (this.#at < this.#end) {
        if (this.#state === 'value' || this.#state === 'skipping') this.#scanValue();
        else if (this.#state === 'between') this.#scanBetween();
        else if (this.#state === 'garbage') this.#skipLine();
        else this.#skipScalar();
      }
      if (this.#state !== 'value' || this.#end - this.#valueStart <= this.#maxRecordBytes) break;
      this.#giveUp();
    }
    this.#lastByte = this.#bytes[this.#end - 1] ?? this.#lastByte;
    if (this.#state === 'value') this.#keep();
    else this.#at -= this.#end;
  }

  /** Says that there is no more. */
  end(): SplitSummary {
    if (this.#state === 'value') {
      this.#cutOff = true;
      if (this.#kind === 'value') this.#setAside(this.#valueStart, this.#end, CUT_OFF);
    }
    if (this.#state === 'skipping' || this.#state === 'text' || this.#inList || this.#inArray) this.#cutOff = true;
    this.#reportGarbage();
    return { lists: this.#lists, cutOff: this.#cutOff, blank: this.#blank };
  }

  /** Scans a chunk where it lies, unless a value has begun before it: then it is added to the window. */
  #take(chunk: Uint8Array): void {
    if (this.#state !== 'value') {
      this.#bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      this.#end = chunk.length;
      return;
    }
    const size = this.#end + chunk.length;
    if (size > this.#window.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(size, this.#window.length * 2));
      this.#window.copy(larger, 0, 0, this.#end);
      this.#window = larger;
    }
    this.#window.set(chunk, this.#end);
    this.#bytes = this.#window.subarray(0, size);
    this.#end = size;
  }

  /** Keeps the bytes of the open value for the next chunk, at the start of the window. */
  #keep(): void {
    const kept = this.#end - this.#valueStart;
    if (kept > this.#window.length) this.#window = Buffer.allocUnsafeSlow(Math.max(kept * 2, 65536));
    this.#bytes.copy(this.#window, 0, this.#valueStart, this.#end);
    this.#at -= this.#valueStart;
    this.#valueStart = 0;
    this.#end = kept;
    this.#bytes = this.#window;
  }

  #scanBetween(): void {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    while (at < end && SEPARATOR[bytes[at] as number] === 1) at++;
    this.#at = at;
    if (at >= end) return;
    this.#blank = false;
    const byte = bytes[at];
    const listed = this.#inList || this.#inArray;
    if (byte === OPEN_BRACE || (byte === OPEN_BRACKET && listed)) {
      this.#reportGarbage();
      if (!this.#inList || !this.#guess(at)) this.#open(at, 'value');
    } else if (byte === OPEN_BRACKET) {
      this.#reportGarbage();
      this.#inArray = true;
      this.#lists++;
      this.#at++;
    } else if (byte === CLOSE_BRACKET && listed) {
      this.#at++;
      if (this.#inList) {
        this.#inList = false;
        this.#open(this.#at, 'rest');
      } else {
        this.#inArray = false;
      }
    } else if (this.#resumed && !listed && (byte === CLOSE_BRACE || byte === CLOSE_BRACKET)) {
      this.#at++;
    } else if (listed) {
      this.#handler.malformed('not an object');
      this.#state = byte === QUOTE ? 'text' : 'scalar';
      this.#at++;
    } else {
      this.#garbageLines++;
      this.#state = 'garbage';
    }
  }

  /** Begins a value at its opening bracket, or the rest of a document behind the bracket that closed its list. */
  #open(at: number, kind: ValueKind): void {
    this.#state = 'value';
    this.#kind = kind;
    this.#watched = kind === 'rest' || (!this.#inList && this.#bytes[at] === OPEN_BRACE);
    this.#valueStart = at;
    this.#depth = kind === 'rest' ? this.#listDepth : 1;
    this.#inText = false;
    this.#at = kind === 'rest' ? at : at + 1;
  }

  /**
   * Hands over the record that begins at `at` if it ends where records like the last one do. If what lies between is valid
   * JSON, it is the record, for no beginning of an object is an object; so a wrong guess is always seen.
   * @returns false when the record must be scanned
   */
  #guess(at: number): boolean {
    if (this.#lastEnd >= 0) this.#likely.learn(this.#bytes.subarray(this.#lastEnd - 1, this.#end), at - this.#lastEnd + 1);
    this.#lastEnd = -1;
    const end = this.#likely.endOf(this.#bytes, at, this.#end);
    if (end < 0) return false;
    const right = end - at <= this.#maxRecordBytes && this.#handler.record(this.#bytes.subarray(at, end));
    this.#likely.judge(right);
    if (right) this.#at = end;
    return right;
  }

  /** The hot loop: on to the end of the open value, or of the bytes. */
  #scanValue(): void {
    const bytes = this.#bytes;
    const end = this.#end;
    const skipping = this.#state === 'skipping';
    const watchDepth = this.#watched && !skipping ? 2 : -1;
    let at = this.#at;
    let depth = this.#depth;
    let inText = this.#inText;
    for (;;) {
      if (inText) {
        while (at < end && IN_TEXT[bytes[at] as number] === 0) at++;
        if (at >= end) break;
        const byte = bytes[at++];
        if (byte === QUOTE) inText = false;
        // may step over the end of the bytes: the next chunk is then entered one byte later
        else if (byte === BACKSLASH) at++;
        else {
          this.#brokenAt(at);
          return;
        }
      } else {
        while (at < end && STRUCTURE[bytes[at] as number] === 0) at++;
        if (at >= end) break;
        const byte = bytes[at++];
        if (byte === QUOTE) {
          inText = true;
        } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
          depth++;
          if (
            byte === OPEN_BRACKET &&
            (depth === watchDepth || depth === watchDepth + 1) &&
            isListKey(bytes, this.#valueStart, at - 1, depth > watchDepth)
          ) {
            this.#listDepth = depth - 1;
            this.#enterList(at);
            return;
          }
          if (skipping && byte === OPEN_BRACE && (at > 1 ? bytes[at - 2] : this.#lastByte) === NEWLINE) {
            this.#resumeAt(at - 1);
            return;
          }
        } else if (--depth === 0) {
          this.#close(at);
          return;
        }
      }
    }
    this.#at = at;
    this.#depth = depth;
    this.#inText = inText;
  }

  #close(at: number): void {
    const skipped = this.#state === 'skipping';
    const start = this.#valueStart;
    this.#state = 'between';
    this.#at = at;
    if (skipped || this.#kind === 'rest') return;
    if (at - start > this.#maxRecordBytes) this.#handler.malformed(this.#tooLong());
    else if (!this.#handler.record(this.#bytes.subarray(start, at))) this.#setAside(start, at, NOT_JSON);
    else if (this.#inList) {
      this.#lastEnd = at;
      this.#likely.meet(this.#bytes.subarray(start, at));
    }
  }

  #enterList(at: number): void {
    this.#state = 'between';
    this.#inList = true;
    this.#lists++;
    this.#at = at;
  }

  /** A line ended inside a text, which JSON forbids: the value is broken, and the next line is likely to be another. */
  #brokenAt(at: number): void {
    if (this.#state === 'value') {
      if (this.#kind === 'value') this.#setAside(this.#valueStart, at, `${NOT_JSON}: a line ends inside a text`);
      else this.#handler.malformed(NOT_JSON);
    }
    this.#resumeAt(at);
  }

  /** Goes on outside of everything: what was open is broken. */
  #resumeAt(at: number): void {
    this.#state = 'between';
    this.#inList = false;
    this.#inArray = false;
    this.#resumed = true;
    this.#at = at;
  }

  /** The open value is longer than a record may be. If a line in it looks like another value, it was never closed. */
  #giveUp(): void {
    const last = this.#bytes.subarray(this.#valueStart, this.#end).lastIndexOf(LINE_START);
    if (last >= 0) {
      const line = this.#valueStart + last + 1;
      if (this.#kind === 'value') this.#setAside(this.#valueStart, line, NOT_JSON);
      this.#resumeAt(line);
      this.#open(line, 'value');
      return;
    }
    if (this.#kind === 'value') this.#handler.malformed(this.#tooLong());
    this.#state = 'skipping';
  }

  /**
   * Reports a broken value. What begins in it like another one is read on its own: when a line or a record was cut, the value
   * that began there has swallowed those after it.
   */
  #setAside(start: number, end: number, reason: string): void {
    this.#handler.malformed(reason);
    const region = this.#bytes.subarray(start, end);
    const lines = lineStarts(region);
    const starts = lines.length === 0 && this.#inList ? this.#likely.startsIn(region) : lines;
    for (const [n, from] of starts.entries()) {
      const swallowed = new RecordSplitter(this.#handler, this.#maxRecordBytes);
      swallowed.#resumed = true;
      swallowed.push(region.subarray(from, starts[n + 1] ?? region.length));
      this.#lists += swallowed.end().lists;
    }
  }

  #skipLine(): void {
    const newline = this.#bytes.indexOf(NEWLINE, this.#at);
    if (newline < 0 || newline >= this.#end) {
      this.#at = this.#end;
      return;
    }
    this.#at = newline + 1;
    this.#state = 'between';
  }

  /** Over an element of a list that is no object: a text to its end, anything else to what may follow it. */
  #skipScalar(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    if (this.#state === 'text') {
      while (at < this.#end && bytes[at] !== QUOTE && bytes[at] !== NEWLINE) at += bytes[at] === BACKSLASH ? 2 : 1;
      if (at < this.#end) at++;
      else {
        this.#at = at;
        return;
      }
    } else {
      while (at < this.#end && SCALAR_END[bytes[at] as number] === 0) at++;
      if (at >= this.#end) {
        this.#at = at;
        return;
      }
    }
    this.#at = at;
    this.#state = 'between';
  }

  /** Lines that are no JSON, one after the other, are one report: a large text file must not become a million. */
  #reportGarbage(): void {
    if (this.#garbageLines === 0) return;
    this.#handler.malformed(this.#garbageLines === 1 ? 'a line that is not JSON' : `${this.#garbageLines} lines that are not JSON`);
    this.#garbageLines = 0;
  }

  #tooLong(): string {
    return `longer than the limit of ${this.#maxRecordBytes} bytes for one record`;
  }
}

function lineStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf(LINE_START); at >= 0; at = bytes.indexOf(LINE_START, at + 1)) starts.push(at + 1);
  return starts;
}
