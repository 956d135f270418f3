/** One value as text. Log content is written by whoever called S3, so it may hold anything: escapes, formulas, line ends. */
import type { QueryValue } from '../lake/ports.ts';

/**
 * What is not seen, drives a terminal, or looks like something else: control and format characters (the marks that turn text
 * around, U+FEFF, joiners), blanks other than the space, characters of private use, halves of a pair, fillers.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\p{Variation_Selector}|(?! )\p{Zs}/gu;

/** The same in JSON, where line feeds are ours and a backslash begins an escape. */
const UNSEEN_IN_JSON = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

/** Characters that are written in two ways and look the same: marks, and whatever its normal form is not. */
const MARK = /^\p{M}$/u;

/** ASCII without control characters is printed as it is. */
const PLAIN = /^[ -~]*$/;

/**
 * Makes visible (`\x1b`, `\u200b`, `\u{1f600}`) what cannot be seen or would drive the reader's terminal. Texts that differ
 * in such characters, or in the way an accent is written, are printed differently. What is printable stays as it is.
 */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  const shown = text.replace(UNSEEN, escaped);
  if (shown === shown.normalize('NFC')) return shown;
  return Array.from(shown, (each) => (MARK.test(each) || each !== each.normalize('NFC') ? escaped(each) : each)).join('');
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  if (code.length > 4) return `\\u{${code}}`;
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}

/** The same for a text of several lines, whose line ends are ours. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON for a terminal: what is not seen, or drives it, as the escapes of JSON, so that it stays the same JSON. */
export function printableJson(json: string): string {
  return json.replace(UNSEEN_IN_JSON, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
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

/** A text as a shell takes it: in quotes where it needs them. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
