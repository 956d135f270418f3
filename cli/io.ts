/** What a command may touch of its process; tests put their own in its place. */
import { once } from 'node:events';
import { InterruptedError } from '../lib/errors.ts';
import { type Services, services } from './services.ts';

/** A stream to write text to, and what is known of the terminal behind it. */
export interface Output {
  write(text: string): boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The time spans such as `-7d` and the default `as_of` count from, epoch milliseconds. */
  readonly nowMs: () => number;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly services: Services;
}

/** Within this time of the first, another signal is the same Ctrl-C: npx passes on what the terminal has sent to us already. */
const SAME_SIGNAL_MS = 250;

/**
 * The real process. The first Ctrl-C asks the command to stop where it is safe, the second kills: by the signal itself, because
 * an orderly exit would wait for the statement that the engine is busy with. Shells show 130 either way.
 */
export function processIo(): Io {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = () => {
    if (controller.signal.aborted) return;
    process.stderr.write('\nstopping where it is safe; once more to stop at once\n');
    controller.abort();
    setTimeout(() => {
      for (const name of signals) process.off(name, stop);
    }, SAME_SIGNAL_MS).unref();
  };
  for (const name of signals) process.on(name, stop);
  // a reader that went away (`| head`) is no error: `writeAll` stops writing to it
  process.stdout.on('error', endUnlessPipeBroke);
  // nobody is left to be told
  process.stderr.on('error', () => undefined);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    nowMs: () => Date.now(),
    signal: controller.signal,
    services,
  };
}

/** A full disk behind standard output: what was asked for cannot be had, and nothing that comes after it either. */
function endUnlessPipeBroke(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`error: standard output cannot be written (${error.code ?? error.message}); make room, or write elsewhere\n`);
  process.exit(1);
}

const CHUNK = 1 << 16;

/**
 * Writes all chunks, waiting for a slow reader; ends quietly when the reader has gone away.
 * @throws InterruptedError when the signal fires while a reader is waited for
 */
export async function writeAll(output: Output, chunks: Iterable<string> | AsyncIterable<string>, signal?: AbortSignal): Promise<void> {
  const stream = output as Output & Partial<NodeJS.WritableStream> & { destroyed?: boolean };
  let pending = '';
  const flush = async (): Promise<boolean> => {
    if (stream.destroyed) return false;
    const text = pending;
    pending = '';
    if (stream.write(text) || stream.once === undefined) return true;
    try {
      await once(stream as NodeJS.WritableStream, 'drain', signal === undefined ? {} : { signal });
      return true;
    } catch (error) {
      if (signal?.aborted) throw new InterruptedError('interrupted', { cause: error });
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false;
      throw error;
    }
  };
  for await (const chunk of chunks) {
    pending += chunk;
    if (pending.length >= CHUNK && !(await flush())) return;
  }
  if (pending !== '') await flush();
}
