/** Where the records of a list are likely to end, by what lay between the last two. A guess: it must be checked. */
import { COLON, COMMA, lastBefore } from './json-bytes.ts';

/** How far ahead an end is looked for; few records are longer. */
const AHEAD_BYTES = 16 * 1024;
/** Longest separator that is remembered: `},`, white space, `{` and the first key. */
const SEPARATOR_BYTES = 128;
/** After so many wrong guesses in a row records are not alike, and guessing costs more than it saves. */
const MAX_WRONG = 16;

export class RecordGuess {
  /**
   * From the last byte of a record to the first colon of the next: `},{"eventVersion":`. It cannot lie inside a text, where its
   * quotes would be escaped.
   */
  #separator: Buffer | null = null;
  /** How the first record begins, to its first colon: what follows one that is broken is likely to begin so. */
  #opening: Buffer | null = null;
  #wrong = 0;

  /**
   * Remembers what lies between two records.
   * @param bytes from the last byte of one record
   * @param start where the next begins
   */
  learn(bytes: Buffer, start: number): void {
    const colon = bytes.subarray(0, SEPARATOR_BYTES).indexOf(COLON, start);
    if (colon >= 0) this.#separator = Buffer.from(bytes.subarray(0, colon + 1));
  }

  /** Where the record that begins at `at` is likely to end: behind its last byte; -1 when there is nothing to go by. */
  endOf(bytes: Buffer, at: number, end: number): number {
    if (this.#separator === null || this.#wrong > MAX_WRONG) return -1;
    const found = bytes.subarray(at, Math.min(end, at + AHEAD_BYTES)).indexOf(this.#separator);
    if (found < 0) {
      this.#wrong++;
      return -1;
    }
    return at + found + 1;
  }

  /** Is told whether the last guess was right. */
  judge(right: boolean): void {
    this.#wrong = right ? 0 : this.#wrong + 1;
  }

  /** Is shown every record that was scanned; remembers how the first begins. */
  meet(record: Buffer): void {
    if (this.#opening !== null) return;
    const colon = record.subarray(0, SEPARATOR_BYTES).indexOf(COLON);
    if (colon >= 0) this.#opening = Buffer.from(record.subarray(0, colon + 1));
  }

  /** Where in a broken record, which has swallowed its successors, these are likely to begin: behind a comma, like the first. */
  startsIn(bytes: Buffer): number[] {
    const starts: number[] = [];
    if (this.#opening === null) return starts;
    for (let at = bytes.indexOf(this.#opening, 1); at >= 0; at = bytes.indexOf(this.#opening, at + 1)) {
      if (bytes[lastBefore(bytes, 0, at)] === COMMA) starts.push(at);
    }
    return starts;
  }
}
