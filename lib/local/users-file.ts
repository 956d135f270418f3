/** Reads the file of `identity.usersFile` into `identity.users`, so that the configuration says all there is to say itself. */
import { resolve } from 'node:path';
import type { Configuration } from '../../schemas/configuration.ts';
import { type MappedUser, parseUsers } from '../config/users-file.ts';
import { readSettingFile } from './setting-file.ts';

/**
 * The configuration with the users of its file behind those of its list, and without the file: what is hashed, printed and
 * deployed depends on what the file holds, not on where it lies.
 * @param folder what a relative path counts from
 * @throws ConfigurationError naming the file, and the line where one is wrong
 */
export function withUsersOfFile(configuration: Configuration, folder: string): Configuration {
  const { identity } = configuration;
  if (identity.usersFile === '') return configuration;
  const users = [...identity.users, ...readUsers(resolve(folder, identity.usersFile))];
  return { ...configuration, identity: { ...identity, users, usersFile: '' } };
}

/** The same for settings that nobody has checked yet. What is wrong with them stays, to be refused. */
export function withUsersOfFileRaw(settings: Readonly<Record<string, unknown>>, folder: string): Readonly<Record<string, unknown>> {
  const identity = settings['identity'];
  if (typeof identity !== 'object' || identity === null) return settings;
  const { users = [], usersFile } = identity as { readonly users?: unknown; readonly usersFile?: unknown };
  if (typeof usersFile !== 'string' || usersFile === '' || !Array.isArray(users)) return settings;
  return { ...settings, identity: { ...identity, users: [...users, ...readUsers(resolve(folder, usersFile))], usersFile: '' } };
}

function readUsers(file: string): MappedUser[] {
  return parseUsers(readSettingFile('identity.usersFile', file), file);
}
