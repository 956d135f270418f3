/** `verify-logs`, as it is typed, on files that are read as they lie there. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { services } from '../../cli/services.ts';
import type { MadeDigest } from '../../lib/demo/digest-chain.ts';
import { sha256Hex } from '../../lib/ingest/digest.ts';
import { logBytes, put, putDigests, putKeys } from '../helpers/digest-folder.ts';
import { BUCKET, chain, logAt, REGION, SIGNER } from '../helpers/digests.ts';
import { cli } from './fake-io.ts';

const TIMES = ['2026-03-02T03:10:00Z', '2026-03-02T07:10:00Z', '2026-03-02T11:10:00Z'];
const LOGS = TIMES.map((time, at) => {
  const bytes = logBytes(`00000000-0000-4000-8000-00000000000${at}`, time);
  return { ...logAt(time), bytes, sha256: sha256Hex(bytes) };
});
const [FIRST, SECOND, THIRD] = LOGS as [(typeof LOGS)[0], (typeof LOGS)[0], (typeof LOGS)[0]];

let folder: string;
let digests: MadeDigest[];
let keys: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-logs-'));
  digests = chain({ hours: 48, logs: LOGS });
  putDigests(join(folder, 'in'), digests);
  for (const { key, bytes } of LOGS) put(join(folder, 'in'), key, gzipSync(bytes));
  keys = putKeys(join(folder, 'keys.json'), digests);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...argv: string[]) => cli(['verify-logs', ...argv, '--output', 'json'], { services });
const lake = () => join(folder, 'lake');
const ingested = (...more: string[]) => cli(['ingest', '--lake', lake(), '--cloudtrail', join(folder, 'in'), ...more], { services });
const rows = async (sql: string) => {
  const ran = await cli(['query', '--lake', lake(), '--sql', sql, '--output', 'json'], { services });
  return JSON.parse(ran.out) as Record<string, unknown>[];
};
const states = () =>
  rows('SELECT location, state, reason FROM log_checks ORDER BY delivered_ms, location').then((all) =>
    all.map(({ state, reason }) => `${state} ${reason}`),
  );

describe('without a lake', () => {
  test('log files, digests and a file of keys are enough', async () => {
    const ran = await run('--cloudtrail', join(folder, 'in'), '--keys', keys);
    expect(JSON.parse(ran.out)).toMatchObject({ digests: { valid: 48 }, logs: { verified: 3, missing: 0 }, logProblems: [], problems: [] });
    expect(ran).toMatchObject({ code: 0, err: '' });
  });

  test('without keys nothing is proven, and that is told', async () => {
    const ran = await run('--cloudtrail', join(folder, 'in'));
    expect(JSON.parse(ran.out)).toMatchObject({ digests: { valid: 0, no_key: 48 }, logs: { verified: 0, not_covered: 3 } });
    expect(ran.code).toBe(0);
  });

  test('ends with 3 for a byte that was changed, a stream that was appended, and a file that is gone', async () => {
    put(join(folder, 'in'), FIRST.key, gzipSync(Buffer.from(FIRST.bytes.toString('utf8').replace('a.csv', 'b.csv'))));
    put(join(folder, 'in'), SECOND.key, Buffer.concat([gzipSync(SECOND.bytes), gzipSync('')]));
    rmSync(join(folder, 'in', THIRD.key));
    const ran = await run('--cloudtrail', join(folder, 'in'), '--keys', keys);
    const problems = (JSON.parse(ran.out) as { logProblems: { state: string; reason: string }[] }).logProblems;
    expect(problems.map(({ state, reason }) => `${state} ${reason}`)).toEqual([
      'modified other_hash',
      'modified trailing_bytes',
      'missing others_here',
    ]);
    expect(ran.code).toBe(3);
  });

  test.each([
    ['another stream', gzipSync('x'), 46],
    ['an empty stream', gzipSync(''), 47],
    ['zeros', Buffer.alloc(8), 47],
    ['bytes that are no gzip', Buffer.from('hello, world'), 47],
  ])(
    '%s behind a digest makes it prove nothing, nor the one before, whose signature it held where it is JSON no more',
    async (_, tail, valid) => {
      const digest = digests[4] as MadeDigest;
      put(join(folder, 'in'), digest.key, Buffer.concat([gzipSync(digest.bytes), tail]));
      const ran = await run('--cloudtrail', join(folder, 'in'), '--keys', keys);
      expect(JSON.parse(ran.out)).toMatchObject({ digests: { valid, malformed: 1 } });
      expect(ran.code).toBe(3);
    },
  );

  test('a log file that was unpacked and renamed is as good', async () => {
    rmSync(join(folder, 'in', FIRST.key));
    put(join(folder, 'in'), 'exhibit-7.json', FIRST.bytes);
    expect((await run('--cloudtrail', join(folder, 'in'), '--keys', keys)).code).toBe(0);
  });

  test('only what was delivered within the window is told', async () => {
    rmSync(join(folder, 'in', THIRD.key));
    const window = ['--from', '2026-03-02', '--to', '2026-03-02'];
    expect((await run('--cloudtrail', join(folder, 'in'), '--keys', keys, '--from', '2026-03-03')).code).toBe(0);
    expect((await run('--cloudtrail', join(folder, 'in'), '--keys', keys, ...window)).code).toBe(3);
  });

  test('the output of the AWS CLI serves as keys, with a region before it', async () => {
    const list = { PublicKeyList: [{ Value: SIGNER.value, Fingerprint: SIGNER.fingerprint, ValidityStartTime: 1772323200.0 }] };
    writeFileSync(join(folder, 'cli.json'), JSON.stringify(list));
    const ran = await run('--cloudtrail', join(folder, 'in'), '--keys', `${REGION}=${join(folder, 'cli.json')}`);
    expect(JSON.parse(ran.out)).toMatchObject({ digests: { valid: 47, no_signature: 1 }, logs: { verified: 3 } });
  });

  test('a key that does not bear out its fingerprint is refused, and told', async () => {
    const text = readFileSync(keys, 'utf8').replace(SIGNER.fingerprint, '0'.repeat(32));
    writeFileSync(keys, text);
    const ran = await run('--cloudtrail', join(folder, 'in'), '--keys', keys);
    expect(JSON.parse(ran.out)).toMatchObject({ problems: [expect.stringContaining('is not the one of its fingerprint')] });
    expect(ran.code).toBe(4);
  });

  test('nothing to verify, a file that is none, and a file of keys that is none are wrong usage or an error', async () => {
    expect((await run()).code).toBe(2);
    expect((await run('--cloudtrail', join(folder, 'nothing'))).code).toBe(2);
    expect((await run('--cloudtrail', join(folder, 'in'), '--keys', join(folder, 'nothing'))).code).toBe(2);
    expect((await run('--cloudtrail', join(folder, 'in'), '--keys', put(folder, 'no-keys.json', Buffer.from('{}')))).code).toBe(1);
  });
});

describe('with a lake', () => {
  test('what was ingested is checked by the hash of its stored bytes, and kept', async () => {
    await ingested();
    const ran = await run('--lake', lake(), '--keys', keys);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(await states()).toEqual(['verified listed', 'verified listed', 'verified listed']);
    const [joined] = await rows(`SELECT count(*) AS n FROM inputs i JOIN log_checks c ON c.location = i.location AND c.version = i.sha256`);
    expect(joined).toEqual({ n: 3 });
    expect(await rows('SELECT state, count(*) AS n FROM digests GROUP BY state')).toEqual([{ state: 'valid', n: 48 }]);
  });

  test('what was verified once need not be read again', async () => {
    await ingested();
    const first = JSON.parse((await run('--lake', lake(), '--keys', keys)).out) as { filesRead: number };
    const again = JSON.parse((await run('--lake', lake(), '--keys', keys)).out) as { filesRead: number };
    expect([first.filesRead, again.filesRead]).toEqual([51, 48]);
    expect(await states()).toEqual(['verified listed', 'verified listed', 'verified listed']);
  });

  test('bytes that are another since they were ingested prove nothing about what was ingested', async () => {
    await ingested();
    put(join(folder, 'in'), FIRST.key, gzipSync('{"Records":[]}'));
    await run('--lake', lake(), '--keys', keys);
    const found = await rows('SELECT state, reason, count(*) AS n FROM log_checks GROUP BY ALL ORDER BY ALL');
    expect(found).toContainEqual({ state: 'not_covered', reason: 'unread', n: 1 });
    expect(found).toContainEqual({ state: 'modified', reason: 'other_hash', n: 1 });
  });

  test('a copy of the ingested bytes elsewhere proves them', async () => {
    await ingested();
    const copy = put(folder, 'copy.json.gz', readFileSync(join(folder, 'in', FIRST.key)));
    rmSync(join(folder, 'in', FIRST.key));
    await run('--lake', lake(), '--keys', keys, '--cloudtrail', copy);
    expect(await states()).toEqual(['verified listed', 'verified listed', 'verified listed']);
  });

  test('a window replaces what is known of it and nothing else', async () => {
    await ingested();
    await run('--lake', lake(), '--keys', keys);
    await run('--lake', lake(), '--from', '2026-03-03');
    expect(await states()).toEqual(['verified listed', 'verified listed', 'verified listed']);
    await run('--lake', lake(), '--from', '2026-03-02');
    expect(new Set(await states())).toEqual(new Set(['not_covered digest_unproven']));
  });
});

describe('online', () => {
  let server: Server;
  let asked: string[];
  const before = { ...process.env };
  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      const target = String(request.headers['x-amz-target'] ?? `${request.method} ${request.url}`);
      asked.push(target);
      if (target.endsWith('ListPublicKeys')) {
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        response.end(
          JSON.stringify({ PublicKeyList: [{ Value: SIGNER.value, Fingerprint: SIGNER.fingerprint, ValidityStartTime: 1772323200 }] }),
        );
        return;
      }
      const made = digests.find(({ key }) => request.url === `/${BUCKET}/${key}`);
      if (made) response.setHeader('x-amz-meta-signature', made.signature);
      response.statusCode = made ? 200 : 404;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    Object.assign(process.env, { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: REGION });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  });
  afterEach(async () => {
    process.env = { ...before };
    await new Promise((resolve) => server.close(resolve));
  });

  test('AWS is asked for keys and the one signature that is lacking, and what it says is saved for the next time', async () => {
    const saved = join(folder, 'saved.json');
    const ran = await run('--cloudtrail', join(folder, 'in'), '--online', '--save-keys', saved);
    expect(JSON.parse(ran.out)).toMatchObject({ digests: { valid: 48 }, logs: { verified: 3 }, problems: [] });
    expect(asked).toEqual([expect.stringMatching(/^HEAD /), expect.stringMatching(/ListPublicKeys$/)]);
    const offline = await run('--cloudtrail', join(folder, 'in'), '--keys', saved);
    expect(JSON.parse(offline.out)).toMatchObject({ digests: { valid: 48 }, problems: [] });
    expect(asked).toHaveLength(2);
  });

  test('nobody is asked without --online', async () => {
    await run('--cloudtrail', join(folder, 'in'), '--keys', keys);
    expect(asked).toEqual([]);
  });
});
