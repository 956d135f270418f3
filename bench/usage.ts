/**
 * Loaded before a measured program (`node --import`): when it ends, what it used goes to file descriptor 3 as one line of JSON.
 * So every contender is measured in the same way, ours without a line of its own for it.
 */
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** CPU of all threads of the process, and the most memory it ever held. */
export interface Usage {
  /** User and system, seconds. */
  readonly cpuS: number;
  /** Megabytes of 10^6 bytes. */
  readonly peakMb: number;
}

/** The place where a measured program says what it used. */
export const USAGE_DESCRIPTOR = 3;

if (isMainThread && process.env['BENCH_USAGE'] === 'tell') {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage: Usage = { cpuS: (userCPUTime + systemCPUTime) / 1e6, peakMb: (maxRSS * 1024) / 1e6 };
    writeSync(USAGE_DESCRIPTOR, `${JSON.stringify(usage)}\n`);
  });
}
