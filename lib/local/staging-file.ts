/** One staging file: lines gather in memory and are written out when there are enough of them. */
import { appendFileSync, truncateSync } from 'node:fs';
import { AuditError, LakeError } from '../errors.ts';
import { explainWriteError } from '../lake/full-disk.ts';

/** Bytes that a file holds in memory at most, and at first. */
const MOST_HELD = 256 * 1024;
const FIRST_HELD = 4 * 1024;

/** Bytes that one character of a JavaScript text takes at most in UTF-8. */
const UTF8_WIDTH = 3;

export class StagingFile {
  readonly path: string;
  /** Bytes of memory held for lines. */
  capacity = 0;
  #held: Buffer = Buffer.alloc(0);
  #length = 0;
  #written = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Bytes of all lines, on disk or not yet. */
  get size(): number {
    return this.#written + this.#length;
  }

  /**
   * Adds a line.
   * @param plain whether it is ASCII
   * @throws DiskFullError or LakeError when what was held cannot be written out
   */
  append(line: string, plain: boolean): void {
    const most = plain ? line.length : line.length * UTF8_WIDTH;
    if (this.#length + most > this.#held.length) this.#makeRoom(most);
    this.#length += this.#held.write(line, this.#length, plain ? 'latin1' : 'utf8');
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes > MOST_HELD) this.flush();
    if (this.#length + bytes <= this.#held.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(Math.min(this.#held.length * 4, MOST_HELD), FIRST_HELD, this.#length + bytes));
    this.#held.copy(larger, 0, 0, this.#length);
    this.#held = larger;
    this.capacity = larger.length;
  }

  /** Writes out what is held. @throws DiskFullError or LakeError */
  flush(): void {
    if (this.#length === 0) return;
    try {
      appendFileSync(this.path, this.#held.subarray(0, this.#length));
    } catch (cause) {
      throw stagingError(this.path, cause);
    }
    this.#written += this.#length;
    this.#length = 0;
  }

  /** Writes out what is held, and gives its memory back. @throws DiskFullError or LakeError */
  release(): void {
    this.flush();
    this.#held = Buffer.alloc(0);
    this.capacity = 0;
  }

  /** Forgets all lines behind the first `size` bytes. @throws DiskFullError or LakeError */
  cutBack(size: number): void {
    this.#length = Math.max(0, size - this.#written);
    if (this.#written <= size) return;
    try {
      truncateSync(this.path, size);
    } catch (cause) {
      throw stagingError(this.path, cause);
    }
    this.#written = size;
  }
}

/** What cannot be staged is no fault of the input that is being read: a part of a row may be on disk, so the batch cannot go on. */
function stagingError(path: string, cause: unknown): AuditError {
  const explained = explainWriteError(path, cause);
  if (explained instanceof AuditError) return explained;
  return new LakeError(`cannot write ${path}: ${(cause as Error).message}`, {
    remedy: 'see that the lake can be written and run the same command again',
    cause,
  });
}
