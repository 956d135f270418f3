/** SHA-256 as lower-case hex. */
import { hash } from 'node:crypto';

/** @param content text is hashed as its UTF-8 bytes */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}
