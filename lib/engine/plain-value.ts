/** Values of the embedded engine as values of an answer: the same text in every process, time zone and locale. */
import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBUnionType,
  DuckDBUnionValue,
  type DuckDBValue,
  DuckDBVariantValue,
} from '@duckdb/node-api';
import { cellText } from '../answer/cell.ts';
import type { QueryValue } from '../lake/ports.ts';
import { formatTime } from '../time.ts';

/**
 * - times: RFC 3339 in UTC, with as many digits as they have; `infinity` and `-infinity`
 * - integers: numbers up to 2^53, bigint beyond; decimals: numbers while a number holds them exactly, else text
 * - bytes: text, all but printable ASCII as `\xAA`
 * - lists: arrays; structs, maps and unions: objects
 * - everything else (times of day, intervals, UUIDs, bits): the engine's own text
 */
export function plainValue(value: DuckDBValue): QueryValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return timeText(value) ?? nestedValue(value) ?? scalarText(value);
}

/**
 * What the binding of the engine would show wrongly: it keeps the fields of a struct by name.
 * @returns true when a struct in the type has fields without a name
 */
export function hasUnnamedFields(type: DuckDBType): boolean {
  if (type instanceof DuckDBStructType) {
    // names differ in the engine, but for the empty one; and __proto__ is lost in the binding
    return type.entryNames.some((name) => name === '' || name === '__proto__') || type.entryTypes.some(hasUnnamedFields);
  }
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) return hasUnnamedFields(type.valueType);
  if (type instanceof DuckDBMapType) return hasUnnamedFields(type.keyType) || hasUnnamedFields(type.valueType);
  return type instanceof DuckDBUnionType && type.memberTypes.some(hasUnnamedFields);
}

const NANOS_PER_MS = 1_000_000n;
/** Years 1 to 9999: what RFC 3339 can say. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
/** How the engine stores a date that never comes. */
const NEVER_DAYS = 2 ** 31 - 1;

function timeText(value: DuckDBValue): string | null {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return instantText(value.micros * 1000n, value);
  if (value instanceof DuckDBTimestampNanosecondsValue) return instantText(value.nanos, value);
  if (value instanceof DuckDBTimestampMillisecondsValue) return instantText(value.millis * NANOS_PER_MS, value);
  if (value instanceof DuckDBTimestampSecondsValue) return instantText(value.seconds * 1000n * NANOS_PER_MS, value);
  if (!(value instanceof DuckDBDateValue)) return null;
  if (Math.abs(value.days) === NEVER_DAYS) return value.days > 0 ? 'infinity' : '-infinity';
  return value.toString();
}

function instantText(nanos: bigint, value: { toString(): string }): string {
  const rest = ((nanos % NANOS_PER_MS) + NANOS_PER_MS) % NANOS_PER_MS;
  const ms = Number((nanos - rest) / NANOS_PER_MS);
  if (ms < FIRST_MS || ms > LAST_MS) return value.toString();
  if (rest === 0n) return formatTime(ms);
  const fraction = String(ms % 1000 < 0 ? (ms % 1000) + 1000 : ms % 1000).padStart(3, '0') + String(rest).padStart(6, '0');
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction.replace(/0+$/, '')}Z`;
}

function nestedValue(value: DuckDBValue): QueryValue | undefined {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, each]) => [name, plainValue(each)]));
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(value.entries.map((entry) => [keyText(plainValue(entry.key)), plainValue(entry.value)]));
  }
  if (value instanceof DuckDBUnionValue) return { [value.tag]: plainValue(value.value) };
  if (value instanceof DuckDBVariantValue) return plainValue(value.value);
  return undefined;
}

/** A text stays as it is; anything else is written as in a table. */
function keyText(key: QueryValue): string {
  return typeof key === 'string' ? key : cellText(key);
}

function scalarText(value: Exclude<DuckDBValue, null>): QueryValue {
  if (value instanceof DuckDBBlobValue) return bytesText(value.bytes);
  const text = String(value);
  // up to 15 digits a number holds what was written
  return value instanceof DuckDBDecimalValue && text.replace(/\D/g, '').length <= 15 && !/e/.test(String(Number(text)))
    ? Number(text)
    : text;
}

function bytesText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x5c ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte),
  ).join('');
}
