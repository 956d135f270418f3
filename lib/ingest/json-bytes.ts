/** The bytes of JSON that a scanner looks for. In UTF-8 none of them is ever part of another character. */

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const NEWLINE = 0x0a;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const COMMA = 0x2c;
export const COLON = 0x3a;
const BLANKS = [0x20, 0x09, 0x0d, NEWLINE] as const;

/** Bytes that matter outside of a text. Tables have 1 at each byte they are of. */
export const STRUCTURE = table(QUOTE, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET);
/** Bytes that matter inside of a text; a line may not end there. */
export const IN_TEXT = table(QUOTE, BACKSLASH, NEWLINE);
/** White space, the comma, and the bytes of a byte order mark, which concatenated files have in the middle. */
export const SEPARATOR = table(...BLANKS, COMMA, 0xef, 0xbb, 0xbf);
/** What may follow a number or a word. */
export const SCALAR_END = table(...BLANKS, COMMA, QUOTE, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET);
const BLANK = table(...BLANKS);

function table(...bytes: number[]): Uint8Array {
  const flags = new Uint8Array(256);
  for (const byte of bytes) flags[byte] = 1;
  return flags;
}

/** Keys of a document whose array is a list of records, or of what wraps them: logs, `lookup-events`, other services and tools. */
const LIST_KEYS = [
  ...['Records', 'Events', 'records', 'events', 'logEvents', 'Messages', 'messages', 'QueryResultRows', 'results', 'hits'],
].map((key) => Buffer.from(`"${key}"`));

/** The one of these that lies a level deeper, in an object of its own name. */
const HITS = Buffer.from('"hits"');

/**
 * Whether the bracket at `at` opens the array of a key that lists records. Looks back, as the key lies before it.
 * @param start where the object begins that the key is of
 * @param isDeeper true for an array a level below the keys of the document
 */
export function isListKey(bytes: Buffer, start: number, at: number, isDeeper = false): boolean {
  const colon = lastBefore(bytes, start, at);
  if (bytes[colon] !== COLON) return false;
  const keyEnd = lastBefore(bytes, start, colon) + 1;
  for (const key of isDeeper ? [HITS] : LIST_KEYS) {
    const keyStart = keyEnd - key.length;
    if (keyStart < start || bytes.compare(key, 0, key.length, keyStart, keyEnd) !== 0) continue;
    // a backslash would make the first quote part of a longer key
    return bytes[keyStart - 1] !== BACKSLASH;
  }
  return false;
}

/** Place of the last byte before `at` that is not blank; -1 when there is none from `start` on. */
export function lastBefore(bytes: Buffer, start: number, at: number): number {
  let last = at - 1;
  while (last >= start && BLANK[bytes[last] as number] === 1) last--;
  return last >= start ? last : -1;
}
