/** Stages batches on several threads. */
import { Worker } from 'node:worker_threads';
import type { FailedInputRow } from '../../schemas/ledger-tables.ts';
import { AuditError, DiskFullError } from '../errors.ts';
import type { InputObject, StagedBatch } from '../lake/batch.ts';
import { describeFailed } from '../lake/input-row.ts';
import { describeBug } from './failure-text.ts';
import type { WorkerMessage } from './ingest-worker.ts';
import { type StageRequest, stageBatch } from './stage-batch.ts';

/** Called with what was done since the last call; negative when a thread that died takes its part back. */
export type OnProgress = (inputs: number, bytes: number, records: number) => void;

/** Stages one batch after another, as many at a time as there are threads. */
export interface Stager {
  stage(request: StageRequest, onProgress: OnProgress): Promise<StagedBatch>;
  /** Ends the threads, at once. */
  close(): Promise<void>;
}

/** Worker threads run the built package; from the sources (tests) everything runs in one thread. */
const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts');

/** An input during which so many threads have died is the reason, not the victim. */
const DEATHS_TO_FAIL = 2;

/** @param threads how many batches may be staged at a time; 0 or 1 needs no thread */
export function createStager(threads: number): Stager {
  return threads <= 1 || RUNS_FROM_SOURCE ? new InlineStager() : new ThreadStager(startWorker);
}

class InlineStager implements Stager {
  stage(request: StageRequest, onProgress: OnProgress): Promise<StagedBatch> {
    return stageBatch(request, (bytes, records) => onProgress(1, bytes, records));
  }

  async close(): Promise<void> {
    // nothing is held
  }
}

/** Why a thread is no more. */
class WorkerDeath extends AuditError {
  override readonly name = 'WorkerDeath';
}

/**
 * Stages on worker threads. A thread that dies (out of memory, an exit, a crash of a native part) is replaced and its batch
 * read again; an input during which threads die again fails, and the others of its batch go on without it.
 */
export class ThreadStager implements Stager {
  readonly #start: () => Worker;
  readonly #idle = new Set<Worker>();
  readonly #all = new Set<Worker>();
  #closed = false;

  /** @param start makes a thread that answers a `StageRequest` with `WorkerMessage`s */
  constructor(start: () => Worker) {
    this.#start = start;
  }

  async stage(request: StageRequest, onProgress: OnProgress): Promise<StagedBatch> {
    const failed: FailedInputRow[] = [];
    const deaths = new Map<InputObject | undefined, number>();
    let inputs = request.inputs;
    for (;;) {
      const reading = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
      const done = { inputs: 0, bytes: 0, records: 0 };
      try {
        const batch = await this.#attempt({ ...request, inputs, reading }, (count, bytes, records) => {
          done.inputs += count;
          done.bytes += bytes;
          done.records += records;
          onProgress(count, bytes, records);
        });
        return { ...batch, failed: [...batch.failed, ...failed] };
      } catch (error) {
        if (!(error instanceof WorkerDeath) || this.#closed) throw error;
        onProgress(-done.inputs, -done.bytes, -done.records);
        const culprit = inputs[Atomics.load(reading, 0)];
        const died = (deaths.get(culprit) ?? 0) + 1;
        deaths.set(culprit, died);
        if (died < DEATHS_TO_FAIL) continue;
        // it never began to read: no input can be blamed, and the next thread would fare no better
        if (culprit === undefined) throw error;
        inputs = inputs.filter((input) => input !== culprit);
        failed.push(describeFailed(culprit, `${culprit.location} could not be read: ${error.message}`, request.nowMs));
        onProgress(1, culprit.sizeBytes, 0);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  #attempt(request: StageRequest, onProgress: OnProgress): Promise<StagedBatch> {
    const worker = this.#take();
    return new Promise((resolve, reject) => {
      const onError = (cause: Error) => die(describeDeath(cause), cause);
      const onExit = (code: number) => die(`it ended with ${code}`);
      const onMessage = (message: WorkerMessage) => {
        if (message.type === 'progress') return onProgress(message.inputs, message.bytes, message.records);
        settle();
        this.#idle.add(worker);
        if (message.type === 'staged') resolve(message.batch);
        else reject(revive(message));
      };
      const die = (what: string, cause?: Error) => {
        settle();
        this.#forget(worker);
        reject(new WorkerDeath(`a reader thread died: ${what}`, { remedy: 'run the same command again', cause }));
      };
      const settle = () => {
        worker.off('message', onMessage).off('messageerror', onError).off('error', onError).off('exit', onExit);
      };
      worker.on('message', onMessage).on('messageerror', onError).on('error', onError).on('exit', onExit);
      worker.postMessage(request);
    });
  }

  #take(): Worker {
    for (const worker of this.#idle) {
      this.#idle.delete(worker);
      return worker;
    }
    const worker = this.#start();
    this.#all.add(worker);
    // one that dies while it is idle has nobody else to hear of it
    worker.on('error', () => this.#forget(worker)).on('exit', () => this.#forget(worker));
    return worker;
  }

  #forget(worker: Worker): void {
    this.#idle.delete(worker);
    if (this.#all.delete(worker)) worker.terminate().catch(() => undefined);
  }
}

function startWorker(): Worker {
  return new Worker(new URL('./ingest-worker.js', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: 80 } });
}

/** The words of the engine for a thread that it ended; of other errors only what they are. */
function describeDeath(cause: Error): string {
  return (cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ? cause.message : describeBug(cause);
}

function revive(message: Extract<WorkerMessage, { type: 'failed' }>): Error {
  const cause = Object.assign(new Error(message.message), { stack: message.stack });
  return message.name === 'DiskFullError' ? new DiskFullError(message.message, { cause }) : new AuditError(message.message, { cause });
}
