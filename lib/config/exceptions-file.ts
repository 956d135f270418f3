/** The file of `findings.exceptionsFile`: findings that somebody does not want to hear of, one exception a line. */
import type { Configuration } from '../../schemas/configuration.ts';
import { configurationSchema } from '../../schemas/configuration.ts';
import { ConfigurationError } from '../errors.ts';
import { splitRecord } from '../ingest/csv-records.ts';
import { allowedIn, nodeAt } from './settings.ts';

/** As an element of `findings.exceptions`. */
export type FindingException = Configuration['findings']['exceptions'][number];

const HEADER = ['rule', 'subject', 'reason', 'until'] as const;
/** Problems told of one file. */
const LISTED = 20;

/**
 * Reads `rule,subject,reason,until` lines (RFC 4180, but that no field goes over several lines) below a header that says so.
 * @param file for messages
 * @throws ConfigurationError naming the file and every wrong line: one that was passed over would be an exception that does not hold
 */
export function parseExceptions(text: string, file: string): FindingException[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((line, at) => [line, at + 1] as const)
    .filter(([line]) => line.trim() !== '' && !line.startsWith('#'));
  const problems: string[] = [];
  const exceptions: FindingException[] = [];
  const [header, ...rest] = lines;
  const names = header === undefined ? [] : splitRecord(header[0]);
  if (!Array.isArray(names) || names.length !== HEADER.length || names.some((name, at) => name.trim() !== HEADER[at])) {
    const found = header === undefined ? 'it is empty' : `line ${header[1]}: found ${JSON.stringify(header[0].slice(0, 60))}`;
    problems.push(`${found}, expected the header ${HEADER.join(',')}`);
  } else {
    for (const [line, number] of rest) {
      const read = readException(splitRecord(line));
      if (typeof read === 'string') problems.push(`line ${number}: ${read}`);
      else exceptions.push(read);
    }
  }
  if (problems.length === 0) return exceptions;
  const more = problems.length > LISTED ? [`… ${problems.length - LISTED} more`] : [];
  const told = [...problems.slice(0, LISTED), ...more].map((each) => `  ${file} ${each}`);
  throw new ConfigurationError(`the file of findings.exceptionsFile is wrong:\n${told.join('\n')}`);
}

/** @returns the problem when there is one */
function readException(fields: ReturnType<typeof splitRecord>): FindingException | string {
  if (fields === 'open quote') return 'a quote is opened and never closed';
  if (fields === 'text after quote') return 'text follows a closing quote';
  if (fields.length !== HEADER.length) return `found ${fields.length} fields, expected ${HEADER.length}: ${HEADER.join(',')}`;
  const values = Object.fromEntries(HEADER.map((name, at) => [name, (fields[at] ?? '').trim()]));
  const read = configurationSchema.shape.findings.unwrap().shape.exceptions.unwrap().element.safeParse(values);
  if (read.success) return read.data;
  const name = String(read.error.issues[0]?.path[0] ?? '');
  return `${name}: found ${JSON.stringify(values[name])}, allowed: ${allowedIn(nodeAt(['findings', 'exceptions', 0, name]) ?? {})}`;
}
