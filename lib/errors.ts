/**
 * The one family of errors. Messages are lower-case and name the input, the reason and the remedy; the `cause` is kept.
 * The exit code is part of the class, so that the command line needs no list of its own.
 */

export interface AuditErrorOptions {
  /** What to do about it; appended to the message after a semicolon. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

export class AuditError extends Error {
  override readonly name: string = 'AuditError';
  /** Exit code of a process that ends with it. */
  readonly exitCode: number = 1;

  constructor(message: string, options: AuditErrorOptions = {}) {
    super(options.remedy ? `${message}; ${options.remedy}` : message, { cause: options.cause });
  }
}

/** A flag, an argument or a parameter is wrong. Raised before anything is read. */
export class UsageError extends AuditError {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}

/** The configuration is wrong: an unknown key, a value outside its range. Raised before anything is read. */
export class ConfigurationError extends AuditError {
  override readonly name = 'ConfigurationError';
  override readonly exitCode = 2;
}

/** One input cannot be read. It is set aside; the others go on. */
export class InputError extends AuditError {
  override readonly name: string = 'InputError';
}

/** The bytes of an input contradict their own checksum: nothing of them can be evidence. */
export class DamagedInputError extends InputError {
  override readonly name = 'DamagedInputError';
}

/** The lake cannot be opened, is of another version, or was damaged. */
export class LakeError extends AuditError {
  override readonly name = 'LakeError';
}

/** Another process holds the lake. */
export class LakeBusyError extends AuditError {
  override readonly name = 'LakeBusyError';
}

/** Counts that must be equal differ: nothing is published. Names the count. */
export class CountsError extends AuditError {
  override readonly name = 'CountsError';
}

/** A SQL statement failed. */
export class QueryError extends AuditError {
  override readonly name = 'QueryError';
}

/** No space is left where the lake or its temporary files are. */
export class DiskFullError extends AuditError {
  override readonly name = 'DiskFullError';
}

/** The user asked to stop. What was committed stays; the next run completes the work. */
export class InterruptedError extends AuditError {
  override readonly name = 'InterruptedError';
  override readonly exitCode = 130;
}
