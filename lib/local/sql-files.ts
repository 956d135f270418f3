/** The SQL that comes with the package, below `sql/`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError } from '../errors.ts';
import { packageRoot } from './package-root.ts';

/**
 * Text of one file.
 * @param path below `sql/`, with `/`: `queries/object-history.sql`
 * @throws AuditError when it cannot be read
 */
export function readSqlFile(path: string): string {
  try {
    return readFileSync(join(packageRoot(), 'sql', ...path.split('/')), 'utf8');
  } catch (cause) {
    throw new AuditError(`sql/${path} cannot be read`, { remedy: 'install appstream-audit again', cause });
  }
}

/**
 * Names of the `.sql` files of a folder, without the ending, sorted.
 * @param folder below `sql/`: `queries`, `findings`
 */
export function listSqlFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(join(packageRoot(), 'sql', ...folder.split('/')));
  } catch (cause) {
    throw new AuditError(`the folder sql/${folder} cannot be read`, { remedy: 'install appstream-audit again', cause });
  }
  return names
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -4))
    .sort();
}
