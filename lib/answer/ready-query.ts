/** Ready questions: a SQL file with a header that says what it answers and what it asks for. */

import { nearest } from '../config/near-miss.ts';
import { parseInstant, parseMoment } from '../correlate/window.ts';
import { AuditError, UsageError } from '../errors.ts';
import type { QueryValue } from '../lake/ports.ts';
import { parameterNames } from '../sql-template.ts';
import { formatDt } from '../time.ts';

/**
 * - `text`: as given
 * - `date`: a UTC day for comparison with `dt`; typed as a date, a time or a span back
 * - `time`: an instant for comparison with an `_ms` column; typed likewise, a date means 00:00 UTC
 * - `bigint`: a whole number
 */
export type ParameterType = 'text' | 'date' | 'time' | 'bigint';

export interface QueryParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** The texts that it may be; absent: any. */
  readonly oneOf?: readonly string[];
  /** As it would be typed; absent: must be given. */
  readonly default?: string;
  readonly doc: string;
}

export interface ReadyQuery {
  readonly name: string;
  readonly title: string;
  /** The question in the words of a responder. */
  readonly question: string;
  readonly parameters: readonly QueryParameter[];
  /** The columns that matter most, the most important first: those that a narrow terminal shows. */
  readonly columns: readonly string[];
  readonly sql: string;
}

const PARAMETER = /^([a-z_][a-z0-9_]*) (text|date|time|bigint)(?:\(([a-z|]+)\))?(?: = (\S*|'[^']*'))?: (.+)$/;

/**
 * Reads a query file: `-- title: …`, `-- question: …`, `-- columns: …, …` (the most important ones), `-- param NAME TYPE
 * [= DEFAULT]: what it is` (`TYPE(a|b)`: one of these), then one SELECT.
 * A default that is an empty text is written `''`.
 * @throws AuditError when the header is malformed or does not match the parameters that the SQL uses
 */
export function parseReadyQuery(name: string, text: string): ReadyQuery {
  const header = readHeader(text);
  const parameters = header.params.map((line) => parseParameter(name, line));
  const used = parameterNames(text);
  const declared = parameters.map((each) => each.name);
  const differing = [...used.filter((each) => !declared.includes(each)), ...declared.filter((each) => !used.includes(each))];
  if (differing.length > 0) throw new AuditError(`${name}: header and SQL differ in the parameters ${differing.join(', ')}`);
  if (!header.title || !header.question) throw new AuditError(`${name}: the header needs a title and a question`);
  return { name, title: header.title, question: header.question, parameters, columns: header.columns, sql: text };
}

/**
 * The parameters of any SQL text: those its header declares, and as texts those it uses without a declaration.
 * @throws AuditError when a declaration is malformed
 */
export function parametersOf(name: string, sql: string): QueryParameter[] {
  const declared = readHeader(sql).params.map((line) => parseParameter(name, line));
  const used = parameterNames(sql);
  return [
    ...declared.filter((each) => used.includes(each.name)),
    ...used
      .filter((each) => !declared.some((other) => other.name === each))
      .map((each) => ({ name: each, type: 'text' as const, doc: 'not described' })),
  ];
}

interface Header {
  title?: string;
  question?: string;
  columns: string[];
  params: string[];
}

function readHeader(text: string): Header {
  const header: Header = { columns: [], params: [] };
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const entry = /^--\s*(title|question|columns|param)[: ]\s*(.*)$/.exec(line);
    if (entry?.[1] === 'param') header.params.push((entry[2] as string).trim());
    else if (entry?.[1] === 'columns') header.columns = (entry[2] as string).split(',').map((column) => column.trim());
    else if (entry?.[1] === 'title') header.title = (entry[2] as string).trim();
    else if (entry?.[1] === 'question') header.question = (entry[2] as string).trim();
    else if (!line.startsWith('--')) break;
  }
  return header;
}

function parseParameter(query: string, line: string): QueryParameter {
  const match = PARAMETER.exec(line);
  if (!match) throw new AuditError(`${query}: cannot read the parameter line "${line}"`);
  const [, name, type, words, value, doc] = match as unknown as [
    string,
    string,
    ParameterType,
    string | undefined,
    string | undefined,
    string,
  ];
  const oneOf = words === undefined ? {} : { oneOf: words.split('|') };
  if (value === undefined) return { name, type, ...oneOf, doc };
  return { name, type, ...oneOf, default: value.startsWith("'") ? value.slice(1, -1) : value, doc };
}

/**
 * Splits `name=value` texts.
 * @throws UsageError when one has no `=` or a name is given twice
 */
export function parseAssignments(texts: readonly string[], flag: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`${flag} ${JSON.stringify(text)} is not NAME=VALUE`);
    const name = text.slice(0, at);
    if (name in values) throw new UsageError(`${flag} ${name} is given twice`);
    values[name] = text.slice(at + 1);
  }
  return values;
}

/**
 * The values to put into the SQL: what was given, then the defaults.
 * @param nowMs what spans such as `-7d` count from, epoch milliseconds
 * @throws UsageError naming a parameter that is missing, unknown or not of its type
 */
export function resolveParameters(
  query: { readonly name: string; readonly parameters: readonly QueryParameter[] },
  given: Readonly<Record<string, string>>,
  nowMs: number,
): Record<string, QueryValue> {
  const names = query.parameters.map((each) => each.name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    throw new UsageError(`${query.name} has no parameter ${name}`, {
      remedy: near ? `did you mean ${near}?` : names.length > 0 ? `it has ${names.join(', ')}` : 'it takes none',
    });
  }
  const missing = query.parameters.filter((each) => given[each.name] === undefined && each.default === undefined);
  if (missing.length > 0) {
    throw new UsageError(`${query.name} needs ${missing.map((each) => `${each.name} (${each.doc})`).join(' and ')}`, {
      remedy: `give ${missing.map((each) => `--param ${each.name}=…`).join(' ')}`,
    });
  }
  const values = Object.fromEntries(
    query.parameters.map((each) => [each.name, readValue(each, given[each.name] ?? (each.default as string), nowMs)]),
  );
  const [from, to] = [values['from'], values['to']];
  if (typeof from === typeof to && from !== undefined && to !== undefined && from !== null && to !== null && from > to) {
    throw new UsageError(
      `the window of ${query.name} is empty: from ${given['from'] ?? 'the beginning'} is after to ${given['to'] ?? 'the end'}`,
      {
        remedy: 'swap them',
      },
    );
  }
  return values;
}

function readValue(parameter: QueryParameter, text: string, nowMs: number): QueryValue {
  const label = `--param ${parameter.name}`;
  if (parameter.oneOf !== undefined && !parameter.oneOf.includes(text)) {
    const near = nearest(text, parameter.oneOf);
    throw new UsageError(
      `${label} ${JSON.stringify(text)} is none of ${parameter.oneOf.join(', ')}`,
      near ? { remedy: `did you mean ${near}?` } : {},
    );
  }
  if (parameter.type === 'text') return text;
  if (parameter.type === 'time') return parseInstant(text, label, nowMs);
  if (parameter.type === 'date') {
    const moment = parseMoment(text, label, nowMs);
    return moment.kind === 'date' ? moment.dt : formatDt(moment.ms);
  }
  if (!/^-?\d{1,15}$/.test(text)) throw new UsageError(`${label} ${JSON.stringify(text)} is not a whole number`);
  return Number(text);
}
