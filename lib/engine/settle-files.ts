/** What has to be done with files after a transaction, however it ended, and what is told when that fails. */
import { LakeError } from '../errors.ts';
import { explainWriteError } from '../lake/full-disk.ts';
import type { Lake } from './lake.ts';

/**
 * Runs work that commits or rolls back, then gives the files of the lake the names that the ledger has for them, and shows them.
 * The error of the work is the one that is told; what fails after it becomes part of its cause.
 * @param what was published, for the message: `the run 2026…`
 * @throws LakeError when the work was committed but files could not be renamed or removed: nothing is lost then
 */
export async function thenSettleFiles<T>(lake: Lake, what: string, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await settle(lake).catch((second) => addCause(error, second));
    throw error;
  }
  try {
    await settle(lake);
  } catch (cause) {
    const reason = (explainWriteError(lake.directory, cause) as Error).message;
    throw new LakeError(`${what} is published, but its files could not all be put in place: ${reason}`, {
      remedy: 'nothing is lost: queries find them, and the next command that writes to the lake finishes it',
      cause,
    });
  }
  return result;
}

async function settle(lake: Lake): Promise<void> {
  try {
    await lake.settleFiles();
  } catch (error) {
    // a run that ended lets `attributions` show what it had not published; a view of files that were not renamed fails, too,
    // but is not the reason
    await lake.refreshViews().catch((second) => addCause(error, second));
    throw error;
  }
  await lake.refreshViews();
}

function addCause(error: unknown, second: unknown): void {
  if (!(error instanceof Error)) return;
  const note = 'and what was left could not be removed: the next command that writes to the lake does it';
  error.cause = error.cause === undefined ? second : new AggregateError([error.cause, second], note);
}
