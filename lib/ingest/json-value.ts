/** Careful access to parsed JSON of unknown shape: a value of the wrong type is absent. Nothing here throws. */

export type JsonObject = { readonly [key: string]: unknown };

const NOTHING: JsonObject = Object.freeze(Object.create(null));

/** The object, or an empty one, so that access can be chained. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : NOTHING;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text; null when it is empty (AWS writes empty for absent) or no text. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** True or false, also as text; null when it is neither. */
export function booleanOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  if (value === 'false') return false;
  return null;
}

const NUMBER_TEXT = /^\d+(?:\.\d*)?(?:[eE][+]?\d+)?$/;

/**
 * A count (bytes, milliseconds, seconds) as a whole number. Raw log files carry floats such as `1376.0`, and some tools turn
 * numbers into text (F§5.2).
 * @returns null when it is no number, negative, or beyond what a number holds exactly
 */
export function countOf(value: unknown): number | null {
  const number = typeof value === 'number' ? value : typeof value === 'string' && NUMBER_TEXT.test(value) ? Number(value) : Number.NaN;
  if (!(number >= 0)) return null;
  const whole = Math.round(number);
  return Number.isSafeInteger(whole) ? whole : null;
}
