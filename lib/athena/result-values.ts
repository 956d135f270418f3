/** Athena's values and types as the embedded engine gives them: the same question is answered by the same text. */
import type { QueryValue } from '../lake/ports.ts';

/** A type, taken apart. */
export interface ValueType {
  /** Lower case, without lengths: `varchar`, `array`, `timestamp with time zone`. */
  readonly name: string;
  /** Of arrays and maps the inner types, of rows those of the fields, of decimals precision and scale. */
  readonly inner: readonly ValueType[];
  /** Names of a row's fields; null where there is none. */
  readonly fields: readonly (string | null)[];
}

/** Reads what the engine's `typeof` writes: `array(row(a bigint, "b c" varchar(3)))`. */
export function parseType(text: string): ValueType {
  const open = text.indexOf('(');
  if (open < 0) return { name: text.trim().toLowerCase(), inner: [], fields: [] };
  const close = text.lastIndexOf(')');
  const name = `${text.slice(0, open)}${text.slice(close + 1)}`.trim().toLowerCase();
  const parts = splitParts(text.slice(open + 1, close));
  if (name !== 'row') return { name, inner: parts.map(parseType), fields: [] };
  const fields = parts.map(rowField);
  return { name, inner: fields.map((field) => field.type), fields: fields.map((field) => field.name) };
}

function splitParts(text: string): string[] {
  const parts: string[] = [];
  let [depth, start, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** A name, which the engine writes without quotes even where it has blanks, and a type, which may be of several words. */
const FIELD = /^(.+?)\s+((?:timestamp|time)(?:\(\d+\))? with time zone|interval \w+ to \w+|double precision|[a-z0-9_]+(?:\(.*\))?)$/is;
const LONG_TYPE = /^(?:timestamp|time)(?:\(\d+\))? with time zone$|^interval \w+ to \w+$/i;

function rowField(text: string): { name: string | null; type: ValueType } {
  const [, name, type] = (LONG_TYPE.test(text) ? null : FIELD.exec(text)) ?? [];
  if (name === undefined || type === undefined) return { name: null, type: parseType(text) };
  return { name: /^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name, type: parseType(type) };
}

/** True for types whose text Athena writes ambiguously: their values have to be asked for as JSON. */
export function isNested(type: string): boolean {
  return /^(array|map|row)\b/.test(type);
}

const NAMES: Readonly<Record<string, string>> = {
  char: 'VARCHAR',
  string: 'VARCHAR',
  int: 'INTEGER',
  real: 'FLOAT',
  varbinary: 'BLOB',
};

/** The name that the embedded engine has for a type. */
export function typeName(type: ValueType): string {
  const [first, second] = type.inner;
  if (type.name === 'array') return `${first === undefined ? 'VARCHAR' : typeName(first)}[]`;
  if (type.name === 'map' && first !== undefined && second !== undefined) return `MAP(${typeName(first)}, ${typeName(second)})`;
  if (type.name === 'row')
    return `STRUCT(${type.inner.map((each, at) => `${quotedField(type.fields[at] ?? '')} ${typeName(each)}`).join(', ')})`;
  if (type.name === 'decimal' && first !== undefined && second !== undefined) return `DECIMAL(${first.name},${second.name})`;
  return NAMES[type.name] ?? type.name.toUpperCase();
}

function quotedField(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A scalar as Athena writes it. */
export function scalarValue(text: string, type: ValueType): QueryValue {
  switch (type.name) {
    case 'bigint':
    case 'integer':
    case 'int':
    case 'smallint':
    case 'tinyint': {
      const number = Number(text);
      return Number.isSafeInteger(number) ? number : BigInt(text);
    }
    case 'double':
    case 'float':
    case 'real':
      return Number(text);
    case 'decimal':
      return decimalValue(text);
    case 'boolean':
      return text === 'true';
    case 'timestamp':
    case 'timestamp with time zone':
      return timeText(text);
    case 'varbinary':
      return bytesText(text);
    default:
      return text;
  }
}

/** Up to 15 digits a number holds what was written; zeros at the end of a fraction say nothing. */
function decimalValue(text: string): QueryValue {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short.replace(/\D/g, '').length <= 15 && !/e/.test(String(Number(short))) ? Number(short) : short;
}

/** `2026-03-02 10:05:00.120`, perhaps with ` UTC`, as RFC 3339 without zeros at the end of a fraction; other text as it is. */
function timeText(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?: UTC)?$/.exec(text);
  if (match === null) return text;
  const [, day, time, fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  // milliseconds are written with three digits, finer fractions with those they have
  const digits = significant === '' ? '' : `.${significant.length <= 3 ? significant.padEnd(3, '0') : significant}`;
  return `${day}T${time}${digits}Z`;
}

/** Athena writes bytes in hex with blanks: `61 0a`. */
function bytesText(text: string): string {
  return text
    .split(' ')
    .filter((hex) => hex !== '')
    .map((hex) => {
      const byte = Number.parseInt(hex, 16);
      return byte < 0x20 || byte > 0x7e || byte === 0x5c ? `\\x${hex.toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte);
    })
    .join('');
}

/** Texts, and numbers outside of texts, NaN and infinity among them. */
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity|NaN)/g;

/** A nested value from the JSON of the engine. Numbers are read from their digits: a JSON parser would round them. */
export function nestedValue(json: string, type: ValueType): QueryValue {
  const exact = json.replace(JSON_TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`));
  return jsonValueOf(JSON.parse(exact) as unknown, type);
}

function jsonValueOf(value: unknown, type: ValueType): QueryValue {
  if (value === null || value === undefined) return null;
  const [first, second] = type.inner;
  if (type.name === 'array' && Array.isArray(value)) return value.map((each) => jsonValueOf(each, first ?? TEXT));
  if (type.name === 'map') {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, jsonValueOf(each, second ?? TEXT)]));
  }
  if (type.name === 'row') {
    // engines differ in whether a row becomes an array or an object
    const values = Array.isArray(value) ? value : type.fields.map((name) => (value as Record<string, unknown>)[name ?? '']);
    return Object.fromEntries(type.inner.map((each, at) => [type.fields[at] ?? '', jsonValueOf(values[at], each)]));
  }
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? scalarValue(value, type) : JSON.stringify(value);
}

const TEXT: ValueType = { name: 'varchar', inner: [], fields: [] };
