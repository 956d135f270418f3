/** UTF-16, as Windows programs save text, as UTF-8. */
import { InputError } from '../errors.ts';

/** So many bytes are looked at where no byte order mark tells. */
const LOOKED_AT = 256;

/** Whether text is UTF-16: by its byte order mark, or because every other of its first bytes is zero. */
export function isUtf16(head: Uint8Array): boolean {
  return orderOf(head) !== null;
}

function orderOf(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (head.length < 2) return null;
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const length = Math.min(head.length, LOOKED_AT) & ~1;
  if (length < 8) return null;
  const zeros = [0, 0];
  for (let at = 0; at < length; at++) if (head[at] === 0) zeros[at & 1] = (zeros[at & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  // what these logs begin with is ASCII
  if (odd === length / 2 && even === 0) return 'utf-16le';
  return even === length / 2 && odd === 0 ? 'utf-16be' : null;
}

/**
 * @param bytes text for which `isUtf16` holds
 * @throws InputError at half a character: one put in its place could make two names alike
 */
export async function* utf16ToUtf8(bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  const decode = (chunk: Uint8Array | undefined) => {
    try {
      return Buffer.from(chunk === undefined ? (decoder?.decode() ?? '') : (decoder?.decode(chunk, { stream: true }) ?? ''), 'utf8');
    } catch (cause) {
      throw new InputError(`${location} is UTF-16 with half a character in it, or cut off`, {
        remedy: 'what came before was read; save it again as CSV UTF-8, or fetch it again',
        cause,
      });
    }
  };
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(orderOf(chunk) ?? 'utf-16le', { fatal: true });
    const text = decode(chunk);
    if (text.length > 0) yield text;
  }
  const rest = decode(undefined);
  if (rest.length > 0) yield rest;
}
