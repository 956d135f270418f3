/** A worker thread that stages batches. */
import { parentPort } from 'node:worker_threads';
import type { StagedBatch } from '../lake/batch.ts';
import { type StageRequest, stageBatch } from './stage-batch.ts';

/** Messages to the main thread. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly inputs: number; readonly bytes: number; readonly records: number }
  | { readonly type: 'staged'; readonly batch: StagedBatch }
  | { readonly type: 'failed'; readonly name: string; readonly message: string; readonly stack: string | undefined };

/** Often enough for a progress bar, seldom enough not to cost. */
const PROGRESS_EVERY_MS = 100;

const port = parentPort;
port?.on('message', async (request: StageRequest) => {
  let told = performance.now();
  let waiting = { inputs: 0, bytes: 0, records: 0 };
  const tell = () => {
    port.postMessage({ type: 'progress', ...waiting } satisfies WorkerMessage);
    waiting = { inputs: 0, bytes: 0, records: 0 };
    told = performance.now();
  };
  try {
    const batch = await stageBatch(request, (bytes, records) => {
      waiting = { inputs: waiting.inputs + 1, bytes: waiting.bytes + bytes, records: waiting.records + records };
      if (performance.now() - told > PROGRESS_EVERY_MS) tell();
    });
    tell();
    port.postMessage({ type: 'staged', batch } satisfies WorkerMessage);
  } catch (error) {
    const { name, message, stack } = error as Error;
    port.postMessage({ type: 'failed', name, message, stack } satisfies WorkerMessage);
  }
});
