/** What a file system says when nothing more can be written, in our words. */
import { DiskFullError } from '../errors.ts';

/** No space, no space for this user, no larger file for this process. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Turns the error of a write into a `DiskFullError` when that is what it is; any other error is given back as it was.
 * @param path what was being written
 */
export function explainWriteError(path: string, cause: unknown): unknown {
  if (!FULL.includes(String((cause as NodeJS.ErrnoException).code))) return cause;
  return new DiskFullError(`no space is left to write ${path} (${(cause as Error).message})`, {
    remedy: 'free space and run the same command again: what was committed stays, the rest is read again',
    cause,
  });
}
