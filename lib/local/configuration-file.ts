/** The configuration of a process: its file, its environment, its flags. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseDocument } from 'yaml';
import type { Configuration } from '../../schemas/configuration.ts';
import { configurationHash, effectiveConfiguration } from '../config/configuration.ts';
import type { Environment } from '../config/layers.ts';
import { ConfigurationError } from '../errors.ts';
import { withExceptionsOfFile } from './exceptions-file.ts';
import { withUsersOfFile } from './users-file.ts';

export interface ConfigurationRequest {
  /** JSON or YAML; absent: no file. */
  readonly file?: string;
  readonly env: Environment;
  /** Nested, or by dotted path. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** Lower-case hex SHA-256 of the effective configuration. */
  readonly hash: string;
}

/**
 * Reads and checks the effective configuration: overrides over `APPSTREAM_AUDIT_*` over the file over the defaults.
 * `identity.usersFile` is read into `identity.users` and `findings.exceptionsFile` into `findings.exceptions`; their paths count
 * from the folder of the file that names them, else from here.
 * @throws ConfigurationError when the file cannot be read or parsed, or anything in it is wrong
 */
export async function loadConfiguration({ file, env, overrides = {} }: ConfigurationRequest): Promise<LoadedConfiguration> {
  const values = file === undefined ? undefined : parseConfiguration(await readText(file), file);
  const effective = effectiveConfiguration({
    ...(file === undefined ? {} : { file: { name: file, values } }),
    environment: env,
    overrides,
  });
  // a path counts from the folder of the file that names it
  const folderOf = (section: string, key: string, path: string) =>
    file !== undefined && textIn(values, section, key) === path ? dirname(file) : '.';
  const { identity, findings } = effective;
  const withUsers = withUsersOfFile(effective, folderOf('identity', 'usersFile', identity.usersFile));
  const configuration = withExceptionsOfFile(withUsers, folderOf('findings', 'exceptionsFile', findings.exceptionsFile));
  return { configuration, hash: configurationHash(configuration) };
}

function textIn(values: unknown, section: string, key: string): unknown {
  return (values as Readonly<Record<string, Readonly<Record<string, unknown>> | null>> | null)?.[section]?.[key];
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new ConfigurationError(`the configuration file ${file} ${why}`, { remedy: 'give the path of a JSON or YAML file', cause });
  }
}

/**
 * Parses JSON (`.json`) or YAML (any other name: JSON is YAML too). A key that is given twice is an error in both.
 * @returns null when the file holds nothing
 * @throws ConfigurationError with line and column
 */
export function parseConfiguration(text: string, name: string): unknown {
  const content = text.replace(/^\ufeff/, '');
  const isJson = /\.json$/i.test(name);
  try {
    if (isJson) JSON.parse(content);
    // JSON.parse takes the last of two equal keys without a word, hence the YAML parser for JSON as well
    const document = parseDocument(content, { prettyErrors: true });
    const flaw = [...document.errors, ...document.warnings][0];
    if (flaw) throw flaw;
    return document.toJS();
  } catch (cause) {
    const what = isJson ? 'JSON' : 'YAML';
    // the YAML parser shows the lines around the place; what and where is enough
    const reason = ((cause as Error).message.split('\n')[0] ?? '').replace(/:$/, '');
    throw new ConfigurationError(`the configuration file ${name} is not valid ${what}: ${reason}`, {
      remedy: isJson ? 'correct it' : 'correct it; indent with blanks, give each key once, put texts with special characters in quotes',
      cause,
    });
  }
}
