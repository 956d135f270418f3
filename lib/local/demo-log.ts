/** Makes one log file of a demo and writes it; any thread can. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DemoCounts } from '../demo/collector.ts';
import { type DemoFile, pack, packLog } from '../demo/generate.ts';
import type { LogFile } from '../demo/log-plan.ts';
import { type DemoWorld, makeLog } from '../demo/world.ts';

/** What one log file came to. */
export interface WrittenLog {
  readonly place: number;
  readonly counts: DemoCounts;
  readonly unpackedBytes: number;
  readonly packedBytes: number;
  /** Packed lines of the truth; null when none is made. */
  readonly truth: Uint8Array | null;
}

/** Writes one file and gives it the time at which it would have been written. */
export async function writeDemoFile(directory: string, file: DemoFile): Promise<void> {
  const path = join(directory, file.path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, file.bytes);
  await utimes(path, file.modifiedMs / 1000, file.modifiedMs / 1000);
}

/** @param place of the file in the plan, below its length */
export async function writeDemoLog(directory: string, world: DemoWorld, place: number): Promise<WrittenLog> {
  const log = world.logs[place] as LogFile;
  const made = makeLog(world, log);
  const file = packLog(world, log, made.bytes);
  await writeDemoFile(directory, file);
  return {
    place,
    counts: made.counts,
    unpackedBytes: made.bytes.length,
    packedBytes: file.bytes.length,
    truth: world.options.truth ? pack(Buffer.from(made.truth, 'utf8')) : null,
  };
}
