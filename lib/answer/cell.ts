/** One value as text. Log content is written by whoever called S3, so it may hold anything: escapes, formulas, line ends. */
import type { QueryValue } from '../lake/ports.ts';

/** Control characters, line separators, and the marks that turn the direction of text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Makes control characters visible (`\x1b`), so that a key in a log cannot drive the reader's terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The same for a text of several lines, whose line ends are ours. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A value for a person: null is empty, arrays are joined by a comma. */
export function cellText(value: QueryValue): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map((each) => printable(each)).join(', ');
  return printable(String(value));
}

/** A value for JSON: integers beyond 2^53 become text, because a JSON reader would round them. */
export function jsonValue(value: QueryValue): string | number | boolean | null | readonly string[] {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Text that a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A CSV field (RFC 4180). Texts that begin like a formula get a leading `'`; numbers stay numbers. Arrays are joined by `;`.
 */
export function csvField(value: QueryValue): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : value.join(';');
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
