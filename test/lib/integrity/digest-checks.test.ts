/** Digests: whose signature verifies, whose link holds, and which are lacking; above all what the AWS CLI passes over. */
import { generateKeyPairSync, hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeSigner } from '../../../lib/demo/digest-chain.ts';
import { checkDigests } from '../../../lib/integrity/digest-checks.ts';
import { parseDigest } from '../../../lib/integrity/digest-file.ts';
import { ACCOUNT, book, chain, check, HOUR, inS3, logAt, onDisk, problemsOf, REGION, SIGNER, START } from '../../helpers/digests.ts';

const without = <T>(list: readonly T[], ...places: readonly number[]): T[] => list.filter((_, at) => !places.includes(at));

describe('signatures', () => {
  test('of a plain copy, all but the newest digest are proven by the digest after them', () => {
    const checked = check(chain().map((each) => onDisk(each)));
    expect(problemsOf(checked)).toEqual(['no_signature no_signature 23-24']);
    expect(checked.filter(({ signatureFrom }) => signatureFrom === 'next_digest')).toHaveLength(23);
  });

  test('the newest is proven by its metadata, or by a saved signature', () => {
    const made = chain();
    const last = made.at(-1) as (typeof made)[number];
    const onS3 = check([...made.slice(0, -1).map((each) => onDisk(each)), inS3(last)]);
    const saved = new Map([[`${last.bucket}/${last.key}`, last.signature]]);
    const ofFile = checkDigests(
      made.map((each) => onDisk(each)),
      book(),
      saved,
      last.endMs,
    );
    expect(problemsOf(onS3)).toEqual([]);
    expect(problemsOf(ofFile)).toEqual([]);
    expect(ofFile.find(({ endMs }) => endMs === last.endMs)?.signatureFrom).toBe('file');
  });

  test('a signature that does not verify is told, with where it came from', () => {
    const made = chain();
    const digests = made.map((each, at) => (at === 23 ? { ...inS3(each), signature: '00'.repeat(256) } : inS3(each)));
    const checked = check(digests);
    expect(problemsOf(checked)).toEqual(['bad_signature bad_signature 23-24']);
    expect(checked.find(({ state }) => state === 'bad_signature')?.note).toContain('the metadata of the object');
  });

  test('a digest whose bytes were changed is told, and the one after it stays proven', () => {
    const digests = chain().map(inS3);
    const forged = { ...(digests[10] as (typeof digests)[number]) };
    const text = Buffer.from(chain()[10]?.bytes as Uint8Array)
      .toString('utf8')
      .replace('"logFiles":[]', '"logFiles":[ ]');
    digests[10] = { ...forged, read: parseDigest(Buffer.from(text, 'utf8')) };
    expect(problemsOf(check(digests))).toEqual(['bad_signature bad_signature 10-11']);
  });

  test('a good signature counts although another one that is given does not verify', () => {
    const digests = chain().map(inS3);
    digests[5] = { ...(digests[5] as (typeof digests)[number]), signature: 'no hex' };
    expect(problemsOf(check(digests))).toEqual([]);
  });

  test('a digest whose key is not given is told so', () => {
    const other = makeSigner();
    const checked = check(chain({ hours: 2 }, other).map(inS3));
    expect(problemsOf(checked)).toEqual(['no_key no_key 0-1', 'no_key no_key 1-2']);
    expect(checked[0]?.note).toContain(other.fingerprint);
  });

  test('a rotation of keys goes through a chain', () => {
    const second = makeSigner();
    const before = chain({ hours: 12 });
    const after = chain({ hours: 12, startMs: START + 12 * HOUR, previous: before.at(-1) ?? null }, second);
    const checked = check([...before, ...after].map(inS3), undefined, book(SIGNER, second));
    expect(problemsOf(checked)).toEqual([]);
  });

  test('a key as SubjectPublicKeyInfo serves as well as one as PKCS #1', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signer = makeSigner(privateKey);
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const fingerprint = hash('md5', der, 'hex');
    const made = chain({ hours: 3 }, { ...signer, fingerprint });
    const checked = check(made.map(inS3), undefined, book({ ...signer, fingerprint, value: der.toString('base64') }));
    expect(problemsOf(checked)).toEqual([]);
  });

  test('a digest with bytes behind its gzip stream proves nothing, although the AWS CLI takes it', () => {
    const digests = chain().map(inS3);
    digests[10] = { ...(digests[10] as (typeof digests)[number]), hasTail: true };
    expect(problemsOf(check(digests))).toEqual(['malformed trailing_bytes 10-11']);
  });

  test('a copy with something behind it does not stand for the sound one', () => {
    const digests = chain().map(inS3);
    const copy = { ...(digests[10] as (typeof digests)[number]), location: '/a/copy.json.gz', hasTail: true, signature: null };
    expect(problemsOf(check([copy, ...digests]))).toEqual([]);
  });
});

describe('links', () => {
  test('a wrong hash of the previous digest is told though it is validly signed', () => {
    const change = (digest: Record<string, unknown>, place: number) => {
      if (place === 11) digest['previousDigestHashValue'] = '0'.repeat(64);
    };
    const checked = check(chain({ change }).map(inS3));
    expect(problemsOf(checked)).toEqual(['broken_link previous_hash 11-12']);
  });

  test('a chain goes on in another bucket', () => {
    const before = chain({ hours: 12 });
    const after = chain({ hours: 12, bucket: 'new-bucket', startMs: START + 12 * HOUR, previous: before.at(-1) ?? null });
    expect(problemsOf(check([...before, ...after].map(inS3)))).toEqual([]);
  });
});

describe('spans without digest', () => {
  const digests = chain().map(inS3);

  test.each([
    ['one in the middle', [10], ['absent removed 10-11']],
    ['three in a row', [10, 11, 12], ['absent removed 10-13']],
    ['the first six', [0, 1, 2, 3, 4, 5], ['absent before_first 5-6']],
  ])('%s that were deleted are told', (_, places, expected) => {
    expect(problemsOf(check(without(digests, ...places)))).toEqual(expected);
  });

  test('the newest six that were deleted are told up to the newest delivery that is known', () => {
    const rest = without(digests, 18, 19, 20, 21, 22, 23);
    expect(problemsOf(check(rest, START + 24 * HOUR))).toEqual(['absent overdue 18-24']);
    expect(problemsOf(check(rest, START + 21 * HOUR))).toEqual([]);
    expect(problemsOf(check(rest, START + 21 * HOUR + 1))).toHaveLength(1);
  });

  test('a chain that begins anew after hours is told as such', () => {
    const after = chain({ hours: 12, startMs: START + 30 * HOUR });
    expect(problemsOf(check([...digests, ...after.map(inS3)]))).toEqual(['absent restarted 24-30']);
  });

  test('hours for which CloudTrail made no digest are told as such', () => {
    const after = chain({ hours: 2, startMs: START + 30 * HOUR, previous: chain().at(-1) ?? null });
    expect(problemsOf(check([...digests, ...after.map(inS3)]))).toEqual(['absent not_made 24-30']);
  });

  test('a forged digest that claims a year hides no gap', () => {
    const change = (digest: Record<string, unknown>) => {
      digest['digestStartTime'] = '2026-01-01T00:00:00Z';
    };
    const forged = { ...inS3(chain({ hours: 1, startMs: START + 30 * HOUR, change })[0] as never), signature: '00' };
    expect(problemsOf(check([...without(digests, 10), forged], START + 24 * HOUR))).toContain('absent removed 10-11');
  });

  test('backfills have no gaps, and are a chain of their own', () => {
    const one = chain({ hours: 1, backfill: true });
    const two = chain({ hours: 1, backfill: true, startMs: START + 20 * HOUR, previous: one.at(-1) ?? null });
    const checked = check([...digests, ...[...one, ...two].map(inS3)]);
    expect(problemsOf(checked)).toEqual([]);
    expect(new Set(checked.map((each) => each.chain)).size).toBe(2);
  });
});

test('every chain is told by itself: trail names with any sign, prefixes, organisations', () => {
  const plans = [
    {},
    { trail: 'a_b.c-d_eu-west-1' },
    { prefix: 'team/x/' },
    { organization: 'o-abc123' },
    { region: 'us-gov-west-1' },
    { accountId: '444455556666' },
  ];
  const checked = check(plans.flatMap((plan) => chain({ hours: 2, ...plan })).map(inS3));
  expect(new Set(checked.map((each) => each.chain)).size).toBe(plans.length);
  expect(checked.map(({ trail, accountId, region }) => `${trail} ${accountId} ${region}`)).toContain(
    `a_b.c-d_eu-west-1 ${ACCOUNT} ${REGION}`,
  );
});

test('what is no digest is told as malformed, with the reason', () => {
  const read = (text: string) => parseDigest(Buffer.from(text, 'utf8'));
  expect(read('{"Records":[]}')).toMatchObject({ malformed: expect.stringContaining('where it belongs') });
  expect(read('[]')).toMatchObject({ malformed: 'it is not a JSON object' });
  expect(read('{')).toMatchObject({ malformed: 'it is not JSON' });
  const digest = JSON.parse(Buffer.from(chain({ hours: 1 })[0]?.bytes as Uint8Array).toString('utf8')) as Record<string, unknown>;
  for (const [name, value] of [
    ['digestEndTime', 'soon'],
    ['logFiles', {}],
    ['logFiles', [{}]],
    ['digestPublicKeyFingerprint', 7],
    ['digestSignatureAlgorithm', 'none'],
    ['previousDigestSignature', undefined],
    ['previousDigestS3Object', 'half'],
  ] as const) {
    expect(read(JSON.stringify({ ...digest, [name]: value }))).toHaveProperty('malformed');
  }
});

test('however digests are lost and ordered, every hour of the chain is proven, told as lacking, or before the first', () => {
  const made = chain({ logs: [logAt('2026-03-02T03:10:00Z')] }).map(inS3);
  fc.assert(
    fc.property(fc.shuffledSubarray(made, { minLength: 1 }), (kept) => {
      const checked = check(kept, START + 24 * HOUR);
      const first = Math.min(...kept.map(({ read }) => ('malformed' in read ? 0 : read.startMs)));
      for (let hour = first; hour < START + 24 * HOUR - 3 * HOUR; hour += HOUR) {
        const of = checked.filter(({ startMs, endMs }) => (startMs ?? 0) <= hour && hour < (endMs ?? 0));
        if (of.length !== 1) return false;
      }
      return checked.every(({ state }) => state === 'valid' || state === 'absent');
    }),
    { numRuns: 100 },
  );
});
