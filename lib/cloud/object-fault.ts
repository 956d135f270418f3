/** What may pass: an object that is not there, may not be read, or whose service is busy. The message comes again. */
import { AuditError, type AuditErrorOptions } from '../errors.ts';

/**
 * - `absent`: not there (or its existence may not be known: without s3:ListBucket S3 says `denied`)
 * - `denied`: access refused
 * - `changed`: replaced while it was being worked on
 * - `busy`: throttled, a time-out, an error of the service or of the network
 */
export type FaultKind = 'absent' | 'denied' | 'changed' | 'busy';

/** A fault of the surroundings, never of the content: the input is not committed, and is tried again. */
export class ObjectFault extends AuditError {
  override readonly name = 'ObjectFault';
  readonly fault: FaultKind;

  constructor(fault: FaultKind, message: string, options: AuditErrorOptions = {}) {
    super(message, options);
    this.fault = fault;
  }
}

/** A message that cannot be understood: it goes to the dead-letter queue, where a person looks at it. */
export class MessageFault extends AuditError {
  override readonly name = 'MessageFault';
}
