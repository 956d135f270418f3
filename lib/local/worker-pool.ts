/** Stages batches on several threads. */
import { Worker } from 'node:worker_threads';
import { AuditError, DiskFullError } from '../errors.ts';
import type { StagedBatch } from '../lake/batch.ts';
import type { WorkerMessage } from './ingest-worker.ts';
import { type StageRequest, stageBatch } from './stage-batch.ts';

export type OnProgress = (inputs: number, bytes: number, records: number) => void;

export interface Stager {
  stage(request: StageRequest, onProgress: OnProgress): Promise<StagedBatch>;
  /** Ends the threads, at once. */
  close(): Promise<void>;
}

/** Worker threads run the built package; from the sources (tests) everything runs in one thread. */
const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts');

/** @param threads how many batches may be staged at a time; 0 or 1 needs no thread */
export function createStager(threads: number): Stager {
  return threads <= 1 || RUNS_FROM_SOURCE ? new InlineStager() : new ThreadStager();
}

class InlineStager implements Stager {
  stage(request: StageRequest, onProgress: OnProgress): Promise<StagedBatch> {
    return stageBatch(request, (bytes, records) => onProgress(1, bytes, records));
  }

  async close(): Promise<void> {
    // nothing is held
  }
}

class ThreadStager implements Stager {
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();

  stage(request: StageRequest, onProgress: OnProgress): Promise<StagedBatch> {
    const worker = this.idle.pop() ?? this.start();
    return new Promise((resolve, reject) => {
      const onError = (cause: Error) => settle(() => reject(new AuditError(`a reader thread failed: ${cause.message}`, { cause })));
      const onExit = (code: number) =>
        settle(() => reject(new AuditError(`a reader thread ended with ${code}`, { remedy: 'run the same command again' })));
      const onMessage = (message: WorkerMessage) => {
        if (message.type === 'progress') onProgress(message.inputs, message.bytes, message.records);
        else if (message.type === 'staged') settle(() => resolve(message.batch));
        else settle(() => reject(revive(message)));
      };
      const settle = (act: () => void) => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        this.idle.push(worker);
        act();
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.all].map((worker) => worker.terminate()));
  }

  private start(): Worker {
    const worker = new Worker(new URL('./ingest-worker.js', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: 32 } });
    this.all.add(worker);
    return worker;
  }
}

function revive(message: Extract<WorkerMessage, { type: 'failed' }>): Error {
  const cause = Object.assign(new Error(message.message), { stack: message.stack });
  return message.name === 'DiskFullError' ? new DiskFullError(message.message, { cause }) : new AuditError(message.message, { cause });
}
