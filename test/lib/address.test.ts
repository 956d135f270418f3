import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalAddress, parseCidr, readSourceAddress } from '../../lib/address.ts';

const ipv4 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const dotted = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
const ipv6 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  // addresses with runs of zero groups, where the shortening is hard
  fc
    .array(fc.constantFrom<bigint>(0n, 0n, 1n, 0xabcdn), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce((all, group) => (all << 16n) | group, 0n)),
);
const groupsOf = (value: bigint) => Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(112 - 16 * at)) & 0xffffn));
const full = (value: bigint) =>
  groupsOf(value)
    .map((group) => group.toString(16).padStart(4, '0').toUpperCase())
    .join(':');
const isMapped = (value: bigint) => value >> 32n === 0xffffn;

describe('a source address', () => {
  test.each([
    ['10.0.1.25', '10.0.1.25', 'private', '0a000119'],
    ['172.16.0.0', '172.16.0.0', 'private', 'ac100000'],
    ['172.31.255.255', '172.31.255.255', 'private', 'ac1fffff'],
    ['172.32.0.0', '172.32.0.0', 'public', 'ac200000'],
    ['172.15.255.255', '172.15.255.255', 'public', 'ac0fffff'],
    ['192.168.0.1', '192.168.0.1', 'private', 'c0a80001'],
    ['192.169.0.1', '192.169.0.1', 'public', 'c0a90001'],
    ['100.64.0.1', '100.64.0.1', 'private', '64400001'],
    ['100.128.0.0', '100.128.0.0', 'public', '64800000'],
    ['169.254.169.254', '169.254.169.254', 'private', 'a9fea9fe'],
    ['127.0.0.1', '127.0.0.1', 'private', '7f000001'],
    ['198.19.1.2', '198.19.1.2', 'private', 'c6130102'],
    ['198.20.0.0', '198.20.0.0', 'public', 'c6140000'],
    [' 203.0.113.7 ', '203.0.113.7', 'public', 'cb007107'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1', 'ipv6', '20010db8000000000000000000000001'],
    ['fd00::1', 'fd00::1', 'ipv6', 'fd000000000000000000000000000001'],
    ['::', '::', 'ipv6', '00000000000000000000000000000000'],
    ['fe80::1%eth0', 'fe80::1', 'ipv6', 'fe800000000000000000000000000001'],
    ['::ffff:10.0.1.25', '10.0.1.25', 'private', '0a000119'],
    ['::FFFF:a00:119', '10.0.1.25', 'private', '0a000119'],
    ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107', 'ipv6', '0064ff9b0000000000000000cb007107'],
    ['AWS Internal', 'AWS Internal', 'internal', null],
    ['AWS Internal/3', 'AWS Internal/3', 'internal', null],
    ['cloudtrail.amazonaws.com', 'cloudtrail.amazonaws.com', 'service', null],
    ['S3.AMAZONAWS.COM', 'S3.AMAZONAWS.COM', 'service', null],
  ])('%j is %s, %s', (written, text, kind, hex) => {
    expect(readSourceAddress(written)).toEqual({ text, kind, hex });
  });

  test.each([
    '10.0.1.25, 203.0.113.7',
    '10.0.1.256',
    '010.0.1.25',
    '10.0.1',
    '10.0.1.25:443',
    '[2001:db8::1]',
    '2001:db8:::1',
    '1:2:3:4:5:6:7:8:9',
    'localhost',
    'AWS Internals',
    '10.0.0.0/8',
    '1..2',
    'HIDDEN_DUE_TO_SECURITY_REASONS',
  ])('%j names no single address, and stays as it was written', (written) => {
    expect(readSourceAddress(written)).toEqual({ text: written, kind: 'none', hex: null });
  });

  test.each([undefined, null, '', '  ', '-', 5, {}, ['10.0.0.1']])('%j is missing', (value) => {
    expect(readSourceAddress(value)).toEqual({ text: null, kind: 'none', hex: null });
  });

  test('is private exactly in the blocks that are not routed', () => {
    const blocks = new BlockList();
    const nets = [
      ['10.0.0.0', 8],
      ['100.64.0.0', 10],
      ['127.0.0.0', 8],
      ['169.254.0.0', 16],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['198.18.0.0', 15],
    ] as const;
    for (const [net, bits] of nets) blocks.addSubnet(net, bits);
    const edges = nets.flatMap(([net, bits]) => {
      const first = Number.parseInt(readSourceAddress(net).hex as string, 16);
      return [first - 1, first, first + 2 ** (32 - bits) - 1, first + 2 ** (32 - bits)];
    });
    fc.assert(
      fc.property(fc.oneof(ipv4, fc.constantFrom(...edges)), (value) => {
        expect(readSourceAddress(dotted(value)).kind).toBe(blocks.check(dotted(value)) ? 'private' : 'public');
      }),
      { numRuns: 500, examples: edges.map((edge) => [edge]) },
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...':.%/0aF1-g') })),
        (text) => void readSourceAddress(text),
      ),
      {
        numRuns: 1000,
      },
    );
  });
});

describe('canonical text', () => {
  test.each([
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['1::0:2', '1::2'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['0:0:1:0:0:0:0:0', '0:0:1::'],
    ['10:0:0:10:0:0:0:10', '10:0:0:10::10'],
    ['AAAA:0BBB:00CC:000D::', 'aaaa:bbb:cc:d::'],
  ])('of %s is %s, as RFC 5952 has it', (written, text) => {
    expect(canonicalAddress(written)).toBe(text);
  });

  test('of an IPv4 address is itself', () => {
    fc.assert(fc.property(ipv4, (value) => expect(canonicalAddress(dotted(value))).toBe(dotted(value))));
  });

  test('is equal for every way to write an IPv6 address, and names that address', () => {
    fc.assert(
      fc.property(
        ipv6.filter((value) => !isMapped(value)),
        (value) => {
          const text = canonicalAddress(full(value)) as string;
          expect(isIPv6(text)).toBe(true);
          expect(canonicalAddress(text)).toBe(text);
          expect(BigInt(`0x${readSourceAddress(text).hex}`)).toBe(value);
          // WHATWG's serialisation is an independent implementation of the same rules
          expect(text).toBe(new URL(`http://[${full(value)}]`).hostname.slice(1, -1));
          const head = groupsOf(value)
            .slice(0, 6)
            .map((group) => group.toString(16))
            .join(':');
          expect(canonicalAddress(`${head}:${dotted(Number(value & 0xffffffffn))}`)).toBe(text);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('of an IPv4 address in IPv6 clothes is the IPv4 address', () => {
    fc.assert(
      fc.property(ipv4, (value) => {
        expect(canonicalAddress(`::ffff:${dotted(value)}`)).toBe(dotted(value));
        expect(canonicalAddress(full((0xffffn << 32n) | BigInt(value)))).toBe(dotted(value));
      }),
    );
  });

  test.each(['cloudtrail.amazonaws.com', '', '-', 'x', 'AWS Internal'])('of %j is none', (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });
});

describe('a range', () => {
  test.each([
    ['10.0.0.0/16', '0a000000', '0a00ffff'],
    ['10.0.255.7/16', '0a000000', '0a00ffff'],
    ['0.0.0.0/0', '00000000', 'ffffffff'],
    ['10.0.1.25', '0a000119', '0a000119'],
    [' 10.0.1.25/32 ', '0a000119', '0a000119'],
    ['2001:db8::/32', '20010db8000000000000000000000000', '20010db8ffffffffffffffffffffffff'],
    ['::/0', '0'.repeat(32), 'f'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`, `${'0'.repeat(31)}1`],
    ['::ffff:10.0.0.0/112', '0a000000', '0a00ffff'],
    ['::ffff:10.0.1.25', '0a000119', '0a000119'],
  ])('%j reaches from %s to %s', (text, lowHex, highHex) => {
    expect(parseCidr(text)).toEqual({ lowHex, highHex });
  });

  test.each([
    '',
    '/',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '10.0.0/8',
    'x/8',
    '10.0.0.0/1e1',
    '::ffff:10.0.0.0/95',
    'cloudtrail.amazonaws.com',
  ])('%j is none', (text) => {
    expect(parseCidr(text)).toBeNull();
  });

  test('of IPv4 holds, compared as text, exactly the addresses that arithmetic puts into it', () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 0, max: 32 }), ipv4, fc.boolean(), (net, bits, other, near) => {
        const host = near ? (net ^ (other % 2 ** (32 - Math.max(bits - 1, 0)))) >>> 0 : other;
        const range = parseCidr(`${dotted(net)}/${bits}`) as { lowHex: string; highHex: string };
        const hex = readSourceAddress(dotted(host)).hex as string;
        const inside = BigInt(net) >> BigInt(32 - bits) === BigInt(host) >> BigInt(32 - bits);
        expect(range.lowHex <= hex && hex <= range.highHex).toBe(inside);
        const block = new BlockList();
        block.addSubnet(dotted(net), bits);
        expect(block.check(dotted(host))).toBe(inside);
      }),
      { numRuns: 1000 },
    );
  });

  test('of IPv6 holds, compared as text, exactly the addresses that arithmetic puts into it', () => {
    const plain = ipv6.filter((value) => !isMapped(value));
    fc.assert(
      fc.property(plain, fc.integer({ min: 0, max: 128 }), plain, fc.boolean(), (net, bits, other, near) => {
        const host = near ? net ^ (other >> BigInt(Math.max(bits - 1, 0))) : other;
        fc.pre(!isMapped(host));
        const range = parseCidr(`${full(net)}/${bits}`) as { lowHex: string; highHex: string };
        const hex = readSourceAddress(full(host)).hex as string;
        expect(range.lowHex <= hex && hex <= range.highHex).toBe(net >> BigInt(128 - bits) === host >> BigInt(128 - bits));
      }),
      { numRuns: 1000 },
    );
  });

  test('of one family never holds an address of the other', () => {
    fc.assert(
      fc.property(
        ipv4,
        ipv6.filter((value) => !isMapped(value)),
        fc.integer({ min: 0, max: 32 }),
        (short, long, bits) => {
          expect(parseCidr(`${dotted(short)}/${bits}`)?.lowHex).toHaveLength(8);
          expect(parseCidr(`${full(long)}/${bits}`)?.lowHex).toHaveLength(32);
          expect(isIPv4(dotted(short))).toBe(true);
        },
      ),
    );
  });
});
