/** Reads the file that a setting names. */
import { readFileSync } from 'node:fs';
import { ConfigurationError } from '../errors.ts';

/**
 * @param setting for messages: `identity.usersFile`
 * @param file absolute path of a CSV file
 * @throws ConfigurationError naming setting and file when it cannot be read
 */
export function readSettingFile(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new ConfigurationError(`${setting}: the file ${file} ${why}`, {
      remedy: 'give the path of a CSV file, relative to the configuration file',
      cause,
    });
  }
}
