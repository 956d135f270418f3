/** The folder that a lake is exported to: what may be in it before, and how an export that is not whole is known. */
import { readdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { databaseTables, parquetTables } from '../../schemas/tables.ts';
import { UsageError } from '../errors.ts';

/**
 * Where an export is made, below its target: on the same file system, so that a rename completes it. It is the last to go, so
 * whoever finds it knows that the export beside it is not whole.
 */
export const UNFINISHED_EXPORT = '.export.tmp';

/**
 * @throws UsageError when something is there that could be mixed with the export, or the export would lie in the lake
 */
export function requireFree(target: string, lakeDirectory: string): void {
  if (target === lakeDirectory || target.startsWith(lakeDirectory + sep)) {
    throw new UsageError(`--out ${target} lies in the lake`, { remedy: 'name a folder beside it' });
  }
  const names = namesIn(target);
  if (names.length === 0) return;
  const foreign = names.find((name) => name !== UNFINISHED_EXPORT && !tableNames().has(name));
  if (names.includes(UNFINISHED_EXPORT) && foreign === undefined) return;
  throw new UsageError(`--out ${target} is not empty`, { remedy: 'name a new folder' });
}

/** @throws UsageError when it is there and no folder */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') throw new UsageError(`--out ${folder} is not a folder`, { cause });
    throw cause;
  }
}

function tableNames(): Set<string> {
  return new Set([...parquetTables, ...databaseTables].map((table) => table.name));
}

/**
 * Removes what an export that was stopped has left. The tables of one that was killed between two renames go first: without its
 * folder, they would look whole.
 */
export function removeUnfinished(target: string): void {
  const names = namesIn(target);
  if (!names.includes(UNFINISHED_EXPORT)) return;
  for (const name of names) if (tableNames().has(name)) rmSync(join(target, name), { recursive: true });
  rmSync(join(target, UNFINISHED_EXPORT), { recursive: true });
}
