/** IP addresses: what kind a CloudTrail source address is, its canonical text, and ranges that compare as text. */
import { isIPv4, isIPv6 } from 'node:net';

/**
 * `private`: not routed on the internet (RFC 1918, RFC 6598, link-local, loopback). `none`: missing, `-`, a list, or
 * anything else that names no single address; which of several addresses connected is not known, so none is taken.
 */
export type AddressKind = 'private' | 'public' | 'ipv6' | 'service' | 'internal' | 'none';

export interface SourceAddress {
  /** Canonical text of an IP address, otherwise the text as it came; null when there was none. */
  readonly text: string | null;
  readonly kind: AddressKind;
  /** 8 (IPv4) or 32 (IPv6) lower-case hex digits; null when it is no IP address. */
  readonly hex: string | null;
}

const DOT = 0x2e;
const ZERO = 0x30;

/** First and last address (inclusive) of what is not routed, as numbers. A `BlockList` would cost more than all the rest of an event. */
const NOT_ROUTED: readonly (readonly [number, number])[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  '198.18.0.0/15',
].map((block) => {
  const [net = '', bits] = block.split('/');
  const first = ipv4Number(net);
  return [first, first + 2 ** (32 - Number(bits)) - 1] as const;
});

/** A host name with at least one dot and a letter: `cloudtrail.amazonaws.com`. */
const SERVICE_NAME = /^(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

const MISSING: SourceAddress = { text: null, kind: 'none', hex: null };

/** Reads CloudTrail's `sourceIPAddress` (F§5.3). Never throws. */
export function readSourceAddress(value: unknown): SourceAddress {
  if (typeof value !== 'string') return MISSING;
  const text = value.trim();
  if (text === '' || text === '-') return MISSING;
  if (isIPv4(text)) return readIpv4(text);
  if (isIPv6(text)) return readIpv6(text);
  if (text === 'AWS Internal' || text.startsWith('AWS Internal/')) return { text, kind: 'internal', hex: null };
  if (SERVICE_NAME.test(text)) return { text, kind: 'service', hex: null };
  return { text, kind: 'none', hex: null };
}

function readIpv4(text: string): SourceAddress {
  const value = ipv4Number(text);
  const isPrivate = NOT_ROUTED.some(([first, last]) => first <= value && value <= last);
  return { text, kind: isPrivate ? 'private' : 'public', hex: hexOf(value) };
}

function readIpv6(text: string): SourceAddress {
  const hex = ipv6Hex(text.split('%')[0] as string);
  // an IPv4 address in IPv6 clothes is that IPv4 address
  if (hex.startsWith('00000000000000000000ffff')) return readSourceAddress(ipv4FromHex(hex.slice(24)));
  return { text: ipv6FromHex(hex), kind: 'ipv6', hex };
}

/** Canonical text of one IP address, so that equal addresses are equal texts; null when it is none. */
export function canonicalAddress(text: string): string | null {
  const address = readSourceAddress(text);
  return address.hex === null ? null : address.text;
}

export interface AddressRange {
  /** First and last address of the range as hex of equal width, both inclusive. */
  readonly lowHex: string;
  readonly highHex: string;
}

/** Reads `10.0.0.0/16`, `2001:db8::/32` or a single address. @returns null when it is neither. */
export function parseCidr(text: string): AddressRange | null {
  const [host = '', bitsText, ...rest] = text.trim().split('/');
  const hex = readSourceAddress(host).hex;
  if (hex === null || rest.length > 0) return null;
  if (bitsText === undefined) return { lowHex: hex, highHex: hex };
  const width = hex.length * 4;
  // an IPv4 block in IPv6 clothes counts 96 bits more
  const bits = host.includes(':') ? Number(bitsText) - 128 + width : Number(bitsText);
  if (!/^\d{1,3}$/.test(bitsText) || bits < 0 || bits > width) return null;
  const hostBits = BigInt(width - bits);
  const low = (BigInt(`0x${hex}`) >> hostBits) << hostBits;
  const high = low + (1n << hostBits) - 1n;
  const digits = (value: bigint) => value.toString(16).padStart(hex.length, '0');
  return { lowHex: digits(low), highHex: digits(high) };
}

/** @param text an IPv4 address: nothing is checked */
function ipv4Number(text: string): number {
  let value = 0;
  let part = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      value = value * 256 + part;
      part = 0;
    } else {
      part = part * 10 + code - ZERO;
    }
  }
  return value * 256 + part;
}

function hexOf(ipv4: number): string {
  return ipv4.toString(16).padStart(8, '0');
}

function ipv4Hex(text: string): string {
  return hexOf(ipv4Number(text));
}

function ipv4FromHex(hex: string): string {
  return [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

function ipv6Hex(text: string): string {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const plain = embedded ? `${embedded[1]}${ipv4Hex(embedded[2] as string).replace(/^(....)/, '$1:')}` : text;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => group.toLowerCase().padStart(4, '0')).join('');
}

/** RFC 5952: lower case, no leading zeros, the first longest run of at least two zero groups shortened. */
function ipv6FromHex(hex: string): string {
  const groups = (hex.match(/.{4}/g) as string[]).map((group) => group.replace(/^0+(?=.)/, ''));
  const text = groups.join(':');
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)];
  if (runs.length === 0) return text;
  const longest = runs.reduce((best, run) => (run[0].length > best[0].length ? run : best));
  const before = text.slice(0, longest.index).replace(/:$/, '');
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
