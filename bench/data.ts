/** The sets the bench measures on: made once by the generator of the demo, used again while their options are the same. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DemoManifest } from '../lib/demo/manifest.ts';
import { type DemoOptions, resolveDemoOptions } from '../lib/demo/options.ts';
import { writeDemo } from '../lib/local/demo-writer.ts';

export interface DataSet {
  readonly name: string;
  /** Absolute or relative to the current directory. */
  readonly directory: string;
  readonly manifest: DemoManifest;
}

/** Makes the set, or finds it made. What is left of a set with other options, or of one that was not finished, is removed. */
export async function prepareSet(parent: string, name: string, options: DemoOptions, say: (text: string) => void): Promise<DataSet> {
  const directory = join(parent, name);
  const made = readManifest(directory);
  if (made && isDeepStrictEqual(made.options, resolveDemoOptions(options))) return { name, directory, manifest: made };
  say(`making ${name}`);
  rmSync(directory, { recursive: true, force: true });
  return { name, directory, manifest: await writeDemo(directory, options, { threads: availableParallelism() }) };
}

/** Null without a manifest: it is written last. */
function readManifest(directory: string): DemoManifest | null {
  const path = join(directory, 'manifest.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as DemoManifest) : null;
}

/** The CloudTrail files of a set, sorted. */
export function logFiles(directory: string): Promise<string[]> {
  return filesBelow(join(directory, 'cloudtrail'), '.json.gz');
}

/** The folders with usage reports: those of the late ones too, when there are any. */
export function reportFolders(set: DataSet): string[] {
  const { usageReports, late } = set.manifest.inputs;
  return [usageReports, late].filter(({ files }) => files > 0).map(({ path }) => join(set.directory, path));
}

export async function filesBelow(folder: string, suffix: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => join(folder, name));
}

/** Reads every log once, so that the first contender does not pay the disk for the others. */
export async function warm(set: DataSet): Promise<void> {
  for (const path of await logFiles(set.directory)) await readFile(path);
}
