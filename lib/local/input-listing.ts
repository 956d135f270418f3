/** Finds the inputs that paths name: a file, a directory (recursive), a glob, or `s3://bucket/prefix`. */
import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { glob } from 'tinyglobby';
import { listS3Objects } from '../aws/s3-objects.ts';
import { UsageError } from '../errors.ts';
import type { InputKind } from '../ingest/reader.ts';
import { HIDDEN, siblingOf } from '../ingest/sibling.ts';
import type { InputObject } from '../lake/batch.ts';

/** What a listing tells beside the inputs. */
export interface ListingNotes {
  /** A path is there, but has no input below it. */
  readonly onEmpty?: (path: string) => void;
  /** Something below a path is no input of the kind (`siblingOf`), named as what it is. */
  readonly onPassedOver?: (location: string, name: string) => void;
}

/** Stands for a kind that is not found out yet. */
const ANY_KIND: InputKind = 'cloudtrail';

/** Holds a lake: its own files are no inputs. */
const LAKE_FILE = 'audit.duckdb';

/**
 * Lists inputs, each once, sorted by location. What lies beside inputs below a path is passed over and told; a path that names one
 * file or object names an input, whatever it is called.
 * @param kind null where inputs of any kind are looked for: `findKind` then tells which each is of
 * @throws UsageError when a path names nothing: a typo must not look like an empty day
 */
export async function listInputs(kind: InputKind | null, paths: readonly string[], notes: ListingNotes = {}): Promise<InputObject[]> {
  const found = new Map<string, InputObject>();
  const beside = new Map<string, string>();
  for (const path of paths) {
    const { objects, siblings } = path.startsWith('s3://') ? await listBucket(kind, path) : await listFiles(kind, path);
    if (objects.length === 0 && siblings.size === 0 && !isDirectory(path)) {
      throw new UsageError(`${path} names no input`, { remedy: 'check the path' });
    }
    if (objects.length === 0) notes.onEmpty?.(path);
    for (const object of objects) found.set(object.location, object);
    for (const [location, name] of siblings) beside.set(location, name);
  }
  for (const [location, name] of beside) if (!found.has(location)) notes.onPassedOver?.(location, name);
  return [...found.values()].sort((a, b) => (a.location < b.location ? -1 : 1));
}

/** What a path names: inputs, and by location what each of the others is. */
interface Listed {
  readonly objects: InputObject[];
  readonly siblings: ReadonlyMap<string, string>;
}

async function listBucket(kind: InputKind | null, path: string): Promise<Listed> {
  const objects: InputObject[] = [];
  const siblings = new Map<string, string>();
  for (const object of await listS3Objects(path)) {
    const key = object.location.slice(object.location.indexOf('/', 5) + 1);
    const sibling = object.location === path ? null : siblingOf(kind, key);
    if (sibling === null) objects.push({ ...object, kind: kind ?? ANY_KIND });
    else siblings.set(object.location, sibling.name);
  }
  return { objects, siblings };
}

async function listFiles(kind: InputKind | null, path: string): Promise<Listed> {
  const siblings = new Map<string, string>();
  const walk = (name: string) => below(kind, name, new Set(), siblings);
  if (isThere(path)) return { objects: walk(resolve(path)).map((name) => describe(kind, name)), siblings };
  const options = { absolute: true, dot: false, onlyFiles: false, followSymbolicLinks: true } as const;
  // as if the shell had spelled them out: a folder that matches stands for what is below it
  const matches = await glob(toPattern(path), options);
  const named = matches.flatMap((name) => (isBeside(kind, resolve(name), siblings) ? [] : walk(resolve(name))));
  return { objects: named.map((name) => describe(kind, name)), siblings };
}

/**
 * Files below a path. What cannot be looked into (a folder without permission, a link to nothing) is listed itself: reading
 * it fails, and that is told and counted.
 * @param above real paths of the folders on the way here: a link back to one of them is not followed
 * @param siblings gets what is passed over
 */
function below(kind: InputKind | null, path: string, above: ReadonlySet<string>, siblings: Map<string, string>): string[] {
  const stat = sizeAndTime(path);
  // a pipe or a socket in a folder is nobody's log, and waiting for it would never end
  if (!stat?.isDirectory()) return stat === null || stat.isFile() ? [path] : [];
  try {
    const here = realpathSync(path);
    if (above.has(here)) return [];
    const way = new Set([...above, here]);
    const names = readdirSync(path);
    if (names.includes(LAKE_FILE)) {
      siblings.set(toLocation(path), 'lake');
      return [];
    }
    return names.flatMap((name) => {
      const inner = join(path, name);
      return isBeside(kind, inner, siblings) ? [] : below(kind, inner, way, siblings);
    });
  } catch {
    return [path];
  }
}

/** Whether a path that was come upon is no input, or a folder of such; notes it. */
function isBeside(kind: InputKind | null, path: string, siblings: Map<string, string>): boolean {
  const location = toLocation(path);
  const sibling = siblingOf(kind, location);
  if (sibling === null) return false;
  // what lies in a folder is counted one by one, unless the folder is hidden
  if (sibling.name !== HIDDEN && sizeAndTime(path)?.isDirectory()) return false;
  siblings.set(location, sibling.name);
  return true;
}

/** A file that vanished since it was listed is found missing again when it is read, and counted there. */
function describe(given: InputKind | null, path: string): InputObject {
  const kind = given ?? ANY_KIND;
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
