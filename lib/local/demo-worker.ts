/** A thread of `demo-writer.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ResolvedDemoOptions } from '../demo/options.ts';
import { planDemo } from '../demo/world.ts';
import { writeDemoLog } from './demo-log.ts';

interface Work {
  readonly directory: string;
  readonly options: ResolvedDemoOptions;
  /** Place of the next file that nobody has taken. */
  readonly next: Int32Array;
}

const { directory, options, next } = workerData as Work;
const world = planDemo(options);
for (let place = Atomics.add(next, 0, 1); place < world.logs.length; place = Atomics.add(next, 0, 1)) {
  parentPort?.postMessage(await writeDemoLog(directory, world, place));
}
