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

/** What `JSON.stringify` writes as it is. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A value for a person: null is empty, lists of scalars are joined by a comma, whatever is deeper is JSON. */
export function cellText(value: QueryValue): string {
  return printable(plainText(value, ', '));
}

/** A value for JSON: integers beyond 2^53 become text, because a JSON reader would round them, and so do NaN and infinity. */
export function jsonValue(value: QueryValue): JsonValue {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(jsonValue);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, jsonValue(each)]));
}

/** True for a type, as the engine prints it, whose every value is a number. */
export function isNumericType(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BIGNUM|FLOAT|DOUBLE|DECIMAL(\(\d+, ?\d+\))?)$/.test(type);
}

/**
 * Text that a spreadsheet would run as a formula: some of them look past blanks and marks that are not seen, and take the wide
 * forms of the signs for the signs.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{C}]*[=+\-@＝＋－＠])/u;

/** A decimal that is text because it has more digits than a number holds. */
const DECIMAL = /^-?\d+(\.\d+)?$/;

/**
 * A CSV field (RFC 4180). Texts that begin like a formula get a leading `'`; numbers stay numbers. Lists of scalars are joined
 * by `;`, whatever is deeper is JSON.
 * @param type of the column, as the engine prints it; default: text
 */
export function csvField(value: QueryValue, type = 'VARCHAR'): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = plainText(value, ';');
  const isNumber = isNumericType(type) && DECIMAL.test(text);
  const safe = FORMULA.test(text) && !isNumber ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function plainText(value: QueryValue, separator: string): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  // an empty place between two separators could be a null or an empty text
  const flat = isList(value) && value.every((each) => each !== null && typeof each !== 'object');
  return flat ? value.map(String).join(separator) : JSON.stringify(jsonValue(value));
}

function isList(value: QueryValue): value is readonly QueryValue[] {
  return Array.isArray(value);
}
