/** Finds the inputs that paths name: a file, a directory (recursive), a glob, or `s3://bucket/prefix`. */
import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { glob } from 'tinyglobby';
import { listS3Objects } from '../aws/s3-objects.ts';
import { UsageError } from '../errors.ts';
import type { InputKind } from '../ingest/reader.ts';
import type { InputObject } from '../lake/batch.ts';

/**
 * Lists inputs, each once, sorted by location. Names that begin with a dot are left out of directories and globs.
 * @param onEmpty called with each path that is there, but has no input below it
 * @throws UsageError when a path names nothing: a typo must not look like an empty day
 */
export async function listInputs(
  kind: InputKind,
  paths: readonly string[],
  onEmpty: (path: string) => void = () => undefined,
): Promise<InputObject[]> {
  const found = new Map<string, InputObject>();
  for (const path of paths) {
    const objects = path.startsWith('s3://') ? (await listS3Objects(path)).map((each) => ({ ...each, kind })) : await listFiles(kind, path);
    if (objects.length === 0 && !isDirectory(path)) throw new UsageError(`${path} names no input`, { remedy: 'check the path' });
    if (objects.length === 0) onEmpty(path);
    for (const object of objects) found.set(object.location, object);
  }
  return [...found.values()].sort((a, b) => (a.location < b.location ? -1 : 1));
}

async function listFiles(kind: InputKind, path: string): Promise<InputObject[]> {
  if (isThere(path)) return below(resolve(path), new Set()).map((name) => describe(kind, name));
  const options = { absolute: true, dot: false, onlyFiles: false, followSymbolicLinks: true } as const;
  // as if the shell had spelled them out: a folder that matches stands for what is below it
  const matches = await glob(toPattern(path), options);
  return matches.flatMap((name) => below(resolve(name), new Set())).map((name) => describe(kind, name));
}

/**
 * Files below a path. What cannot be looked into (a folder without permission, a link to nothing) is listed itself: reading
 * it fails, and that is told and counted.
 * @param above real paths of the folders on the way here: a link back to one of them is not followed
 */
function below(path: string, above: ReadonlySet<string>): string[] {
  const stat = sizeAndTime(path);
  // a pipe or a socket in a folder is nobody's log, and waiting for it would never end
  if (!stat?.isDirectory()) return stat === null || stat.isFile() ? [path] : [];
  try {
    const here = realpathSync(path);
    if (above.has(here)) return [];
    const way = new Set([...above, here]);
    const names = readdirSync(path).filter((name) => !name.startsWith('.'));
    return names.flatMap((name) => below(join(path, name), way));
  } catch {
    return [path];
  }
}

/** A file that vanished since it was listed is found missing again when it is read, and counted there. */
function describe(kind: InputKind, path: string): InputObject {
  const stat = sizeAndTime(path);
  return { location: toLocation(path), kind, sizeBytes: stat?.size ?? 0, modifiedMs: Math.floor(stat?.mtimeMs ?? 0), etag: null };
}

/** Null for what is gone, or may not be looked at. */
function sizeAndTime(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** Also a link to nothing is there: it was meant to be something. */
function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function isDirectory(path: string): boolean {
  return sizeAndTime(path)?.isDirectory() ?? false;
}

/** Locations and patterns are written with `/` everywhere. */
function toLocation(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function toPattern(path: string): string {
  return toLocation(path);
}
