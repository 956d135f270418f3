/** The flags of every command that opens a lake. */
import { type Command, InvalidArgumentError } from 'commander';
import { shellQuoted } from '../lib/answer/cell.ts';
import type { Lake, LakeOptions } from '../lib/engine/lake.ts';
import { InterruptedError, UsageError } from '../lib/errors.ts';
import type { Terminal } from './terminal.ts';

export interface LakeFlags {
  readonly lake?: string;
  readonly wait: number;
  readonly threads?: number;
  readonly memory?: number;
}

/** Adds `--lake` and `--wait`. */
export function addLakeOptions(command: Command): Command {
  return command
    .option('--lake <dir>', 'folder of the lake (default: APPSTREAM_AUDIT_LAKE)')
    .option('--wait <seconds>', 'how long to wait while another process holds the lake', wholeNumber, 60);
}

/** Adds `--threads` and `--memory`, for the commands that do heavy work. */
export function addEngineOptions(command: Command): Command {
  return command
    .option('--threads <n>', 'threads to use (default: one per core)', positiveNumber)
    .option('--memory <mb>', 'memory of the database engine, MB', positiveNumber);
}

/** @throws UsageError when neither the flag nor the environment names a lake */
export function lakeDirectory(flags: LakeFlags, terminal: Terminal): string {
  const directory = flags.lake ?? terminal.io.env['APPSTREAM_AUDIT_LAKE'];
  if (!directory) throw new UsageError('no lake is named', { remedy: 'give --lake DIR or set APPSTREAM_AUDIT_LAKE' });
  return directory;
}

/** What somebody types after a run: the findings that stand, worst first. The lake is named unless the environment does. */
export function nextCommand(terminal: Terminal, flags: LakeFlags): string {
  return `query findings-open${flags.lake === undefined ? '' : ` --lake ${shellQuoted(lakeDirectory(flags, terminal))}`}`;
}

/** Opens the lake, lends it to `use`, and closes it whatever happens. */
export async function withLake<T>(
  terminal: Terminal,
  flags: LakeFlags,
  options: Pick<LakeOptions, 'mode' | 'create' | 'command'> & { readonly directory?: string },
  use: (lake: Lake) => Promise<T>,
): Promise<T> {
  const { directory = lakeDirectory(flags, terminal), ...rest } = options;
  const lake = await terminal.io.services.openLake(directory, {
    ...rest,
    waitSeconds: flags.wait,
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.memory === undefined ? {} : { memoryLimitMb: flags.memory }),
    onWait: (holder) => terminal.log(`the lake is in use by ${holder}; waiting up to ${flags.wait} s`),
    signal: terminal.io.signal,
  });
  // a question may be stopped at once; what writes ends where it is safe
  const stop = () => lake.database.interrupt();
  if (options.mode === 'read') terminal.io.signal.addEventListener('abort', stop);
  try {
    // a signal that fired while the lake was opened has nobody else to tell
    if (terminal.io.signal.aborted && options.mode === 'read') throw new InterruptedError('interrupted');
    return await use(lake);
  } catch (error) {
    if (terminal.io.signal.aborted && options.mode === 'read') throw new InterruptedError('interrupted');
    throw error;
  } finally {
    terminal.io.signal.removeEventListener('abort', stop);
    await lake.close();
  }
}

/** @throws InvalidArgumentError (usage) unless it is 0, 1, 2 … */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Not a whole number.');
  return Number(text);
}

/** @throws InvalidArgumentError (usage) unless it is 1, 2 … */
export function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('Not a number above 0.');
  return number;
}

/** For flags that may be given several times, or with several values. */
export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}
