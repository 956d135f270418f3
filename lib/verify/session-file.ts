/** What a session script wrote into the home folder: claims, and nothing more. */
import type { SessionClaims } from '../../schemas/session-check.ts';
import { sessionFileSchema } from '../../schemas/session-check.ts';

/** A session.json has a few hundred bytes; whatever is longer is something else. */
export const LARGEST_SESSION_FILE = 16_384;

/**
 * @param bytes the whole file; null when it is longer than it may be
 * @returns the claims, or why there are none: never with what was written
 */
export function readSessionFile(bytes: Uint8Array | null): { readonly claims: SessionClaims } | { readonly flaw: string } {
  if (bytes === null || bytes.length > LARGEST_SESSION_FILE) return { flaw: `longer than ${LARGEST_SESSION_FILE} bytes` };
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // the parser's own message quotes the text
    return { flaw: 'not JSON in UTF-8' };
  }
  const read = sessionFileSchema.safeParse(parsed);
  if (!read.success) return { flaw: read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim()).join(', ') };
  // an address in the file is the client's word: S3 saw the real one
  return { claims: { ...read.data, address: null } };
}
