/** The file of `identity.usersFile`: whom names of credentials stand for, one a line. */
import { ConfigurationError } from '../errors.ts';
import { splitRecord } from '../ingest/csv-records.ts';

/** As an element of `identity.users`. */
export interface MappedUser {
  readonly name: string;
  readonly user: string;
}

const HEADER = ['name', 'user'];
/** Problems told of one file. */
const LISTED = 20;

/**
 * Reads `name,user` lines (RFC 4180, but that no field goes over several lines) below a header that says so.
 * @param file for messages
 * @throws ConfigurationError naming the file and every wrong line: a line that was passed over would be a user without a name
 */
export function parseUsers(text: string, file: string): MappedUser[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const problems: string[] = [];
  const users: MappedUser[] = [];
  const seen = new Map<string, { readonly line: number; readonly user: string }>();
  let hasHeader = false;
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const number = at + 1;
    const fields = splitRecord(line);
    if (!hasHeader) {
      hasHeader = true;
      if (!isHeader(fields)) {
        problems.push(`line ${number}: found ${JSON.stringify(line.slice(0, 60))}, expected the header ${HEADER.join(',')}`);
        break;
      }
      continue;
    }
    const read = readUser(fields);
    if (typeof read === 'string') {
      problems.push(`line ${number}: ${read}`);
      continue;
    }
    const before = seen.get(read.name.toLowerCase());
    if (before !== undefined && before.user !== read.user) {
      problems.push(`line ${number}: the name ${JSON.stringify(read.name)} stands for another user on line ${before.line}`);
      continue;
    }
    if (before === undefined) users.push(read);
    seen.set(read.name.toLowerCase(), before ?? { line: number, user: read.user });
  }
  if (!hasHeader) problems.push(`it is empty; expected the header ${HEADER.join(',')}`);
  if (problems.length === 0) return users;
  const more = problems.length > LISTED ? [`… ${problems.length - LISTED} more`] : [];
  throw new ConfigurationError(
    `the file of identity.usersFile is wrong:\n${[...problems.slice(0, LISTED), ...more].map((each) => `  ${file} ${each}`).join('\n')}`,
  );
}

function isHeader(fields: ReturnType<typeof splitRecord>): boolean {
  return Array.isArray(fields) && fields.length === 2 && fields.every((field, at) => field.trim() === HEADER[at]);
}

/** @returns the problem when there is one */
function readUser(fields: ReturnType<typeof splitRecord>): MappedUser | string {
  if (fields === 'open quote') return 'a quote is opened and never closed';
  if (fields === 'text after quote') return 'text follows a closing quote';
  if (fields.length !== 2) return `found ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, expected 2: ${HEADER.join(',')}`;
  const [name = '', user = ''] = fields.map((field) => field.trim());
  if (name === '' || user === '') return `the ${name === '' ? 'name' : 'user'} is empty`;
  // as the schema has it for the list: one * stands for any text, and in the user for the same text
  if (name.split('*').length > 2 || user.split('*').length > 2) return 'more than one * stands in the name or the user';
  if (user.includes('*') && !name.includes('*')) return 'the user has a * and the name has none';
  return { name, user };
}
