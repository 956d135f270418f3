/** Finds the inputs that paths name: a file, a directory (recursive), a glob, or `s3://bucket/prefix`. */
import { statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
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
  const options = { absolute: true, dot: false, onlyFiles: true, followSymbolicLinks: true } as const;
  if (isFile(path)) return describe(kind, resolve(path));
  const names = isDirectory(path) ? await glob('**/*', { ...options, cwd: resolve(path) }) : await glob(toPattern(path), options);
  return names.flatMap((name) => describe(kind, name));
}

/** A file that vanished since it was listed is found missing again when it is read, and counted there. */
function describe(kind: InputKind, path: string): InputObject[] {
  const location = toLocation(path);
  const stat = statSync(path, { throwIfNoEntry: false });
  return [{ location, kind, sizeBytes: stat?.size ?? 0, modifiedMs: Math.floor(stat?.mtimeMs ?? 0), etag: null }];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Locations and patterns are written with `/` everywhere. */
function toLocation(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function toPattern(path: string): string {
  return toLocation(path);
}
