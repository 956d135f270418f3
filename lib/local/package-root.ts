/** Where the package lies on disk: the same files are found from the sources (`lib/…`) and from the build (`dist/lib/…`). */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuditError } from '../errors.ts';

let found: string | undefined;

/**
 * The nearest folder above this file that has a package.json.
 * @throws AuditError when there is none: the installation is broken
 */
export function packageRoot(): string {
  if (found !== undefined) return found;
  const here = fileURLToPath(import.meta.url);
  for (let folder = dirname(here); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) {
      found = folder;
      return folder;
    }
    if (folder === dirname(folder)) throw new AuditError(`no package.json above ${here}`, { remedy: 'install appstream-audit again' });
  }
}

/** The version in package.json. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  return String((manifest as { version?: unknown }).version ?? '0.0.0');
}
