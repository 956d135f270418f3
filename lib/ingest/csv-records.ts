/**
 * Lines into comma-separated records (RFC 4180), recovering after every damaged one. Parsers that read a stream of bytes
 * take everything after a quote that is not closed, or after text behind a closing quote, for one field: a single bad row
 * then hides all later ones. Here a record that cannot be read costs its own first line only.
 */
import { COMMA_DIALECT, type CsvDialect } from './csv-dialect.ts';
import type { Line } from './line-reader.ts';

export interface CsvRecord {
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** Its fields, unquoted; empty when it has a flaw. */
  readonly fields: readonly string[];
  /** Why it cannot be used; null when it can. */
  readonly flaw: string | null;
}

/** A quoted field may hold this many line breaks; beyond, its quote counts as never closed. It bounds what is read twice. */
const MAX_LINES = 100;

const NEVER_CLOSED = 'a quote is opened and never closed';

/**
 * Reads records, in batches as the lines come; blank lines are none. A quote inside a field that does not begin with one
 * is a character like any other.
 * @param maxRecordBytes a record over several lines that is longer is flawed
 * @param dialectOf tells the dialect from the first line that is not blank; default: commas
 */
export async function* readCsv(
  batches: AsyncIterable<readonly Line[]>,
  maxRecordBytes: number,
  dialectOf: (line: Line) => CsvDialect = () => COMMA_DIALECT,
): AsyncGenerator<CsvRecord[]> {
  let waiting: readonly Line[] = [];
  let failure: unknown;
  let separator: string | null = null;
  try {
    for await (const lines of batches) {
      let batch = lines;
      if (separator === null) {
        const from = lines.findIndex((line) => line.flaw !== null || line.text.trim() !== '');
        if (from < 0) continue;
        const dialect = dialectOf(lines[from] as Line);
        separator = dialect.separator;
        batch = lines.slice(dialect.skipsFirst ? from + 1 : from);
      }
      const { records, rest } = readBatch(waiting.length > 0 ? [...waiting, ...batch] : batch, false, maxRecordBytes, separator);
      waiting = rest;
      if (records.length > 0) yield records;
    }
  } catch (error) {
    failure = error;
  }
  // what was waiting for its closing quote is accounted for, however the input ended
  const { records } = readBatch(waiting, true, maxRecordBytes, separator ?? ',');
  if (records.length > 0) yield records;
  if (failure !== undefined) throw failure;
}

function readBatch(
  lines: readonly Line[],
  isLast: boolean,
  maxRecordBytes: number,
  separator: string,
): { records: CsvRecord[]; rest: readonly Line[] } {
  const records: CsvRecord[] = [];
  let at = 0;
  while (at < lines.length) {
    const first = lines[at] as Line;
    if (first.flaw !== null) records.push({ line: first.number, fields: [], flaw: first.flaw });
    else if (!first.text.includes('"')) {
      if (first.text.trim() !== '') records.push({ line: first.number, fields: first.text.split(separator), flaw: null });
    } else {
      const read = readQuoted(lines, at, isLast, maxRecordBytes, separator);
      if (read === null) return { records, rest: lines.slice(at) };
      records.push(read.record);
      at = read.lastLine;
    }
    at += 1;
  }
  return { records, rest: [] };
}

/** Reads one record that has quotes and may go on over several lines. @returns null when it needs lines that have not come yet. */
function readQuoted(
  lines: readonly Line[],
  from: number,
  isLast: boolean,
  maxRecordBytes: number,
  separator: string,
): { record: CsvRecord; lastLine: number } | null {
  const first = lines[from] as Line;
  const flawed = (flaw: string) => ({ record: { line: first.number, fields: [], flaw }, lastLine: from });
  let text = first.text;
  for (let at = from; ; ) {
    const fields = splitRecord(text, separator);
    if (fields === 'text after quote') return flawed('text follows a closing quote');
    if (fields !== 'open quote') return { record: { line: first.number, fields, flaw: null }, lastLine: at };
    const next = lines[at + 1];
    if (at - from >= MAX_LINES) return flawed(NEVER_CLOSED);
    if (!next) return isLast ? flawed(NEVER_CLOSED) : null;
    text += (lines[at] as Line).ending + next.text;
    if (next.flaw !== null || text.length > maxRecordBytes) return flawed(NEVER_CLOSED);
    at += 1;
  }
}

/** The fields of one record, or what keeps it from being one. */
export function splitRecord(text: string, separator = ','): string[] | 'open quote' | 'text after quote' {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let value = '';
      let from = at + 1;
      for (;;) {
        const quote = text.indexOf('"', from);
        if (quote < 0) return 'open quote';
        value += text.slice(from, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        value += '"';
        from = at + 1;
      }
      if (at < text.length && text[at] !== separator) return 'text after quote';
      fields.push(value);
    } else {
      const comma = text.indexOf(separator, at);
      const end = comma < 0 ? text.length : comma;
      fields.push(text.slice(at, end));
      at = end;
    }
    if (at >= text.length) return fields;
    at += 1;
  }
}
