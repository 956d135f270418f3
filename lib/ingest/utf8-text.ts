/** Bytes as text, so that texts of different bytes differ. */
import { isUtf8 } from 'node:buffer';

/**
 * UTF-8 as text. A byte that is none becomes U+FFFD and its two hex digits, where decoders make all such bytes alike.
 * @param bytes not wholly UTF-8
 */
export function decodeDamaged(bytes: Buffer): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const size = sizeAt(bytes[at] as number);
    const end = at + size;
    if (size > 0 && end <= bytes.length && isUtf8(bytes.subarray(at, end))) {
      text += bytes.toString('utf8', at, end);
      at = end;
    } else {
      text += `\ufffd${(bytes[at] as number).toString(16).toUpperCase().padStart(2, '0')}`;
      at += 1;
    }
  }
  return text;
}

/** Bytes of the character that begins so; 0 when none does. */
function sizeAt(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2) return 0;
  if (byte < 0xe0) return 2;
  if (byte < 0xf0) return 3;
  return byte < 0xf5 ? 4 : 0;
}
