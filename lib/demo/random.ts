/** Random numbers that are the same everywhere: a stream is a function of the seed and of what the stream is for. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Two base64 characters for each of 4096 values: half the calls. */
const BASE64_PAIRS = Array.from({ length: 4096 }, (_, value) => BASE64.charAt(value >> 6) + BASE64.charAt(value & 63));

/** sfc32, seeded by an FNV hash of the seed and the names of the stream. Not for secrets. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param purpose what the stream is for; another purpose gives an independent stream */
  constructor(seed: number, ...purpose: readonly (string | number)[]) {
    let hash = 0x811c9dc5 ^ seed;
    const text = purpose.join('\u0000');
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    this.a = seed | 0;
    this.b = hash | 0;
    this.c = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) | 0;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** A whole number of 32 bits, 0 … 2^32 − 1. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 inclusive … 1 exclusive. */
  fraction(): number {
    return this.next() / 4294967296;
  }

  /** A whole number, both ends inclusive. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability * 4294967296;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.fraction() * list.length)] as T;
  }

  /** An index by weight; the weights need not sum to one. */
  weighted(weights: readonly number[]): number {
    let total = 0;
    for (const weight of weights) total += weight;
    let left = this.fraction() * total;
    for (let index = 0; index < weights.length; index++) {
      left -= weights[index] as number;
      if (left < 0) return index;
    }
    return weights.length - 1;
  }

  /** Lower-case hex of 8 digits for each word. */
  hex(words: number): string {
    let text = '';
    for (let word = 0; word < words; word++) text += hex8(this.next());
    return text;
  }

  /** A version 4 UUID in lower case. */
  uuid(): string {
    const b = (this.next() & 0xffff0fff) | 0x4000;
    const c = (this.next() & 0x3fffffff) | 0x80000000;
    const second = hex8(b);
    const third = hex8(c);
    return `${hex8(this.next())}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${hex8(this.next())}`;
  }

  /** Capital letters and digits, as in request ids and access key ids. */
  capitals(length: number): string {
    let text = '';
    for (let left = length; left > 0; ) {
      let word = this.next();
      for (let digit = 0; digit < 6 && left > 0; digit++, left--) {
        text += ALPHABET.charAt(word % 36);
        word = Math.floor(word / 36);
      }
    }
    return text;
  }

  /** Base64 characters; an even number of them. */
  base64(length: number): string {
    let text = '';
    for (let left = length; left > 0; left -= 4) {
      const word = this.next();
      text += BASE64_PAIRS[word & 4095] as string;
      if (left > 2) text += BASE64_PAIRS[(word >>> 12) & 4095] as string;
    }
    return text;
  }
}

function hex8(word: number): string {
  return (
    (HEX[word >>> 24] as string) + (HEX[(word >>> 16) & 255] as string) + (HEX[(word >>> 8) & 255] as string) + (HEX[word & 255] as string)
  );
}
