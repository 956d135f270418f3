/** Why one input could not be read, in words that quote nothing of it. */
import { AuditError } from '../errors.ts';

/** @param cause whatever was thrown while the input was read */
export function describeFailure(location: string, cause: unknown): string {
  if (cause instanceof AuditError) return cause.message;
  const { code, message } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `${location} vanished before it could be read; the next run reads it if it is back`;
  if (code === 'EACCES' || code === 'EPERM') return `${location} may not be read; give this user permission and run again`;
  if (code === 'S3' && /AccessDenied|Forbidden|KMS/.test(message)) return `${location} may not be read (${message}); ${grantFor(message)}`;
  if (isOfTheSystem(code)) return `${location} could not be read to its end (${message}); run again`;
  return `${location} could not be read: ${describeBug(cause)}; this is a bug in appstream-audit: please report it; the next run tries it again`;
}

/** The permission that is missing, and for what. S3 passes on what KMS says, which names the key where the caller may know it. */
function grantFor(message: string): string {
  if (!/kms:|KMS/.test(message))
    return 'give this principal s3:GetObject on it (and the bucket policy, if it is of another account), and run again';
  const key = /arn:aws[a-z-]*:kms:[\w:/-]+/.exec(message)?.[0];
  const which = key ?? 'the key of the object (aws s3api head-object shows SSEKMSKeyId)';
  return `give this principal kms:Decrypt on ${which}, in its own policy and in that of the key, and run again`;
}

/** Which error it was and where in the code, never its message: that of a parser quotes what it read. */
export function describeBug(cause: unknown): string {
  const { code, name, stack } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  // not by instanceof: an error of another thread is of another realm
  if (typeof name !== 'string' || typeof stack !== 'string') return 'something was thrown that is no error';
  const what = code ?? name;
  const where = /^\s+at (?:.*[/\\(])?([^/\\\s()]+:\d+):\d+\)?$/m.exec(stack)?.[1];
  return where === undefined ? what : `${what} at ${where}`;
}

/** The codes of Node's own errors begin so; those of the system and of S3 do not. */
function isOfTheSystem(code: unknown): boolean {
  return typeof code === 'string' && !code.startsWith('ERR_');
}
