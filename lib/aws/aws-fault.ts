/** What AWS answers, in our words. */
import { type FaultKind, ObjectFault } from '../cloud/object-fault.ts';

const REMEDIES: Readonly<Record<FaultKind, string>> = {
  absent: 'if it was removed, nothing can be done; otherwise check the name of the bucket and s3:ListBucket',
  denied: "check the function's role, the bucket's policy and the policy of its KMS key (s3:GetObject, and kms:Decrypt where KMS is named)",
  changed: 'it is tried again',
  busy: 'it is tried again',
};

const DENIED =
  /AccessDenied|Forbidden|NotAuthorized|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|UnrecognizedClient|Credentials|KMS/;

interface Answer {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * @param what what was asked for, named by its location
 * @param could what it could not: `be read`
 */
export function awsFault(cause: unknown, what: string, could: string): ObjectFault {
  if (cause instanceof ObjectFault) return cause;
  const { name = 'Error', message = '', $metadata } = (cause ?? {}) as Answer;
  const fault = faultOf(name, $metadata?.httpStatusCode);
  return new ObjectFault(fault, `${what} cannot ${could} (${name}: ${message})`, { remedy: REMEDIES[fault], cause });
}

function faultOf(name: string, status: number | undefined): FaultKind {
  if (DENIED.test(name) || status === 401 || status === 403) return 'denied';
  if (status === 404 || name === 'NotFound' || name === 'ResourceNotFoundException') return 'absent';
  if (status === 412) return 'changed';
  return 'busy';
}
